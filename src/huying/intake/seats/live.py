"""Who hears at once of seats and calls for help: the centre. An event carries ids and a state, never words."""

from huying.base.events.live import register_scope, to_the_centre
from huying.intake.seats.models import HelpCall, Seat

register_scope("seats.seat", to_the_centre(Seat))
register_scope("seats.helpcall", to_the_centre(HelpCall))
