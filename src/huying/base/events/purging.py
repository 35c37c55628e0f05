"""Retention of this room's rows, and the act of purging everything whose time has passed."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q

from huying.base.events.models import Event, IdempotentReply, Obligation, Webhook, WebhookDelivery
from huying.base.events.recorder import record
from huying.base.purging import Job, cutoff, delete_rows, purger, purgers
from huying.base.retention import Retention


@purger("幂等回复", Retention.TECHNICAL)
def replies(job: Job) -> int:
    return delete_rows(IdempotentReply.objects.filter(created_at__lt=job.before), job)


@purger("已了结的待履行事项", Retention.TECHNICAL)
def finished_obligations(job: Job) -> int:
    ended = Q(done_at__lt=job.before) | Q(given_up_at__lt=job.before)
    return delete_rows(Obligation.objects.filter(ended), job)


@purger("过期会话", Retention.TECHNICAL)
def sessions(job: Job) -> int:
    session = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return delete_rows(session.objects.filter(expire_date__lt=job.before), job)


@purger("推送记录", Retention.EVENT)
def deliveries(job: Job) -> int:
    return delete_rows(WebhookDelivery.objects.filter(created_at__lt=job.before), job)


@purger("领域事件", Retention.EVENT)
def events(job: Job) -> int:
    """Only what every active webhook has passed: nothing that somebody still waits for is removed."""
    read_until = Webhook.objects.filter(active=True).aggregate(at=Min("position"))["at"]
    old = Event.objects.filter(at__lt=job.before, position__isnull=False)
    return delete_rows(old if read_until is None else old.filter(position__lte=read_until), job)


def purge_technical() -> int:
    """The nightly part of purging: rows that only the machine needs."""
    before = cutoff(Retention.TECHNICAL)
    assert before is not None
    technical = [known for known in purgers.values() if known.retention is Retention.TECHNICAL]
    return sum(known.run(Job(before, False, None)) for known in technical)


def purge(*, actor, dry_run: bool, told: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Obey every class of retention; rows removed by name. Each purger commits as it goes, the record comes last.

    A run that was cut off is simply repeated: what is gone is not counted twice.
    """
    removed: dict[str, int] = {}
    for known in purgers.values():
        before = cutoff(known.retention)
        if before is None:
            continue
        removed[known.name] = known.run(Job(before, dry_run, actor))
        if told:
            told(known.name, removed[known.name])
    if not dry_run:
        with transaction.atomic():
            record(actor=actor, verb="retention.purge", changes={"removed": removed})
    return removed
