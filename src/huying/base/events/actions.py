"""Every write about webhooks, and taking up again what was given up."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from huying.base import vault
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events import deliveries, webhooks
from huying.base.events.models import Event, Obligation, Webhook, WebhookDelivery
from huying.base.events.recorder import record
from huying.base.events.targets import ForbiddenTarget, resolve
from huying.base.versions import hold

MOST_RETRIED = 500  # deliveries in one go


def create_webhook(*, actor, name: str, url: str, types: list[str]) -> Webhook:
    """Let another system be told of events from now on; what happened before is not sent."""
    _check_target(url)
    with transaction.atomic():
        webhook = Webhook.objects.create(
            name=name,
            url=url,
            types=sorted(set(types)),
            secret_sealed=vault.seal(new_secret(), deliveries.SECRET_CONTEXT),
            created_at=clock.now(),
            position=webhooks.latest_position(),
        )
        record(actor=actor, verb="webhook.create", subject=webhook, changes={"types": [None, webhook.types]})
    return webhook


def update_webhook(
    *,
    actor,
    webhook: Webhook,
    expected_version: int | None = None,
    name: str | None = None,
    url: str | None = None,
    types: list[str] | None = None,
    active: bool | None = None,
) -> Webhook:
    """Change what is given. One that is switched on again begins with what happens from then on."""
    if url is not None and url != webhook.url:
        _check_target(url)
    given: dict[str, Any] = {
        "name": name,
        "url": url,
        "types": None if types is None else sorted(set(types)),
        "active": active,
    }
    with transaction.atomic():
        row = hold(webhook, expected_version)
        new = {field: value for field, value in given.items() if value is not None and value != getattr(row, field)}
        shown = {"types", "active"}  # name and address may name people; the log says only that they changed
        changes = {field: [getattr(row, field), value] if field in shown else "changed" for field, value in new.items()}
        for field, value in new.items():
            setattr(row, field, value)
        if new.get("active"):
            row.position = webhooks.latest_position()
        row.version += 1
        row.save()
        record(actor=actor, verb="webhook.update", subject=row, changes=changes)
    return row


def rotate_secret(*, actor, webhook: Webhook, expected_version: int | None = None) -> Webhook:
    """Sign with a new secret from now on; the old one is forgotten."""
    with transaction.atomic():
        row = hold(webhook, expected_version)
        row.secret_sealed = vault.seal(new_secret(), deliveries.SECRET_CONTEXT)
        row.version += 1
        row.save(update_fields=["secret_sealed", "version"])
        record(actor=actor, verb="webhook.rotate_secret", subject=row)
    return row


@dataclass(frozen=True)
class Trial:
    """What came back from a trial message."""

    delivered: bool
    status: int | None
    error: str


def test_webhook(*, actor, webhook: Webhook) -> Trial:
    """Send a signed trial message now and say what came back. The call is made before the transaction begins."""
    event_id = secrets.token_hex(16)
    body = deliveries.trial_body(event_id)
    outcome = deliveries.send(webhook, body, event_id=event_id, event_type=webhooks.PING)
    with transaction.atomic():
        record(actor=actor, verb="webhook.test", subject=webhook, changes={"status": outcome.status})
    return Trial(outcome.delivered, outcome.status, outcome.error)


def retry_given_up(*, actor, kind: str = "") -> int:
    """Take up again what was given up after too many failures (of one kind, or all); the number of obligations."""
    with transaction.atomic():
        rows = Obligation.objects.filter(given_up_at__isnull=False, done_at__isnull=True)
        rows = rows.filter(kind=kind) if kind else rows
        count = rows.update(given_up_at=None, attempts=0, leased_until=None, due_at=clock.now())
        if count:
            record(actor=actor, verb="obligation.retry", payload={"kind": kind}, changes={"count": count})
    return count


def retry_deliveries(*, actor, webhook: Webhook) -> int:
    """Send once more what one receiver did not take after all attempts; the number of deliveries taken up again.

    Events that are no longer kept are left out: there is nothing to send.
    """
    with transaction.atomic():
        row = hold(webhook)
        if not row.active:
            raise Invalid("这个推送已停用，请先启用。")
        given_up = WebhookDelivery.objects.filter(webhook=row, given_up_at__isnull=False, delivered_at__isnull=True)
        events = list(given_up.values_list("event_id", flat=True)[:MOST_RETRIED])
        kept = set(Event.objects.filter(event_id__in=events).values_list("event_id", flat=True))
        keys = [webhooks.obligation_key(row.pk, event) for event in events if event in kept]
        obligations = Obligation.objects.filter(key__in=keys)
        obligations.update(given_up_at=None, done_at=None, attempts=0, leased_until=None, due_at=clock.now())
        count = given_up.filter(event_id__in=kept).update(given_up_at=None, error="")
        if count:
            record(actor=actor, verb="webhook.retry", subject=row, changes={"count": count})
    return count


def new_secret() -> str:
    """A signing secret of 256 bits; the prefix lets a secret that leaked be found by search."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def _check_target(url: str) -> None:
    try:
        resolve(url)
    except ForbiddenTarget as error:
        raise Invalid(str(error), errors=[{"field": "url", "message": str(error)}]) from error
