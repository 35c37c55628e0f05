"""What presses: of all that waits for a person, how much is urgent and how much late; said beside their menu."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.paging import COUNT_CAP, capped_count
from huying.handling.orders.filters import OrderFilters, late, own_states, waiting
from huying.handling.orders.listing import scoped
from huying.handling.orders.models import Urgency

PRESSING = (Urgency.URGENT, Urgency.EMERGENCY)


def pressing(reader: Person) -> dict[str, Any]:
    """``{urgent, overdue, capped, states}`` of what waits for the reader; for a 督办员 every late order presses."""
    pieces = waiting(reader)
    once = [piece & ~reduce(or_, pieces[:place]) if place else piece for place, piece in enumerate(pieces)]
    lateness = late(OrderFilters(overdue=True))
    urgent = _count(reader, [piece & Q(urgency__in=PRESSING) for piece in once])
    watched = [Q()] if reader.reach is Reach.CENTRE and reader.has_role("supervisor") else once
    overdue = _count(reader, [piece & each for piece in watched for each in lateness])
    return {
        "urgent": min(urgent, COUNT_CAP),
        "overdue": min(overdue, COUNT_CAP),
        "capped": max(urgent, overdue) > COUNT_CAP,
        "states": own_states(reader),
    }


def _count(reader: Person, pieces: list[Q]) -> int:
    """How many orders there are in all, by one statement a piece; each is counted up to the cap and one beyond."""
    counted = [capped_count(scoped(reader, through_parts=True).filter(piece)) for piece in pieces]
    return sum(count + more for count, more in counted)
