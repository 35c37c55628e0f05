"""Photos that citizens add to what they filed."""

from typing import IO

from huying.base.errors import Conflict
from huying.base.files.actions import store_photo
from huying.base.files.models import Attachment
from huying.base.files.selectors import of_subject
from huying.base.org.selectors import system_person
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import OPEN_STATES

MOST_PHOTOS = 9


def add_by_citizen(*, own: WorkOrder, name: str, stream: IO[bytes]) -> Attachment:
    """A photo of the scene, turned and cleaned; of a merged order it goes to its master."""
    order = own.master if own.state == "merged" and own.master is not None else own
    if order.state not in OPEN_STATES:
        raise Conflict("这件诉求已经结束；如有新的情况，请拨打 12345 或重新提交。", code="ended")
    if of_subject(order).filter(kind="scene").count() >= MOST_PHOTOS:
        raise Conflict(f"一件诉求最多 {MOST_PHOTOS} 张现场照片。", code="too_many_photos")
    return store_photo(actor=system_person(), subject=order, name=name, stream=stream, kind="scene")
