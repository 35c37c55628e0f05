"""What rooms let be found: each says which of its rows an event touches and how a row reads as a document."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from huying.base.events.models import Event
from huying.engines.search.index import Document


@dataclass(frozen=True)
class Source:
    """One kind of document. Keys are primary keys of the room's table.

    ``touched``: keys of rows that these events may have changed. ``documents``: the rows of these keys that are to be
    found; one that is missing is taken out of the index. Every document carries ``tag_of(kind)``. ``keys_after``: at
    most so many keys above one, in order. ``count``: all rows, for the progress of a build.
    """

    kind: str
    touched: Callable[[Sequence[Event]], set[int]]
    documents: Callable[[Sequence[int]], Iterable[Document]]
    keys_after: Callable[[int, int], list[int]]
    count: Callable[[], int]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    return dict(_sources)


def ref_of(kind: str, key: int) -> str:
    return f"{kind}:{key}"


def tag_of(kind: str) -> str:
    """The tag by which a search keeps to one kind."""
    return f"kind={kind}"
