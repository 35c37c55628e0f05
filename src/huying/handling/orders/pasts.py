"""The past of an order that was not lived here: a list of moves, checked step by step against the two state tables.

Pure: dataclasses in and out. Imports and made-up centres write timelines only through :func:`played`, so that no order
has a past that could not have happened. A move whose time the source does not tell is marked, never given an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE

ORDER = None  # the move is the order's own


class IllegalPast(ValueError):
    """The moves can't have happened in this sequence."""


@dataclass(frozen=True)
class PastMove:
    """One move: of the order, or (``part`` = index into the units given) of that unit's assignment."""

    action: str
    at: datetime
    part: int | None = ORDER
    to: str = ""
    told: bool = True  # whether the source itself tells this move and its time
    note: str = ""
    by: Any = None  # who did it; the importer's actor where nobody is given
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PastStep:
    move: PastMove
    from_state: str
    to_state: str


@dataclass(frozen=True)
class Past:
    """What the moves came to: the order's state and since when, each unit's state, and the steps in between."""

    state: str
    since: datetime
    parts: tuple[tuple[str, datetime], ...]
    steps: tuple[PastStep, ...]

    def last(self, action: str, part: int | None = ORDER) -> PastMove | None:
        """The last move of this name."""
        found = [s.move for s in self.steps if s.move.action == action and s.move.part == part]
        return found[-1] if found else None


def played(moves: Sequence[PastMove], *, parts: int, start: datetime) -> Past:
    """Play the moves from ``draft``. ``parts`` assignments (the first is the lead) exist from dispatch on.

    Raises :class:`IllegalPast` where a move is not in the table of the state it meets, where time runs backwards, or
    where an order stands after dispatch without units, or before it with units already at work.
    """
    state, since, now = "draft", start, start
    units: list[tuple[str, datetime] | None] = [None] * parts
    steps = []
    for move in moves:
        if move.at < now:
            raise IllegalPast(f"{move.action} happened before what came before it")
        now = move.at
        if move.part is ORDER:
            before, state = state, _next(ORDER_TABLE, state, move)
            since = now if state != before else since
            if move.action in ("dispatch", "designate"):
                if not parts:
                    raise IllegalPast("dispatched to nobody")
                units = [("to_sign", now)] * parts
            steps.append(PastStep(move, before, state))
        else:
            known = units[move.part] if move.part < parts else None
            if known is None:
                raise IllegalPast(f"{move.action} by a unit that has not been given the order")
            after = _next(ASSIGNMENT_TABLE, known[0], move)
            units[move.part] = (after, now)
            steps.append(PastStep(move, known[0], after))
    given = tuple(unit for unit in units if unit is not None)
    if state in ("to_audit", "to_visit") and any(unit[0] != "submitted" for unit in given):
        raise IllegalPast("concluded although not every unit has submitted")
    return Past(state, since, given, tuple(steps))


def _next(table: dict, state: str, move: PastMove) -> str:
    found = next((m for m in table[state].moves if m.action == move.action), None)
    if found is None:
        raise IllegalPast(f"{move.action} is not possible in {state}")
    if not found.to:
        return state
    target = move.to or found.to[0]
    if target not in found.to:
        raise IllegalPast(f"{move.action} does not lead from {state} to {target}")
    return target


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
