"""Of which things presence is told, and to whom."""

from collections.abc import Callable
from typing import Any

MaySee = Callable[[Any, str], bool]
_topics: dict[str, MaySee] = {}


def register_topic(kind: str, may_see: MaySee) -> None:
    """Let ``may_see(person, public_id)`` say whether a person may know who else is at this thing."""
    _topics[kind] = may_see


def may_watch(person: Any, topic: str) -> bool:
    """Whether ``topic``, ``"order:<public id>"``, names something that the person may see."""
    kind, _, public_id = topic.partition(":")
    may_see = _topics.get(kind)
    return may_see is not None and 0 < len(public_id) <= 40 and may_see(person, public_id)
