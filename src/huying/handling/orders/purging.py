"""Erasing what identifies people in orders whose time has passed; the orders and their figures stay."""

from django.db import transaction
from django.db.models import Q

from huying.base.events.recorder import record
from huying.base.purging import BATCH, Job, purger
from huying.base.retention import Retention
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.states import OPEN_STATES

SEALED = ("identifiers_sealed", "reply_identifiers_sealed", "caller_place_sealed")


@purger("工单中的个人信息", Retention.CASE)
def erase_identifiers(job: Job) -> int:
    """Sealed identifiers and addresses of orders that ended before the cutoff; their tokens stay in the text."""
    anything = Q(*[(f"{name}__gt", "") for name in SEALED], _connector=Q.OR)
    steps = Q(steps__identifiers_sealed__gt="") | Q(assignments__answer_identifiers_sealed__gt="")
    ended = WorkOrder.objects.filter(closed_at__lt=job.before).exclude(state__in=OPEN_STATES)
    rows = ended.filter(anything | steps).distinct()
    if job.dry_run:
        return rows.count()
    erased = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            WorkOrder.objects.filter(pk__in=keys).update(**dict.fromkeys(SEALED, ""))
            Step.objects.filter(order__in=keys).update(identifiers_sealed="")
            Assignment.objects.filter(order__in=keys).update(answer_identifiers_sealed="")
            record(actor=job.actor, verb="orders.erased", changes={"orders": len(keys), "last": keys[-1]})
        erased += len(keys)
    return erased
