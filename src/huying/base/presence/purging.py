"""Rows of sockets that ended without saying so."""

from huying.base.presence.models import Presence
from huying.base.purging import Job, delete_rows, purger
from huying.base.retention import Retention


@purger("在看记录", Retention.TECHNICAL)
def presences(job: Job) -> int:
    return delete_rows(Presence.objects.filter(until__lt=job.before), job)
