"""The bulk path: orders that another system or a made-up centre has already lived through.

An action too: one transaction a batch, every timeline played through the state tables, one event an order, one audit
row with the batch's digest. No query and no statement for a single row.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from huying.base import rows, vault
from huying.base.calendars import clock
from huying.base.events.obligations import Due, oblige_many
from huying.base.events.recorder import record_many
from huying.base.org.models import Person, Unit
from huying.base.parties.models import Citizen, Respondent
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders import limits, numbers, rules, timers
from huying.handling.orders.actions.intake import CALLER_PLACE
from huying.handling.orders.actions.petitions import morning_of
from huying.handling.orders.models import (
    Assignment,
    DifficultCase,
    Milestone,
    Objection,
    Outreach,
    Petition,
    Step,
    UnitOrder,
    WorkOrder,
)
from huying.handling.orders.pasts import Past, PastMove, played, usual_moves
from huying.handling.orders.reliving import Left, relive
from huying.handling.orders.states import OPEN_STATES
from huying.handling.orders.terms import Terms

STEP = ["order_id", "assignment_id", "action", "at", "by_id", "from_state", "to_state", "note", "data"]


@dataclass
class ImportedOrder:
    """An order as its source knows it. ``text`` and ``reply`` hold tokens. With ``times_known=False`` only the day of
    ``filed_at`` means anything. Where ``moves`` is empty the usual way is taken to ``status`` (``open`` or ``closed``);
    with moves, what the units answered and the citizen said stands in them. ``master``: the order into which a move
    merged this one, written before or earlier in the same batch.
    """

    source: str
    source_no: str
    text: str
    filed_at: datetime
    identifiers_sealed: str = ""
    title: str = ""
    times_known: bool = True
    status: str = "closed"
    closed_at: datetime | None = None
    due_at: datetime | None = None
    unit: Unit | None = None
    assists: Sequence[Unit] = ()
    category: Category | None = None
    channel: str = "phone"
    request_type: str = "help"
    urgency: str = "general"
    emotion: str = "calm"
    citizen: Citizen | None = None
    anonymous: bool = False
    confidential: bool = False
    incident_place: str = ""
    incident_division: Division | None = None
    caller_place: str = ""
    respondent: Respondent | None = None
    opinion: str = ""
    reply: str = ""
    conclusion: str = ""
    contacted: str = ""
    solved: str = ""
    satisfied: str = ""
    dispatched_by: str = "source"
    repeat: bool = False
    caller_division: Division | None = None
    master: "ImportedOrder | WorkOrder | None" = None
    moves: Sequence[PastMove] = ()


@dataclass
class BatchResult:
    """What came of a batch: orders written, in the batch's sequence, and how many were here already."""

    orders: list[WorkOrder] = field(default_factory=list)
    present: int = 0

    @property
    def added(self) -> int:
        return len(self.orders)


def import_orders(*, actor: Person, batch: Sequence[ImportedOrder], now: datetime | None = None) -> BatchResult:
    """Write a batch in one transaction; what is here already (source and number) or comes twice is passed over.

    ``now``: up to when the pasts are told, by which an open order is late or not; the clock's now if not given. Raises ``IllegalPast`` where moves given can't have happened; nothing is then written. Orders that were lived through
    by moves and are still open have the timers that the actions would have left.
    """
    result = BatchResult()
    with transaction.atomic():
        fresh = _not_here(batch)
        result.present = len(batch) - len(fresh)
        if not fresh:
            return result
        moment = now or clock.now()
        lives = _lives(actor, fresh, moment)
        result.orders = [left.order for left in lives]
        _write(actor, lives)
        oblige_many(
            [due for each, left in zip(fresh, lives, strict=True) if each.moves for due in _timers(left, moment)]
        )
        _record(actor, fresh, result.orders)
    return result


def _not_here(batch: Sequence[ImportedOrder]) -> list[ImportedOrder]:
    known: set[tuple[str, str]] = set()
    for source in {each.source for each in batch}:
        wanted = [each.source_no for each in batch if each.source == source and each.source_no]
        if wanted:
            found = WorkOrder.objects.filter(source=source, source_no__in=wanted)
            known |= {(source, number) for number in found.values_list("source_no", flat=True)}
    fresh = []
    for each in batch:
        key = (each.source, each.source_no)
        if key not in known:
            fresh.append(each)
            if each.source_no:
                known.add(key)
    return fresh


def _units(each: ImportedOrder) -> list[Unit]:
    return [unit for unit in (each.unit, *each.assists) if unit is not None]


def _past(each: ImportedOrder) -> Past:
    units = _units(each)
    moves = each.moves or usual_moves(
        filed_at=each.filed_at,
        closed_at=each.closed_at if each.times_known else None,
        closed=each.status != "open",
        units=len(units),
        visited=bool(each.solved and each.satisfied),
    )
    past = played(moves, parts=len(units), start=each.filed_at)
    unnamed = [part for part in past.parts if part.unit is None]
    for number, part in enumerate(unnamed):
        part.unit = units[number % len(units)]
    return past


def _lives(actor: Person, batch: list[ImportedOrder], now: datetime) -> list[Left]:
    """Every order with what its past left behind, the masters before those merged into them."""
    days = [clock.local(each.filed_at).date() for each in batch]
    serials = {day: numbers.take_serials(day, count) for day, count in sorted(Counter(days).items())}
    keys, terms = rows.take_keys(WorkOrder, len(batch)), Terms()
    made: dict[int, WorkOrder] = {}
    lives = []
    for each, day, key in zip(batch, days, keys, strict=True):
        past = _past(each)
        order = WorkOrder(
            id=key,
            order_no=numbers.order_no(day, serials[day]),
            query_code=numbers.query_code(),
            filed_by=actor if not each.moves else (each.moves[0].by or actor),
            state=past.state,
            state_since=past.since,
            **_content(each),
        )
        serials[day] += 1
        made[id(each)] = order
        order.master = made[id(each.master)] if isinstance(each.master, ImportedOrder) else each.master
        _promise(order, each, past, terms)
        left = relive(order, past, actor, terms, now)
        if not each.moves:
            _as_told(order, each, past)
        lives.append(left)
    return lives


def _content(each: ImportedOrder) -> dict[str, Any]:
    same = (
        "text identifiers_sealed channel request_type urgency emotion citizen anonymous confidential category "
        "incident_division caller_division respondent opinion reply conclusion contacted solved satisfied source "
        "source_no filed_at times_known repeat"
    )
    return {name: getattr(each, name) for name in same.split()} | {
        "title": (each.title or each.text)[:120],
        "incident_place": each.incident_place[:200],
        "caller_place_sealed": vault.seal(each.caller_place[:200], CALLER_PLACE),
        "lead_unit": each.unit,
        "answerable_unit": each.unit,
        "dispatched_by": each.dispatched_by if each.unit else "",
    }


def _promise(order: WorkOrder, each: ImportedOrder, past: Past, terms: Terms) -> None:
    """What the source tells; a promise of ours only for orders that are still open or were lived through by moves."""
    if each.moves:
        order.lead_unit = order.answerable_unit = None  # until a move says who
        order.dispatched_by = ""
    if each.moves or past.state not in ("closed", "answered"):
        order.clock_kind = rules.clock_kind(terms.limit(order, "handle"))
        order.due_from, order.due_at = each.filed_at, terms.due(order, "handle", each.filed_at)
        order.promised_at = order.first_promised_at = order.due_at
    if each.due_at:
        order.due_from, order.due_at = each.filed_at, each.due_at
        order.promised_at = order.first_promised_at = each.due_at


def _as_told(order: WorkOrder, each: ImportedOrder, past: Past) -> None:
    """The end of an order of which the source tells no moves: as the source has it, no hour made up."""
    order.dispatched_by = each.dispatched_by if each.unit else ""
    if past.state in ("closed", "answered"):
        order.closed_at = each.closed_at if each.times_known else None
    if past.state == "closed" and not (each.solved and each.satisfied):
        order.closing = "source"
    late = order.concluded_at or order.closed_at
    order.overdue = bool(order.promised_at and late and late > order.promised_at)


def _write(actor: Person, lives: list[Left]) -> None:
    rows.insert_objects(WorkOrder, [left.order for left in lives])
    _give_keys(Assignment, [part for left in lives for part in left.parts])
    for left in lives:
        for part, told in zip(left.parts, left.past.parts, strict=True):
            part.order_id = left.order.pk
            part.parent_id = None if told.parent is None else left.parts[told.parent].pk
    parts = [part for left in lives for part in left.parts]
    rows.insert_objects(Assignment, parts)
    rows.insert(UnitOrder, ["unit_id", "order_id", "filed_at"], UnitOrder.objects.rows_of(parts))
    rows.insert(Step, STEP, (row for left in lives for row in _steps(actor, left)))
    _beside(Objection, [(left.parts[index], row) for left in lives for index, row in left.objections])
    _beside(Petition, [(left.parts[index], row) for left in lives for index, row in left.petitions])
    _beside(Outreach, [(left.parts[index], row) for left in lives for index, row in left.outreach])
    _difficult([left for left in lives if left.difficult is not None])


def _give_keys(model: type, objects: list[Any]) -> None:
    for key, each in zip(rows.take_keys(model, len(objects)), objects, strict=True):
        each.pk = key


def _beside(model: type, pairs: list[tuple[Assignment, Any]]) -> None:
    for assignment, row in pairs:
        row.assignment_id = assignment.pk
    _give_keys(model, [row for _, row in pairs])
    rows.insert_objects(model, [row for _, row in pairs])


def _difficult(lives: list[Left]) -> None:
    for left in lives:
        assert left.difficult is not None
        left.difficult.order_id = left.order.pk
    DifficultCase.objects.bulk_create([left.difficult for left in lives if left.difficult])
    for left in lives:
        for milestone in left.milestones:
            milestone.case = left.difficult
    Milestone.objects.bulk_create([milestone for left in lives for milestone in left.milestones])


def _steps(actor: Person, left: Left) -> Iterator[tuple]:
    order, parts = left.order, left.parts
    for each in left.past.steps:
        move = each.move
        yield (
            order.pk,
            None if move.part is None else parts[move.part].pk,
            move.action,
            move.at,
            (move.by or actor).pk,
            each.from_state,
            each.to_state,
            move.note,
            _data(move, order),
        )


def _data(move: PastMove, order: WorkOrder) -> dict[str, Any]:
    data = dict(move.data) if move.told else {**move.data, "not_in_source": True}
    if move.gives:
        given = [unit.pk for unit in move.gives]
        data |= (
            {"unit": given[0], "assists": given[1:]} if move.action in ("dispatch", "designate") else {"unit": given[0]}
        )
    if move.action == "merge" and order.master is not None:
        data["master"] = order.master.order_no
    return data


def _timers(left: Left, now: datetime) -> list[Due]:
    """What is still to come by the clock for an order that is open; what is past has been told by the moves."""
    order = left.order
    if order.state not in OPEN_STATES:
        return []
    dues = timers.of_order(order)
    for part in left.parts:
        dues += timers.of_assignment(part)
    for _, objection in left.objections:
        if objection.decided_at is None:
            dues.append(timers.for_row("objection.due", objection.pk, limits.due(order, "decide", objection.filed_at)))
    for _, petition in left.petitions:
        if petition.decided_at is None:
            dues.append(timers.for_row("petition.due", petition.pk, limits.due(order, "decide", petition.filed_at)))
        elif petition.kind == "suspension" and petition.granted and petition.review_on:
            dues.append(timers.for_row("suspension.review", petition.pk, morning_of(petition.review_on)))
    if order.shelved_until and order.state == "to_judge":
        dues.append(timers.shelved_review(order, morning_of(order.shelved_until)))
    if left.difficult is not None:
        dues.append(timers.for_row("difficult.due", left.difficult.pk, left.difficult.due))
    return [due for due in dues if due.due_at > now]


def _record(actor: Person, batch: list[ImportedOrder], orders: list[WorkOrder]) -> None:
    digest = hashlib.sha256("\n".join(f"{o.source}\t{o.source_no}" for o in orders).encode()).hexdigest()
    record_many(
        actor=actor,
        verb="order.imported",
        subjects=[
            (
                order,
                {
                    "order": order.public_id,
                    "to": order.state,
                    "unit": order.lead_unit_id,
                    "category": order.category_id,
                    "source": order.source,
                },
                order.filed_at.astimezone(UTC),
            )
            for order in orders
        ],
        changes={"orders": len(orders), "digest": digest, "sources": sorted({each.source for each in batch})},
    )
