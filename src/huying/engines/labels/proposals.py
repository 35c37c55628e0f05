"""What is proposed to a person about the labels of a history, and what becomes of the history where the person agrees."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeVar

MERGE, RENAME, RELABEL, EXCLUDE = "merge", "rename", "relabel", "exclude"
KINDS = {MERGE: "同一单位的两种写法", RENAME: "更名或承接", RELABEL: "相同内容派了不同单位", EXCLUDE: "只引用别的工单"}


class Labelled(Protocol):
    """What label care needs of an order. `number` names it in proposals."""

    @property
    def number(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def day(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """`subject` becomes `target`, in all orders (merge, rename) or in those of `orders` (relabel; exclude: taken out).

    `count`: orders that would change; `reason`, `evidence`, `effect` in a clerk's words; `confidence` in (0, 1).
    """

    kind: str
    subject: str
    target: str
    count: int
    reason: str
    evidence: tuple[str, ...]
    effect: str
    confidence: float
    orders: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same proposal has the same key in every run over the same history."""
        said = "\x1f".join((self.kind, self.subject, self.target, *self.orders))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A proposal that a person agreed to, as far as it changes orders."""

    kind: str
    subject: str
    target: str
    orders: tuple[str, ...] = ()


Order = TypeVar("Order", bound=Labelled)


def name_changes(confirmed: Iterable[Confirmed]) -> dict[str, str]:
    """Old name → the name at the end of its chain (A→B, B→C: A→C). Raises ValueError where names go in a circle."""
    steps = {one.subject: one.target for one in confirmed if one.kind in (MERGE, RENAME) and one.subject != one.target}
    ends: dict[str, str] = {}
    for name in steps:
        seen, end = {name}, steps[name]
        while end in steps:
            if end in seen:
                raise ValueError(f"改名的建议成了圈：{'、'.join(sorted(seen))}，请只同意其中一个方向。")
            seen.add(end)
            end = steps[end]
        ends[name] = end
    return ends


def apply(orders: Sequence[Order], confirmed: Sequence[Confirmed]) -> list[Order]:
    """The history as a person wants it learned; the orders themselves stay as they are. Raises ValueError on circles."""
    names = name_changes(confirmed)
    left_out = {number for one in confirmed if one.kind == EXCLUDE for number in one.orders}
    moved = {number: one.target for one in confirmed if one.kind == RELABEL for number in one.orders}
    made = []
    for order in orders:
        if order.number in left_out:
            continue
        unit = moved.get(order.number, order.unit)
        unit = names.get(unit, unit)
        made.append(order if unit == order.unit else replace(order, unit=unit))  # type: ignore[type-var]
    return made
