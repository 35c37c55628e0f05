"""The only writes of this room: notes of its own use, and purging by retention with an anchor."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from huying.base.audit.models import AuditAnchor, AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record, record_access

SHORTEST = timedelta(days=183)


def note_use(*, actor, verb: str, criteria: dict[str, Any], rows: int) -> None:
    """Reading the log is itself in the log: who looked, by which criteria, at how many rows."""
    record_access(actor=actor, verb=verb, subject_type="", subject_id=None, changes={**criteria, "rows": rows})


def purgeable(before: datetime) -> AuditEntry | None:
    """The last row of the unbroken old beginning of the chain; none where nothing is old enough.

    Rows of the last six months are never among them (网络安全法 第二十一条).
    """
    if before > clock.now() - SHORTEST:
        raise Invalid("审计记录至少保存六个月，不能清理更近的记录。", code="audit_kept")
    sealed = AuditEntry.objects.filter(position__isnull=False)
    first_kept = sealed.filter(at__gte=before).order_by("position").first()
    old = sealed.filter(position__lt=first_kept.position) if first_kept else sealed
    return old.order_by("-position").first()


def anchor_before(*, actor, before: datetime) -> AuditAnchor | None:
    """Let the chain begin after what is older than ``before``; none where it already does.

    The anchor repeats position and seal of the last old row, and an audit row confirms it: an anchor that nobody
    confirmed breaks the chain. The old rows themselves are removed afterwards, in short transactions.
    """
    with transaction.atomic():
        last = purgeable(before)
        newest = AuditAnchor.objects.order_by("-position").first()
        if last is None or (newest is not None and last.position <= newest.position):  # type: ignore[operator]
            return None
        anchor = AuditAnchor.objects.create(
            position=last.position, digest=last.digest, purged_until=before, created_at=clock.now()
        )
        confirmation = {"position": anchor.position, "digest": anchor.digest}
        record(actor=actor, verb="audit.purge", subject=anchor, changes=confirmation)
    return anchor
