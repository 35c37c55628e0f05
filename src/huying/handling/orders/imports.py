"""The bulk path: orders that another system or a made-up centre has already lived through.

An action too: one transaction a batch, every timeline played through the state tables, one event an order, one audit
row with the batch's digest. No query for a single row.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from huying.base import vault
from huying.base.calendars import clock
from huying.base.events.recorder import record_many
from huying.base.org.models import Person, Unit
from huying.base.parties.models import Citizen, Respondent
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders import clockwork, limits, numbers
from huying.handling.orders.actions.intake import CALLER_PLACE
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.pasts import Past, PastMove, played, usual_moves


@dataclass
class ImportedOrder:
    """An order as its source knows it. ``text`` and ``reply`` hold tokens. With ``times_known=False`` only the day of
    ``filed_at`` means anything. Where ``moves`` is empty the usual way is taken to ``status`` (``open`` or ``closed``).
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
    moves: Sequence[PastMove] = ()


@dataclass
class BatchResult:
    """What came of a batch: orders written, in the batch's sequence, and how many were here already."""

    orders: list[WorkOrder] = field(default_factory=list)
    present: int = 0

    @property
    def added(self) -> int:
        return len(self.orders)


def import_orders(*, actor: Person, batch: Sequence[ImportedOrder]) -> BatchResult:
    """Write a batch in one transaction; what is here already (source and number) or comes twice is passed over.

    Raises ``IllegalPast`` where moves given can't have happened; nothing is then written.
    """
    result = BatchResult()
    with transaction.atomic():
        fresh = _not_here(batch)
        result.present = len(batch) - len(fresh)
        if not fresh:
            return result
        pasts = [_past(each) for each in fresh]
        result.orders = _orders(actor, fresh, pasts)
        WorkOrder.objects.bulk_create(result.orders, batch_size=500)
        parts = [_parts(o, each, past) for o, each, past in zip(result.orders, fresh, pasts, strict=True)]
        Assignment.objects.bulk_create([part for given in parts for part in given], batch_size=500)
        steps = [
            step
            for order, given, past in zip(result.orders, parts, pasts, strict=True)
            for step in _steps(actor, order, given, past)
        ]
        Step.objects.bulk_create(steps, batch_size=2000)
        _record(actor, fresh, result.orders)
    return result


def _not_here(batch: Sequence[ImportedOrder]) -> list[ImportedOrder]:
    known: set[tuple[str, str]] = set()
    for source in {each.source for each in batch}:
        wanted = [each.source_no for each in batch if each.source == source and each.source_no]
        rows = WorkOrder.objects.filter(source=source, source_no__in=wanted)
        known |= {(source, number) for number in rows.values_list("source_no", flat=True)}
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
    moves = each.moves or usual_moves(
        filed_at=each.filed_at,
        closed_at=each.closed_at if each.times_known else None,
        closed=each.status != "open",
        units=len(_units(each)),
        visited=bool(each.solved and each.satisfied),
    )
    return played(moves, parts=len(_units(each)), start=each.filed_at)


def _orders(actor: Person, batch: list[ImportedOrder], pasts: list[Past]) -> list[WorkOrder]:
    days = [clock.local(each.filed_at).date() for each in batch]
    serials = {day: numbers.take_serials(day, count) for day, count in sorted(Counter(days).items())}
    orders = []
    for each, past, day in zip(batch, pasts, days, strict=True):
        order = WorkOrder(
            order_no=numbers.order_no(day, serials[day]),
            query_code=numbers.query_code(),
            filed_by=actor,
            state=past.state,
            state_since=past.since,
            **_content(each),
        )
        serials[day] += 1
        _times(order, each, past)
        orders.append(order)
    return orders


def _content(each: ImportedOrder) -> dict[str, Any]:
    same = (
        "text identifiers_sealed channel request_type urgency emotion citizen anonymous confidential category "
        "incident_division respondent opinion reply conclusion contacted solved satisfied source source_no "
        "filed_at times_known"
    )
    return {name: getattr(each, name) for name in same.split()} | {
        "title": (each.title or each.text)[:120],
        "incident_place": each.incident_place[:200],
        "caller_place_sealed": vault.seal(each.caller_place[:200], CALLER_PLACE),
        "lead_unit": each.unit,
        "answerable_unit": each.unit,
        "dispatched_by": each.dispatched_by if each.unit else "",
    }


def _times(order: WorkOrder, each: ImportedOrder, past: Past) -> None:
    """What the source tells; a promise of ours only for orders that are still open or were lived through by moves."""
    if each.moves or past.state not in ("closed", "answered"):
        clockwork.promise(order, each.filed_at)
    if each.due_at:
        order.due_from, order.due_at = each.filed_at, each.due_at
        order.promised_at = order.first_promised_at = each.due_at
    order.dispatched_at = _told_at(past, "dispatch", "designate")
    order.concluded_at = _told_at(past, "pass_audit")
    if past.state in ("closed", "answered", "declined", "withdrawn", "transferred", "archived"):
        order.closed_at = each.closed_at if each.times_known else None
        if each.moves:
            order.closed_at = past.since
        order.closing = _closing(past, lived=bool(each.moves))
    late = order.concluded_at or order.closed_at
    order.overdue = bool(order.promised_at and late and late > order.promised_at)


def _told_at(past: Past, *actions: str) -> datetime | None:
    found = [move for action in actions if (move := past.last(action)) is not None and move.told]
    return max(move.at for move in found) if found else None


def _closing(past: Past, *, lived: bool) -> str:
    if past.state != "closed":
        return ""
    if past.last("record_visit") is not None:
        return "visited"
    return "no_visit" if lived else "source"


def _parts(order: WorkOrder, each: ImportedOrder, past: Past) -> list[Assignment]:
    """The units' assignments; none where the order never came to be dispatched."""
    given = []
    for index, (unit, (state, since)) in enumerate(zip(_units(each), past.parts, strict=False)):
        dispatched = past.last("dispatch") or past.last("designate")
        start = dispatched.at if dispatched else each.filed_at
        signed, submitted, finished = (past.last(name, index) for name in ("sign", "sign_off", "finish"))
        due = max(order.due_at or limits.due(order, "handle", each.filed_at), start)
        given.append(
            Assignment(
                order=order,
                unit=unit,
                part="assist" if index else "lead",
                state=state,
                state_since=since,
                opinion=each.opinion,
                dispatched_at=start,
                dispatched_by=each.dispatched_by,
                sign_due_at=min(limits.due(order, "sign", start), due),
                due_from=start,
                due_at=due,
                signed_at=signed.at if signed and signed.told else None,
                submitted_at=submitted.at if submitted and submitted.told else None,
                ended_at=submitted.at if submitted and submitted.told else None,
                conclusion=each.conclusion if finished and not index else "",
                answer=each.reply if finished and not index else "",
            )
        )
    return given


def _steps(actor: Person, order: WorkOrder, parts: list[Assignment], past: Past) -> list[Step]:
    steps = []
    for each in past.steps:
        move = each.move
        steps.append(
            Step(
                order_id=order.pk,  # keys, not rows: tens of thousands of these are made
                assignment_id=None if move.part is None else parts[move.part].pk,
                action=move.action,
                at=move.at,
                by_id=(move.by or actor).pk,
                from_state=each.from_state,
                to_state=each.to_state,
                note=move.note,
                data=move.data if move.told else {**move.data, "not_in_source": True},
            )
        )
    return steps


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
