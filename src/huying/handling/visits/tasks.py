"""What visits do by themselves: invite the citizen by SMS; stand in for the order's moves that write rows here."""

from huying.base.events.models import Obligation
from huying.base.events.obligations import handler, oblige_many
from huying.base.notices.actions import prepare
from huying.base.org.selectors import system_person
from huying.handling.orders.hooks import OVERRIDES
from huying.handling.orders.models import WorkOrder
from huying.handling.visits import actions
from huying.handling.visits.links import address

OVERRIDES["record_visit"] = actions.record
OVERRIDES["judge"] = actions.judge


@handler("visit.invite")
def invite(obligation: Obligation) -> None:
    """An order has come to be visited: the citizen gets a link; whoever does not answer it is called by a person."""
    order = WorkOrder.objects.select_related("citizen").get(pk=obligation.payload["workorder"])
    if order.state != "to_visit" or order.citizen is None:
        return
    link = address(actions.make_link(actor=system_person(), order=order))
    fields = {"order_no": order.order_no, "title": order.title, "link": link}
    oblige_many(
        [prepare(citizen=order.citizen, subject=order, code="visit", fields=fields, number=order.redo_count + 1)]
    )
