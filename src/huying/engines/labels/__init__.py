"""Label care 派单数据预处理: what in a history of dispatched orders would teach a model wrongly, for a person to confirm."""

from huying.engines.labels.names import merges_from_names

__all__ = ["merges_from_names"]
