"""The same words many times within minutes: a machine, a campaign, or one event that many tell. A person looks.

The first ``FEW`` may still go without a person: they cannot be told from an ordinary order. The team leader is told
once in every five minutes for as long as it goes on.
"""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from huying.base.calendars import clock
from huying.base.events.obligations import oblige
from huying.base.events.recorder import record
from huying.base.org.selectors import system_person
from huying.handling.orders.models import WorkOrder

FEW = 2
WITHIN = timedelta(minutes=5)
TELL = "dispatch.tell_burst"
COUNTED = 1000


def in_burst(order: WorkOrder) -> bool:
    """Whether more than ``FEW`` orders with these words were filed around this one."""
    return len(_same(order).values_list("pk", flat=True)[: FEW + 1]) > FEW


def _same(order: WorkOrder) -> QuerySet[WorkOrder]:
    around = (order.filed_at - WITHIN, order.filed_at + WITHIN)
    return WorkOrder.objects.filter(filed_at__range=around, title=order.title, text=order.text)


def have_leader_told(order: WorkOrder) -> None:
    """One obligation for all orders with these words of the same five minutes."""
    words = hashlib.sha256(f"{order.title}\n{order.text}".encode()).hexdigest()[:24]
    span = int(order.filed_at.timestamp() // WITHIN.total_seconds())
    oblige(kind=TELL, key=f"{TELL}:{words}:{span}", due_at=clock.now(), payload={"workorder": order.pk})


def tell_burst(order: WorkOrder) -> None:
    """The team leader and the duty leader hear how many there are so far; counted to ``COUNTED``."""
    count = len(_same(order).values_list("pk", flat=True)[:COUNTED])
    payload = {"order": order.public_id, "orders": count, "tell": ["team_leader", "duty_leader"]}
    with transaction.atomic():
        record(actor=system_person(), verb="dispatch.burst_noticed", subject=order, payload=payload)
