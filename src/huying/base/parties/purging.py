"""Erasing citizens whose time has passed; what belongs to them goes first, each by its own room."""

from huying.base.parties.actions import erase_expired, expired_citizens
from huying.base.purging import Job, purger
from huying.base.retention import Retention


@purger("诉求人的个人信息", Retention.CASE)
def erase_citizens(job: Job) -> int:
    if job.dry_run:
        return expired_citizens(job.before).count()
    erased = 0
    while batch := erase_expired(actor=job.actor, before=job.before):
        erased += batch
    return erased
