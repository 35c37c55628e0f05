"""Reading orders and assignments within the reader's scope: the centre all, a unit its own and what is below it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Person, Unit
from huying.base.org.roles import Reach
from huying.base.paging import capped_count, keyset_page
from huying.base.parties.models import Citizen
from huying.handling.orders import permissions, presenting
from huying.handling.orders.filters import OrderFilters, narrowed, waiting_states
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.permissions import Case
from huying.handling.orders.states import ASSIGNMENT_TABLE, OPEN_ASSIGNMENT_STATES, OPEN_STATES, Move

JOINED = ("category", "incident_division", "lead_unit", "citizen")
# What a line of a list shows, and nothing else: half of a list's time would go into making objects.
LISTED = (
    "public_id", "order_no", "version", "title", "state", "urgency", "request_type", "channel", "incident_place",
    "filed_at", "promised_at", "due_from", "due_at", "clock_kind", "clock_stopped_at", "master", "category", "citizen",
    "urge_count", "supervision_level", "redo_count",
    "overdue", "difficult", "repeat", "sensitive", "confidential", "anonymous", "unreasonable", "automatic",
)  # fmt: skip
BESIDE = {
    "category_name": F("category__full_name"),
    "division_name": F("incident_division__name"),
    "unit_id": F("lead_unit__public_id"),
    "unit_name": F("lead_unit__name"),
    "phone_sealed": F("citizen__phone_sealed"),
    "name_sealed": F("citizen__name_sealed"),
}


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


def order_rows(reader: Person, filters: OrderFilters) -> QuerySet[WorkOrder]:
    return narrowed(visible_orders(reader), reader, filters)


def order_page(reader: Person, filters: OrderFilters, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    """``{items, next, count, count_capped}``; counts stop at 1,000. Six statements at most, whatever the number."""
    rows = order_rows(reader, filters)
    keys = ("due_at", "id") if filters.by_due else ("-filed_at", "-id")
    listed = rows.only(*LISTED).annotate(**BESIDE).order_by(*keys)
    page, following = keyset_page(listed, cursor=cursor, fields=keys, limit=limit)
    count, capped = capped_count(rows)
    own = _own_assignments(reader, page)
    return {
        "items": [presenting.item(order, reader, own.get(order.pk), _beside(order)) for order in page],
        "next": following,
        "count": count,
        "count_capped": capped,
        "shown": [order.pk for order in page if order.citizen_id],
    }


def _beside(order: WorkOrder) -> presenting.Beside:
    """What the list's query brought along with the row."""
    return presenting.Beside(**{name: getattr(order, name) for name in BESIDE})


def _own_assignments(reader: Person, orders: list[WorkOrder]) -> dict[int, Assignment]:
    """For people of units: their part in each order, an open one before an ended one, the newest first."""
    if reader.reach is not Reach.UNIT:
        return {}
    rows = visible_assignments(reader).select_related("unit").filter(order__in=orders).order_by("id")
    own: dict[int, Assignment] = {}
    for row in rows:
        known = own.get(row.order_id)
        if known is None or row.state in OPEN_ASSIGNMENT_STATES or known.state not in OPEN_ASSIGNMENT_STATES:
            own[row.order_id] = row
    return own


def assignment_page(reader: Person, *, state: str = "", mine: bool = False, cursor: str = "", limit: int = 50):
    """Assignments by due time: those of one state, or those that wait for the reader."""
    rows = visible_assignments(reader)
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
