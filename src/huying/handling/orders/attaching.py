"""Files of orders: who may add one, who may see one."""

from typing import IO

from huying.base.errors import Conflict, NotAllowed
from huying.base.files import access
from huying.base.files import actions as files
from huying.base.files.models import Attachment
from huying.base.org.models import Person
from huying.handling.orders import selectors
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.moves import ANY_CENTRE, HANDLERS, UNIT_LEADERS

SUBJECT = "orders.workorder"
ADDERS = ANY_CENTRE | HANDLERS | UNIT_LEADERS


def attach(*, actor: Person, order: WorkOrder, name: str, stream: IO[bytes]) -> Attachment:
    """Add a file to an order within the actor's scope; judged by content, kept once, recorded by the room of files."""
    if not ADDERS.intersection(actor.roles):
        raise NotAllowed("您的角色不能添加附件。", code="role")
    if order.state == "archived":
        raise Conflict("工单已归档，不能再添加附件。", code="not_in_state", current={"state": order.state})
    return files.store(actor=actor, subject=order, name=name, stream=stream)


def may_see(person: Person, order_id: int) -> bool:
    """Whoever sees the order sees its files."""
    return selectors.visible_orders(person).filter(pk=order_id).exists()


access.register(SUBJECT, may_see)
