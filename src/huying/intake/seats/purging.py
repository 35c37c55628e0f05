"""Retention of this room's rows."""

from huying.base.purging import Job, delete_rows, purger
from huying.base.retention import Retention
from huying.intake.seats.models import HelpCall, SeatSpan


@purger("坐席状态记录", Retention.CONTACT)
def spans(job: Job) -> int:
    return delete_rows(SeatSpan.objects.filter(ended_at__lt=job.before), job)


@purger("班长求助记录", Retention.CONTACT)
def calls(job: Job) -> int:
    return delete_rows(HelpCall.objects.filter(ended_at__lt=job.before), job)
