"""Background work of this room."""

from huying.base.events import obligations
from huying.base.events.models import Obligation
from huying.handling.dispatch.actions import automatic
from huying.handling.orders.models import WorkOrder


@obligations.handler("order.auto_dispatch")
def auto_dispatch(obligation: Obligation) -> None:
    """The model's try at an order that waits for dispatch. An order somebody else dispatched is left as it is."""
    order = WorkOrder.objects.select_related("category").filter(pk=obligation.payload["workorder"]).first()
    if order is not None:
        automatic.dispatch_automatically(order)
