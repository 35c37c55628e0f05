"""Visits over HTTP. Recording one is an action of the order (``record_visit``, ``judge``)."""

from django.http import HttpRequest
from ninja import Router

from huying.base.errors import Conflict
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import PublicForm, require_role
from huying.base.org.throttling import PerAddress
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.selectors import get_order
from huying.handling.visits import actions, schemas
from huying.handling.visits.links import address

router = Router(tags=["visits"])
public = Router(tags=["public"], auth=PublicForm())


@router.post("/orders/{order_id}/link", response=schemas.LinkOut, summary="生成回访链接")
def make_link(request: HttpRequest, order_id: str, idempotency_key: IdempotencyKey = None):
    """Answers with the address, once: a repetition neither ends that link nor can show it again."""
    require_role(request.auth, "visitor")
    order = get_order(request.auth, order_id)
    made: list[str] = []

    def create() -> WorkOrder:
        made.append(address(actions.make_link(actor=request.auth, order=order)))
        return order

    reply = once(request, idempotency_key, create=create, load=lambda _: order, status=200)
    if reply.repeated:
        raise Conflict("这个链接已生成，地址只显示一次；如未记下，请重新生成。", code="already_made")
    return {"url": made[0]}


@public.get(
    "/{secret}",
    response=schemas.InvitationOut,
    summary="市民打开回访链接",
    throttle=[PerAddress("public_queries_per_hour")],
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


@public.post(
    "/{secret}", response=schemas.ThanksOut, summary="市民评价", throttle=[PerAddress("public_answers_per_hour")]
)
def answer(request: HttpRequest, secret: str, body: schemas.AnswersIn):
    actions.answer_link(secret=secret, **body.dict())
    return {"message": "已收到您的评价，谢谢。"}
