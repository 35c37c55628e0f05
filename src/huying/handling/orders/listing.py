"""Pages of orders: keys first, by an index that ends where the page ends, then the rows of the page.

The centre's lists walk the orders, a unit's walk its reach (`reach.py`), a question in words asks the full-text index,
and so does whoever looks back by several conditions at once. Every way costs the same at ten thousand orders and at a million.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.paging import COUNT_CAP, LIMIT, counted_keys
from huying.base.search.selectors import State, standing
from huying.handling.orders import finding, presenting
from huying.handling.orders.filters import OrderFilters, late, looks_back, narrowed, narrowing
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES

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


def scoped(reader: Person, *, through_parts: bool = False) -> QuerySet[WorkOrder]:
    """Orders within the reader's reach, for lists: a unit's come through the reach kept ready for it, unless a condition
    on the unit's own assignments keeps to it already (``through_parts``)."""
    rows = WorkOrder.objects.all()
    if reader.reach is Reach.CENTRE:
        return rows
    if reader.reach is Reach.UNIT and reader.unit is not None and through_parts:
        return rows
    if reader.reach is Reach.UNIT and reader.unit is not None:
        within = FilteredRelation("in_units", condition=Q(in_units__unit=reader.unit))
        rows = rows.annotate(within=within).filter(within__unit=reader.unit)
        # As names of their own: a later filter through the relation would join the table a second time.
        return rows.annotate(reached_at=F("within__filed_at"), reached=F("within__order"))
    return rows.none()


def order_page(reader: Person, filters: OrderFilters, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    """``{items, next, count, count_capped, notice}``; counts stop at 1,000. The number of statements does not grow.

    ``notice``: what the person has to know about the answer, such as that the full-text index is just being built.
    """
    limit = max(1, min(limit, LIMIT))
    asked = finding.meant(filters.words, reader) if filters.words.strip() else finding.Meant()
    rows = narrowed(scoped(reader, through_parts=filters.mine), reader, filters)
    if asked.condition is not None:
        rows = rows.filter(asked.condition)
    if asked.question or (asked.condition is None and _through_index(reader, filters, cursor)):
        limits = narrowing(reader, filters)
        fitting = _shown(rows.filter(reduce(or_, late(filters))))
        found = finding.page_of_hits(fitting, limits, asked.question, cursor=cursor, limit=limit)
        return _page(reader, found.rows, found.next, found.count, found.capped, found.notice)
    fields = _sorting(reader, filters)
    parts = [rows.filter(each).order_by(*fields) for each in late(filters)]
    keys = counted_keys(parts, cursor=cursor, fields=fields, limit=limit)
    known = _shown(WorkOrder.objects.all()).in_bulk(keys.page)
    page = [known[key] for key in keys.page if key in known]
    last = page[-1] if page else None
    following = last and keys.cursor(last.due_at if filters.by_due else last.filed_at, last.pk)
    return _page(reader, page, following, min(keys.count, COUNT_CAP), keys.capped)


def _through_index(reader: Person, filters: OrderFilters, cursor: str) -> bool:
    """Looking back by several conditions goes through the full-text index while it is up to date; all pages one way."""
    if not looks_back(reader, filters):
        return False
    return finding.is_place(cursor) if cursor else standing().state is State.READY


def _shown(rows: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    return rows.only(*LISTED).annotate(**BESIDE)


def _sorting(reader: Person, filters: OrderFilters) -> tuple[str, str]:
    """By columns of that table whose index begins with the scope."""
    if filters.by_due:
        return "due_at", "id"
    kept = reader.reach is Reach.UNIT and not filters.mine
    return ("-reached_at", "-reached") if kept else ("-filed_at", "-id")


def _page(
    reader: Person, page: list[WorkOrder], following: str | None, count: int, capped: bool, notice: str = ""
) -> dict[str, Any]:
    own = _own_assignments(reader, page)
    return {
        "items": [presenting.item(order, reader, own.get(order.pk), _beside(order)) for order in page],
        "next": following,
        "count": count,
        "count_capped": capped,
        "notice": notice,
        "shown": [order.pk for order in page if order.citizen_id],
    }


def _beside(order: WorkOrder) -> presenting.Beside:
    """What the list's query brought along with the row."""
    return presenting.Beside(**{name: getattr(order, name) for name in BESIDE})


def _own_assignments(reader: Person, orders: list[WorkOrder]) -> dict[int, Assignment]:
    """For people of units: their part in each order, an open one before an ended one, the newest first."""
    if reader.reach is not Reach.UNIT or reader.unit is None:
        return {}
    rows = Assignment.objects.filter(order__in=[order.pk for order in orders])
    rows = rows.filter(unit__path__startswith=reader.unit.path).select_related("unit").order_by("id")
    own: dict[int, Assignment] = {}
    for row in rows:
        known = own.get(row.order_id)
        if known is None or row.state in OPEN_ASSIGNMENT_STATES or known.state not in OPEN_ASSIGNMENT_STATES:
            own[row.order_id] = row
    return own
