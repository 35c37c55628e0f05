"""What became of orders: which unit was finally right, and when that was known. The one source of labels.

A label is *settled* where the lead unit signed and went on (neither released after an accepted objection nor still open
to one); for imported orders it is the source's unit. Labels are time-valid: ``known_by`` gives only what was known at
that moment. A unit is named by the one that answers for it today (renames, mergers).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from huying.base.calendars import clock
from huying.handling.orders.models import Assignment

UNSETTLED = ("to_sign", "objected", "released", "cancelled")
COLUMNS = ("text", "category__full_name", "filed_at", "incident_place", "incident_division_id")


@dataclass(frozen=True)
class Settled:
    """An order with its final lead ``unit`` (key) as recorded."""

    order: int
    text: str
    unit: int
    category: str
    filed_at: datetime
    place: str
    division: int | None


def settled_assignments(*, known_by: datetime | None = None) -> QuerySet[Assignment]:
    """Lead assignments that settled their order's unit, by what is known now or was at a moment."""
    rows = Assignment.objects.filter(part=Assignment.Part.LEAD, parent__isnull=True).exclude(state__in=UNSETTLED)
    if known_by is not None:
        rows = rows.filter(state_since__lte=known_by) | rows.filter(signed_at__lte=known_by)
    return rows


def settled(
    *, since: date | None = None, until: date | None = None, known_by: datetime | None = None
) -> Iterator[Settled]:
    """Settled orders filed from ``since`` to before ``until``, oldest first."""
    rows = settled_assignments(known_by=known_by)
    if since is not None:
        rows = rows.filter(order__filed_at__gte=datetime.combine(since, time(), clock.SHANGHAI))
    if until is not None:
        rows = rows.filter(order__filed_at__lt=datetime.combine(until, time(), clock.SHANGHAI))
    values = rows.order_by("order__filed_at", "order_id").values_list(
        "order_id", "unit_id", *(f"order__{name}" for name in COLUMNS)
    )
    for order, unit, text, category, filed_at, place, division in values.iterator(chunk_size=2000):
        yield Settled(order, text, unit, category or "", filed_at, place, division)


def final_units(orders: list[int]) -> dict[int, int]:
    """Order key → key of the unit that was finally right, for those that are settled."""
    found: dict[int, int] = {}
    for start in range(0, len(orders), 500):
        chunk = settled_assignments().filter(order_id__in=orders[start : start + 500])
        found |= dict(chunk.values_list("order_id", "unit_id"))
    return found
