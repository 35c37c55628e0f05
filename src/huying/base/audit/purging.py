"""Retention of the audit log."""

from huying.base.audit import actions
from huying.base.audit.models import AuditAnchor, AuditEntry
from huying.base.purging import Job, delete_rows, purger
from huying.base.retention import Retention


@purger("审计记录", Retention.AUDIT)
def audit_rows(job: Job) -> int:
    """The old beginning of the chain goes, an anchor takes its place. A run that was cut off is ended by the next."""
    if job.dry_run:
        last = actions.purgeable(job.before)
        return AuditEntry.objects.filter(position__lte=last.position).count() if last else 0
    actions.anchor_before(actor=job.actor, before=job.before)
    anchor = AuditAnchor.objects.order_by("-position").first()
    return delete_rows(AuditEntry.objects.filter(position__lte=anchor.position), job) if anchor else 0
