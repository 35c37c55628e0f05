"""Many orders at once: ranked units and categories, and what would go without a person."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from huying.engines.analyst.orders import FileOrder
from huying.engines.classify.bundle import Bundle, CategoryCandidate, Prediction
from huying.engines.classify.gate import GateChoice
from huying.engines.classify.linear import Candidate
from huying.engines.text.facets import Facets, read_facets
from huying.engines.text.readable import LONGEST, readable, why_a_person

BATCH = 512
FLOOD = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """`automatic`: at the limit asked for, the order would go to the first unit without a person; else `why_not`."""

    order: FileOrder
    units: list[Candidate]
    categories: list[CategoryCandidate]
    automatic: bool
    why_not: str


def flooding(orders: Iterable[FileOrder]) -> frozenset[str]:
    """Texts that stand in one file more than 30 times: no citizen's own words, so never automatic."""
    counts = Counter(one.text for one in orders)
    return frozenset(text for text, count in counts.items() if count > FLOOD)


def predict(
    bundle: Bundle,
    orders: Sequence[FileOrder],
    *,
    limit: float | None = None,
    keep_directions: bool = False,
    k: int = 5,
) -> Iterator[Answer]:
    """One answer an order, in order. `limit`: highest share of wrong automatic dispatch (default: the model's own).

    `keep_directions`: also read what an agent already wrote about the unit; only to measure what that is worth.
    """
    gate = bundle.gate if limit is None else bundle.gate_at(limit)
    flood = flooding(orders)
    for batch in _batches(orders):
        seen = bundle.predict_many([readable(one.text) for one in batch], k=k, keep_directions=keep_directions)
        for order, one in zip(batch, seen, strict=True):
            why = why_not(order, one, gate, flood)
            yield Answer(order, one.units, one.categories, not why, why)


def why_not(
    order: FileOrder, seen: Prediction, gate: GateChoice, flood: frozenset[str], facets: Facets | None = None
) -> str:
    """Why this order needs a person, in a clerk's words; "" where it would go at once."""
    if gate.threshold is None:
        return "这个上限下不自动派单"
    if not gate.dispatches(seen.confidence):
        return "把握不够"
    if not seen.known:
        return "大半是没学过的字词"
    reason = why_a_person(order.text)
    if reason:
        return reason
    if order.text in flood:
        return "同样的内容重复过多"
    told = facets or read_facets(order.text[:LONGEST])
    if told.transfer.value != "none":
        return f"应转 {told.transfer.value}"
    return "可能不予受理" if told.not_accept.value else ""


def _batches(orders: Sequence[FileOrder]) -> Iterator[list[FileOrder]]:
    rows = iter(orders)
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch
