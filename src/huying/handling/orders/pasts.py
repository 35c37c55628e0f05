"""The past of an order that was not lived here: a list of moves, checked step by step against the two state tables.

Pure: dataclasses in and out. Imports and made-up centres write timelines only through :func:`played`, so that no order
has a past that could not have happened. A move whose time the source does not tell is marked, never given an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huying.handling.orders.states import ASSIGNMENT_TABLE, OPEN_ASSIGNMENT_STATES, ORDER_TABLE

ORDER = None  # the move is the order's own
GIVES_LEAD = ("dispatch", "designate", "reassign")
ENDED = ("released", "cancelled")
DONE = frozenset({"to_audit", "to_visit", "to_judge", "closed", "withdrawn", "merged", "archived"})


class IllegalPast(ValueError):
    """The moves can't have happened in this sequence."""


@dataclass(frozen=True, slots=True)
class PastMove:
    """One move: of the order, or (``part`` = index of the assignment, in the sequence given out) of an assignment.

    ``gives``: the units that get an assignment by it — of a dispatch, designation, reassignment or accepted objection
    the first is the new lead; of ``add_assist`` an assist; of ``delegate`` a unit below.
    """

    action: str
    at: datetime
    part: int | None = ORDER
    to: str = ""
    told: bool = True  # whether the source itself tells this move and its time
    note: str = ""
    by: Any = None  # who did it; the importer's actor where nobody is given
    data: dict[str, Any] = field(default_factory=dict)
    gives: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class PastStep:
    move: PastMove
    from_state: str
    to_state: str


@dataclass(slots=True)
class PastPart:
    """An assignment as the moves leave it. ``unit`` is None where the move that gave it named nobody."""

    unit: Any
    role: str
    parent: int | None
    given: PastMove
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What the moves came to: the order's state and since when, its assignments, and the steps in between."""

    state: str
    since: datetime
    parts: tuple[PastPart, ...]
    steps: tuple[PastStep, ...]

    def last(self, action: str, part: int | None = ORDER) -> PastMove | None:
        """The last move of this name."""
        for step in reversed(self.steps):
            if step.move.action == action and step.move.part == part:
                return step.move
        return None


def played(moves: Sequence[PastMove], *, parts: int, start: datetime) -> Past:
    """Play the moves from ``draft``. A dispatch that names no units gives ``parts`` assignments, the first the lead.

    Raises :class:`IllegalPast` where a move is not in the table of the state it meets, where time runs backwards,
    where an order stands after dispatch without units, or before it with units already at work, where two units lead
    at once, or where it was concluded although a unit has still to answer.
    """
    story = _Story(parts, start)
    for move in moves:
        story.make(move)
    return story.told()


class _Story:
    def __init__(self, usual: int, start: datetime) -> None:
        self.usual = usual
        self.state, self.since, self.now = "draft", start, start
        self.parts: list[PastPart] = []
        self.steps: list[PastStep] = []

    def make(self, move: PastMove) -> None:
        if move.at < self.now:
            raise IllegalPast(f"{move.action} happened before what came before it")
        self.now = move.at
        if move.part is ORDER:
            before, after = self.state, _next(ORDER_TABLE, self.state, move)
            if after != before:
                self.state, self.since = after, move.at
            self._given_by_order(move)
            if move.action == "units_done":
                self._all_answered()
        else:
            if move.part >= len(self.parts):
                raise IllegalPast(f"{move.action} by a unit that has not been given the order")
            part = self.parts[move.part]
            before, after = part.state, _next(ASSIGNMENT_TABLE, part.state, move)
            part.state, part.since = after, move.at
            self._given_by_unit(move, part)
        self.steps.append(PastStep(move, before, after))

    def _given_by_order(self, move: PastMove) -> None:
        if move.action in GIVES_LEAD and self.state == "in_hand":
            units = move.gives or (() if move.action == "reassign" else (None,) * self.usual)
            if not units:
                raise IllegalPast("dispatched to nobody")
            for serial, unit in enumerate(units):
                self._open(unit, "assist" if serial else "lead", None, move)
        elif move.action == "add_assist":
            for unit in move.gives:
                self._open(unit, "assist", None, move)

    def _given_by_unit(self, move: PastMove, part: PastPart) -> None:
        if move.action == "accept_objection":
            for unit in move.gives:
                self._open(unit, part.role, part.parent, move)
        elif move.action == "delegate":
            for unit in move.gives:
                self._open(unit, part.role, move.part, move)

    def _open(self, unit: Any, role: str, parent: int | None, move: PastMove) -> None:
        self.parts.append(PastPart(unit, role, parent, move, "to_sign", move.at))

    def _leads(self) -> list[PastPart]:
        return [p for p in self.parts if p.role == "lead" and p.parent is None and p.state not in ENDED]

    def _all_answered(self) -> None:
        if any(p.state in OPEN_ASSIGNMENT_STATES for p in self.parts if p.parent is None):
            raise IllegalPast("concluded although not every unit has submitted")

    def told(self) -> Past:
        leads = self._leads()
        if len(leads) > 1:
            raise IllegalPast("two units lead at once")
        if self.state == "in_hand" and not leads:
            raise IllegalPast("in hand without a lead unit")
        if self.state in DONE and any(part.state in OPEN_ASSIGNMENT_STATES for part in self.parts):
            raise IllegalPast("concluded although not every unit has submitted")
        return Past(self.state, self.since, tuple(self.parts), tuple(self.steps))


def _next(table: dict, state: str, move: PastMove) -> str:
    found = _MOVES[table is ORDER_TABLE].get((state, move.action))
    if found is None:
        raise IllegalPast(f"{move.action} is not possible in {state}")
    if not found:
        return state
    target = move.to or found[0]
    if target not in found:
        raise IllegalPast(f"{move.action} does not lead from {state} to {target}")
    return target


_MOVES = {
    is_order: {(state, move.action): move.to for state, row in table.items() for move in row.moves}
    for is_order, table in ((True, ORDER_TABLE), (False, ASSIGNMENT_TABLE))
}


def usual_moves(
    *, filed_at: datetime, closed_at: datetime | None, closed: bool, units: int, visited: bool = False
) -> list[PastMove]:
    """The way from filing to what a source says became of the order, where it tells only the beginning and the end.

    Without a unit an order that ended was answered directly. What lies between is put at the time of the fact that it
    must have preceded or followed, and marked as not told by the source.
    """
    end = closed_at or filed_at
    told_end = closed_at is not None
    if not units:
        if closed:
            return [PastMove("answer", end, told=told_end)]
        return [PastMove("submit", filed_at, to="to_dispatch", told=False)]
    moves = [
        PastMove("submit", filed_at, to="to_dispatch", told=False),
        PastMove("dispatch", filed_at, told=False),
        *(PastMove("sign", filed_at, part, told=False) for part in range(units)),
    ]
    if not closed:
        return moves
    for part in range(units):
        moves += [PastMove("finish", end, part, told=False), PastMove("sign_off", end, part, told=False)]
    moves.append(PastMove("units_done", end, told=False))
    moves.append(PastMove("pass_audit", end, to="to_visit" if visited else "closed", told=told_end and not visited))
    if visited:
        moves.append(PastMove("record_visit", end, to="closed", told=told_end))
    return moves
