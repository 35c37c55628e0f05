"""Files of orders: who may add one, who may see one."""

from typing import IO

from huying.base.errors import Conflict, NotAllowed
from huying.base.files import access
from huying.base.files import actions as files
from huying.base.files.models import Attachment
from huying.base.files.photos import Facts
from huying.base.org.models import Person
from huying.handling.orders import selectors
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.moves import ANY_CENTRE, HANDLERS, UNIT_LEADERS

SUBJECT = "orders.workorder"
ADDERS = ANY_CENTRE | HANDLERS | UNIT_LEADERS
PHOTOS = {"scene": "现场照片", "before": "办理前", "after": "办理后"}


def attach(
    *,
    actor: Person,
    order: WorkOrder,
    name: str,
    stream: IO[bytes],
    kind: str = "evidence",
    told: Facts = files.UNSAID,
) -> Attachment:
    """Add a file to an order within the actor's scope; judged by content, kept once, recorded by the room of files.

    Photos of the scene, before and after handling are turned and freed of what the camera wrote into them; ``told`` is
    when and where the page says they were taken, for those that do not say it themselves.
    """
    if not ADDERS.intersection(actor.roles):
        raise NotAllowed("您的角色不能添加附件。", code="role")
    if order.state == "archived":
        raise Conflict("工单已归档，不能再添加附件。", code="not_in_state", current={"state": order.state})
    if kind in PHOTOS:
        return files.store_photo(actor=actor, subject=order, name=name, stream=stream, kind=kind, told=told)
    return files.store(actor=actor, subject=order, name=name, stream=stream)


def may_see(person: Person, order_id: int) -> bool:
    """Whoever sees the order sees its files."""
    return selectors.visible_orders(person).filter(pk=order_id).exists()


access.register(SUBJECT, may_see)
