"""Who hears at once of seats and calls for help: the centre. An event carries ids and a state, never words."""

from collections.abc import Mapping

from huying.base.events.live import register_scope
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.intake.seats.models import HelpCall, Seat


def seats(reader: Person, keys: set[int]) -> Mapping[int, str]:
    rows = Seat.objects.filter(pk__in=keys).values_list("pk", "public_id")
    return dict(rows) if reader.reach is Reach.CENTRE else {}


def calls(reader: Person, keys: set[int]) -> Mapping[int, str]:
    rows = HelpCall.objects.filter(pk__in=keys).values_list("pk", "public_id")
    return dict(rows) if reader.reach is Reach.CENTRE else {}


register_scope("seats.seat", seats)
register_scope("seats.helpcall", calls)
