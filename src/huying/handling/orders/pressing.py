"""What presses: of all that waits for a person, how much is urgent and how much late; said beside their menu."""

from typing import Any

from huying.base.org.models import Person
from huying.base.paging import COUNT_CAP, capped_count
from huying.handling.orders.filters import OrderFilters, late, narrowed, waiting_states
from huying.handling.orders.listing import scoped
from huying.handling.orders.models import Urgency
from huying.handling.orders.states import ORDER_TABLE

PRESSING = (Urgency.URGENT, Urgency.EMERGENCY)


def pressing(reader: Person) -> dict[str, Any]:
    """``{urgent, overdue, capped, states}`` of what waits for the reader; for a 督办员 every late order presses."""
    waiting = narrowed(scoped(reader, through_parts=True), reader, OrderFilters(mine=True))
    urgent, more_urgent = capped_count(waiting.filter(urgency__in=PRESSING))
    lateness = OrderFilters(overdue=True, mine=not reader.has_role("supervisor"))
    rows = narrowed(scoped(reader, through_parts=lateness.mine), reader, lateness)
    counted = [capped_count(rows.filter(each)) for each in late(lateness)]
    overdue = sum(count for count, _ in counted)
    return {
        "urgent": urgent,
        "overdue": min(overdue, COUNT_CAP),
        "capped": more_urgent or overdue > COUNT_CAP or any(more for _, more in counted),
        "states": waiting_states(ORDER_TABLE, reader),
    }
