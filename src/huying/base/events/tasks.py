"""Background work of this room."""

from datetime import time

from huying.base.events import purging, webhooks
from huying.base.events.daily import once_a_day
from huying.base.events.models import Obligation
from huying.base.events.obligations import MAX_ATTEMPTS, handler


@handler(webhooks.KIND, external=True)
def deliver(obligation: Obligation) -> None:
    payload = obligation.payload
    webhooks.deliver(payload["webhook"], payload["event"], last_attempt=obligation.attempts >= MAX_ATTEMPTS)


@handler("events.purge_technical", external=True)  # commits in short transactions of its own
def purge_technical(obligation: Obligation) -> None:
    purging.purge_technical()


once_a_day("events.purge_technical", time(3, 30))
