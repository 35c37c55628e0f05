"""Handing new events, by position, to the webhooks that want them."""

import uuid
from collections.abc import Sequence as Items

from django.db import transaction
from django.db.models import F

from huying.base.calendars import clock
from huying.base.events import deliveries, obligations
from huying.base.events.models import Event, Sequence, Webhook, WebhookDelivery

KIND = "webhook.deliver"
BATCH = 500
PING = "webhook.ping"


def latest_position() -> int:
    """Position of the newest event in order; 0 before the first."""
    return Sequence.objects.filter(stream="events").values_list("position", flat=True).first() or 0


def obligation_key(webhook: int, event_id: uuid.UUID) -> str:
    """The one obligation to tell a receiver of an event."""
    return f"webhook:{webhook}:{event_id}"


def wants(types: Items[str], event_type: str) -> bool:
    """Whether a webhook that listens to ``types`` wants an event: ``order`` means ``order.…`` too, ``*`` means all."""
    return any(wanted == "*" or event_type == wanted or event_type.startswith(f"{wanted}.") for wanted in types)


def fan_out() -> int:
    """Write a delivery for each new event that an active webhook wants; the number of events passed."""
    newest = latest_position()
    behind = Webhook.objects.filter(active=True, position__lt=newest).values_list("pk", flat=True)
    return sum(_advance(key, newest) for key in behind)


def _advance(key: int, newest: int) -> int:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=key, active=True, position__lt=newest).first()
        if webhook is None:  # another worker was first
            return 0
        events = list(Event.objects.filter(position__gt=webhook.position).order_by("position")[:BATCH])
        wanted = [event for event in events if wants(webhook.types, event.type)]
        now = clock.now()
        WebhookDelivery.objects.bulk_create(
            [
                WebhookDelivery(webhook=webhook, event_id=e.event_id, event_position=e.position, created_at=now)
                for e in wanted
            ],
            ignore_conflicts=True,
        )
        obligations.oblige_many(
            [
                obligations.Due(
                    KIND, obligation_key(webhook.pk, e.event_id), now, {"webhook": webhook.pk, "event": str(e.event_id)}
                )
                for e in wanted
            ]
        )
        webhook.position = events[-1].position if events else newest
        webhook.save(update_fields=["position"])
    return len(events)


def deliver(webhook_id: int, event_id: str, *, last_attempt: bool) -> None:
    """Send one event to one webhook and note what came back; :class:`obligations.TryAgain` where it was not taken."""
    webhook = Webhook.objects.filter(pk=webhook_id, active=True).first()
    event = Event.objects.filter(event_id=event_id).first()
    row = WebhookDelivery.objects.filter(webhook_id=webhook_id, event_id=event_id)
    if webhook is None or event is None:
        row.update(error="推送已停用，或事件已过保存期", given_up_at=clock.now())
        return
    outcome = deliveries.send(webhook, deliveries.body_of(event), event_id=event_id, event_type=event.type)
    now = clock.now()
    row.update(
        attempts=F("attempts") + 1,
        status=outcome.status,
        error=outcome.error[:300],
        delivered_at=now if outcome.delivered else None,
        given_up_at=now if last_attempt and not outcome.delivered else None,
    )
    if not outcome.delivered:
        raise obligations.TryAgain(outcome.error or f"对方回应 {outcome.status}")
