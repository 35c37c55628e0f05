"""Reading orders and assignments within the reader's scope: the centre all, a unit its own and what is below it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Person, Unit
from huying.base.org.roles import Reach
from huying.base.paging import capped_count, keyset_page
from huying.base.parties.models import Citizen
from huying.handling.orders import permissions, presenting
from huying.handling.orders.filters import waiting_states
from huying.handling.orders.listing import order_page
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.permissions import Case
from huying.handling.orders.states import ASSIGNMENT_TABLE, OPEN_ASSIGNMENT_STATES, OPEN_STATES, Move

__all__ = [
    "allowed_actions", "allowed_assignment_actions", "assignment_page", "get_assignment", "get_order",
    "open_orders_of", "order_detail", "order_page", "present_load", "timeline", "visible_assignments", "visible_orders",
]  # fmt: skip

JOINED = ("category", "incident_division", "lead_unit", "citizen")


def visible_assignments(reader: Person) -> QuerySet[Assignment]:
    """Assignments within the reader's reach."""
    rows = Assignment.objects.all()
    if reader.reach is Reach.CENTRE:
        return rows
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return rows.filter(unit__path__startswith=reader.unit.path)
    return rows.none()


def visible_orders(reader: Person) -> QuerySet[WorkOrder]:
    """Orders within the reader's reach: a unit's are those with an assignment there or below."""
    rows = WorkOrder.objects.all()
    if reader.reach is Reach.CENTRE:
        return rows
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return rows.filter(pk__in=visible_assignments(reader).values("order_id"))
    return rows.none()


def get_order(reader: Person, public_id: str) -> WorkOrder:
    """One order with what its page shows beside it. Out of scope reads like not there."""
    found = visible_orders(reader).select_related(*JOINED, "respondent", "master").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这件工单，或不在您的范围内。")
    return found


def get_assignment(reader: Person, public_id: str) -> Assignment:
    rows = visible_assignments(reader).select_related("unit", "order").filter(public_id=public_id)
    found = rows.first()
    if found is None:
        raise NotFound("没有这件承办任务，或不在您的范围内。")
    return found


def assignment_page(
    reader: Person,
    *,
    state: str = "",
    mine: bool = False,
    own: bool = False,
    redo: bool = False,
    cursor: str = "",
    limit: int = 50,
):
    """Assignments by due time: those of one state, or those that wait for the reader; ``own``: not those below."""
    rows = visible_assignments(reader)
    if own:
        rows = rows.filter(unit=reader.unit)
    if redo:
        rows = rows.filter(redo_round__gt=0)
    if state:
        rows = rows.filter(state__in=[each for each in state.split(",") if each in ASSIGNMENT_TABLE])
    if mine:
        rows = rows.filter(state__in=waiting_states(ASSIGNMENT_TABLE, reader))
    keys = ("due_at", "id")
    joined = rows.select_related("unit", *(f"order__{name}" for name in JOINED)).order_by(*keys)
    page, following = keyset_page(joined, cursor=cursor, fields=keys, limit=limit)
    count, capped = capped_count(rows)
    return {
        "items": [presenting.item(row.order, reader, row) for row in page],
        "next": following,
        "count": count,
        "count_capped": capped,
        "notice": "",
        "shown": [row.order_id for row in page if row.order.citizen_id],
    }


def order_detail(reader: Person, order: WorkOrder) -> dict[str, Any]:
    """Everything an order's page shows, with what the reader may do. The number of statements does not grow."""
    assignments = list(
        order.assignments.select_related("unit", "parent")
        .prefetch_related("outreach__by", "petitions", "objections__suggested")
        .order_by("id")
    )
    for assignment in assignments:
        assignment.order = order
    return presenting.detail(order, reader, assignments)


def timeline(reader: Person, order: WorkOrder) -> list[dict[str, Any]]:
    """All that happened to an order, oldest first."""
    rows = list(Step.objects.filter(order=order).select_related("by__unit", "assignment__unit").order_by("at", "id"))
    units = Unit.objects.in_bulk({pk for row in rows for pk in presenting.units_of(row)})
    return [presenting.step(row, units) for row in rows]


def allowed_actions(person: Person, order: WorkOrder) -> list[Move]:
    """The moves the person may make now on the order."""
    return permissions.allowed_moves(person, Case(order))


def allowed_assignment_actions(person: Person, assignment: Assignment) -> list[Move]:
    """The moves the person may make now on the assignment."""
    return permissions.allowed_moves(person, Case(assignment.order, assignment))


def present_load(unit_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """``{unit id: (open assignments, of them overdue)}``; units without work are (0, 0)."""
    wanted = list(unit_ids)
    now = clock.now()
    late = Count("id", filter=Q(due_at__lt=now, clock_stopped_at__isnull=True))
    rows = (
        Assignment.objects.filter(unit_id__in=wanted, state__in=OPEN_ASSIGNMENT_STATES)
        .values("unit_id")
        .annotate(open=Count("id"), late=late)
        .values_list("unit_id", "open", "late")
    )
    found = {unit: (open_, overdue) for unit, open_, overdue in rows}
    return {unit: found.get(unit, (0, 0)) for unit in wanted}


def open_orders_of(citizen: Citizen) -> QuerySet[WorkOrder]:
    """Orders of the citizen that are still handled, merged ones included while their master is; the newest first."""
    master_open = Exists(WorkOrder.objects.filter(pk=OuterRef("master_id"), state__in=OPEN_STATES))
    rows = WorkOrder.objects.filter(citizen=citizen)
    return rows.filter(Q(state__in=OPEN_STATES) | Q(master_open, state="merged")).order_by("-filed_at", "-id")
