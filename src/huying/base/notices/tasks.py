"""Background work of this room: sending."""

from huying.base.events.models import Obligation
from huying.base.events.obligations import handler
from huying.base.notices import actions


@handler(actions.KIND, external=True)
def send(obligation: Obligation) -> None:
    """The gateway is outside: the message goes first, under an id that the gateway can tell apart, then it is marked."""
    actions.send(key=obligation.key, payload=obligation.payload)
