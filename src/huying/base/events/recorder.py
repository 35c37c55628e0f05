"""Writing down what happened: one event and one audit row, in the caller's transaction."""

from typing import Any

from django.db import transaction

from huying.base import rows
from huying.base.audit.context import current
from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events.models import Event


def record(
    *,
    actor,
    verb: str,
    subject=None,
    payload: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    at=None,
) -> Event:
    """Insert the event and the audit row of one action. Must be called inside that action's transaction.

    ``payload`` and ``changes`` hold ids, codes and digests, never a phone number, a name or a text of a citizen.
    """
    assert transaction.get_connection().in_atomic_block, "record() belongs into the action's transaction"
    moment = at or clock.now()
    label, key = (subject._meta.label_lower, subject.pk) if subject is not None else ("", None)
    event = Event.objects.create(
        type=verb, at=moment, actor_id=actor.pk, subject_type=label, subject_id=key, payload=payload or {}
    )
    AuditEntry.objects.bulk_create([_entry(actor, verb, label, key, changes or {}, reason, moment)])
    return event


def record_many(*, actor, verb: str, subjects: list[tuple[Any, dict[str, Any], Any]], changes: dict[str, Any]) -> None:
    """A bulk path's record: one event per subject ``(object, payload, at)``, and one audit row for the batch."""
    assert transaction.get_connection().in_atomic_block, "record_many() belongs into the action's transaction"
    events = ((verb, at, actor.pk, o._meta.label_lower, o.pk, payload) for o, payload, at in subjects)
    rows.insert(Event, ["type", "at", "actor_id", "subject_type", "subject_id", "payload"], events)
    AuditEntry.objects.bulk_create([_entry(actor, verb, "", None, changes, "", clock.now())])


def record_access(*, actor, verb: str, subject_type: str, subject_id: int | None, changes: dict[str, Any], reason=""):
    """One row for a response that shows personal data, written and committed before the bytes leave."""
    row = _entry(actor, verb, subject_type, subject_id, changes, reason, clock.now())
    AuditEntry.objects.bulk_create([row])


def record_refusal(*, actor, verb: str, reason: str, subject=None) -> None:
    """A refused attempt that security wants to know of (wrong password, no right, broken seal)."""
    label, key = (subject._meta.label_lower, subject.pk) if subject is not None else ("", None)
    row = _entry(actor, verb, label, key, {}, reason, clock.now())
    row.succeeded = False
    AuditEntry.objects.bulk_create([row])


def _entry(actor, verb, label, key, changes, reason, at) -> AuditEntry:
    context = current()
    return AuditEntry(
        at=at,
        actor_id=actor.pk if actor is not None else None,
        token_id=context.token_id,
        verb=verb,
        subject_type=label,
        subject_id=key,
        changes=changes,
        reason=reason[:300],
        request_id=context.request_id,
        address=context.address,
    )
