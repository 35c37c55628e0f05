"""What falls due in this room."""

from datetime import time

from django.db import transaction

from huying.base.events.daily import once_a_day
from huying.base.events.models import Obligation
from huying.base.events.obligations import handler
from huying.base.events.recorder import record
from huying.base.org.selectors import system_person
from huying.handling.linkage import actions, network
from huying.handling.linkage.joining import ALARM, still_open
from huying.handling.linkage.models import Mediation
from huying.handling.orders.models import WorkOrder


@handler(ALARM)
def alarm(obligation: Obligation) -> None:
    """The team leader hears of an emergency or an angry caller, by an event about the order."""
    order = WorkOrder.objects.filter(pk=obligation.payload["workorder"]).first()
    if order is None or not still_open(order):
        return
    payload = {"order": order.public_id, "why": obligation.payload["why"], "tell": ["team_leader"]}
    with transaction.atomic():
        record(actor=system_person(), verb="linkage.alarmed", subject=order, payload=payload)


@handler(actions.MEDIATION_DUE)
def mediation_due(obligation: Obligation) -> None:
    """The time agreed with the enterprise is over."""
    rows = Mediation.objects.select_related("order", "contract__enterprise", "contract__regulator")
    mediation = rows.filter(pk=obligation.payload["mediation"], outcome="").first()
    if mediation is not None:
        actions.mediation_due(mediation)


@handler("linkage.build_network")
def build_network(obligation: Obligation) -> None:
    network.rebuild(actor=system_person())


once_a_day("linkage.build_network", time(1, 0))
