"""Visits over HTTP. Recording one is an action of the order (``record_visit``, ``judge``)."""

from django.http import HttpRequest
from ninja import Router
from ninja.throttling import AnonRateThrottle

from huying.base.org.access import PublicForm, require_role
from huying.handling.orders.selectors import get_order
from huying.handling.visits import actions, schemas
from huying.handling.visits.links import address

router = Router(tags=["visits"])
public = Router(tags=["public"], auth=PublicForm())


@router.post("/orders/{order_id}/link", response=schemas.LinkOut, summary="生成回访链接")
def make_link(request: HttpRequest, order_id: str):
    require_role(request.auth, "visitor")
    order = get_order(request.auth, order_id)
    return {"url": address(actions.make_link(actor=request.auth, order=order))}


@public.get(
    "/{secret}", response=schemas.InvitationOut, summary="市民打开回访链接", throttle=[AnonRateThrottle("60/h")]
)
def open_link(request: HttpRequest, secret: str):
    order = actions.open_link(secret).order
    return {
        "order_no": order.order_no,
        "title": order.title,
        "unit": order.lead_unit.name if order.lead_unit else "",
        "reply": order.reply,
        "filed_at": order.filed_at,
    }


@public.post("/{secret}", response=schemas.ThanksOut, summary="市民评价", throttle=[AnonRateThrottle("30/h")])
def answer(request: HttpRequest, secret: str, body: schemas.AnswersIn):
    actions.answer_link(secret=secret, **body.dict())
    return {"message": "已收到您的评价，谢谢。"}
