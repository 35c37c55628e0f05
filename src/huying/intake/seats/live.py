"""Who hears at once of seats and calls for help. An event carries ids and a state, never words."""

from collections.abc import Sequence

from huying.base.events.live import register_scope, to_the_centre
from huying.base.org.models import Person
from huying.intake.seats.models import HelpCall, Seat
from huying.intake.seats.selectors import leads
from huying.intake.seats.states import LEADERS


def seats(people: Sequence[Person], keys: set[int]) -> list[dict[int, str]]:
    """Those who lead the seat: a floor of many agents goes on many times a second, and no colleague looks at it."""
    rows = list(Seat.objects.filter(pk__in=keys).values_list("pk", "public_id", "person__firm_id"))
    return [
        {key: public_id for key, public_id, firm in rows if person.has_role(*LEADERS) and leads(person, firm)}
        for person in people
    ]


register_scope("seats.seat", seats)
register_scope("seats.helpcall", to_the_centre(HelpCall))
