"""Whether the promoted model can be read and is the one that was promoted."""

from huying.base.checks import Finding, bad, check, good, warn
from huying.engines.classify import store
from huying.handling.dispatch.knowledge import models_folder, promoted

AGAIN = "请在派单模型页启用另一个版本，或运行 huying train 重新训练。"


@check("派单模型")
def model() -> Finding:
    row = promoted()
    if row is None:
        return warn("还没有启用的派单模型，推荐只靠目录和规则。", "导入历史工单后运行 huying train。")
    from huying.handling.dispatch import keeping

    folder = models_folder() / row.folder
    try:
        keeping.read(folder, row.sha256)
    except (store.BrokenModel, OSError) as error:
        return bad(f"启用的模型 {row.name} 读不出来：{error}", AGAIN)
    return good(f"{row.name} 完好，由 {row.orders} 件工单训练。")
