"""Orders over HTTP. Reads through selectors, moves through ``perform_order``; every look at personal data is audited."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.events.recorder import record_access
from huying.base.files.photos import Facts
from huying.base.files.selectors import get_attachment
from huying.base.org.models import Person
from huying.handling.orders import actions, api_papers, attaching, presenting, pressing, rules, schemas, selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.models import DispatchedBy, WorkOrder
from huying.handling.orders.moves import CHANNELS, REQUEST_TYPES, URGENCIES
from huying.handling.orders.states import ASSIGNMENT_TABLE, CONCLUSIONS, ORDER_TABLE, TERMINAL_STATES, Row

router = Router(tags=["orders"])


@router.get("/states", response=schemas.StatesOut, summary="状态表与各类代码的中文")
def states(request: HttpRequest):
    return {
        "order": {code: _row(row, code in TERMINAL_STATES) for code, row in ORDER_TABLE.items()},
        "assignment": {code: _row(row, not row.moves) for code, row in ASSIGNMENT_TABLE.items()},
        "conclusions": CONCLUSIONS,
        "urgencies": URGENCIES,
        "request_types": REQUEST_TYPES,
        "channels": CHANNELS,
        "closings": rules.CLOSINGS,
        "dispatched_by": dict(DispatchedBy.choices),
        "flags": presenting.FLAGS,
    }


def _row(row: Row, terminal: bool) -> dict[str, Any]:
    return {
        "label": row.label,
        "waits_for": row.waits_for,
        "clock": row.clock.value,
        "tone": row.tone,
        "terminal": terminal,
    }


@router.get("", response=schemas.OrderPage, summary="工单列表")
def list_orders(request: HttpRequest, query: Query[schemas.OrderQuery]):
    values = query.dict()
    cursor, limit = values.pop("cursor"), values.pop("limit")
    page = selectors.order_page(request.auth, OrderFilters(**values), cursor, limit)
    note_shown(request.auth, "orders.listed", page.pop("shown"))
    return plain(page)


@router.get("/lists/pressing", response=schemas.Pressing, summary="等我办的工单里紧急、超期的件数")
def pressing_orders(request: HttpRequest):
    return pressing.pressing(request.auth)


def plain(page: dict[str, Any]) -> HttpResponse:
    """A page as JSON, without building it a second time to check it: the tests hold lists against their schema."""
    return HttpResponse(orjson.dumps(page), content_type="application/json")


def note_shown(reader: Person, verb: str, orders: list[int]) -> None:
    """One access-audit row where the response shows citizens, committed before it leaves."""
    if orders:
        record_access(
            actor=reader, verb=verb, subject_type="orders.workorder", subject_id=None, changes={"orders": orders}
        )


@router.get("/{order_id}", response=schemas.OrderDetail, summary="工单详情")
def get_order(request: HttpRequest, order_id: str):
    return shown(request.auth, selectors.get_order(request.auth, order_id))


def shown(reader: Person, order: WorkOrder) -> dict[str, Any]:
    """An order's page with its access-audit row."""
    page = selectors.order_detail(reader, order)
    if order.citizen_id:
        record_access(
            actor=reader, verb="order.viewed", subject_type="orders.workorder", subject_id=order.pk, changes={}
        )
    return page


@router.get("/{order_id}/timeline", response=list[schemas.TimelineEntry], summary="工单全过程")
def timeline(request: HttpRequest, order_id: str):
    return selectors.timeline(request.auth, selectors.get_order(request.auth, order_id))


@router.post("/{order_id}/actions/{action}", response=schemas.OrderDetail, summary="对工单进行一项操作")
def act(request: HttpRequest, order_id: str, action: str, body: schemas.ActionIn):
    order = selectors.get_order(request.auth, order_id)
    actions.perform_order(
        actor=request.auth, order=order, action=action, values=body.values, expected_version=body.version
    )
    return shown(request.auth, selectors.get_order(request.auth, order_id))


@router.post("/{order_id}/reveal", response=schemas.RevealOut, summary="查看诉求人信息原文（记入审计）")
def reveal(request: HttpRequest, order_id: str, body: schemas.RevealIn):
    order = selectors.get_order(request.auth, order_id)
    return {"value": actions.reveal(actor=request.auth, order=order, field=body.field, reason=body.reason)}


@router.get("/{order_id}/attachments", response=list[schemas.AttachmentOut], summary="工单附件")
def attachments(request: HttpRequest, order_id: str):
    return presenting.attachments(selectors.get_order(request.auth, order_id))


@router.post("/{order_id}/attachments", response={201: schemas.AttachmentOut}, summary="添加附件")
def attach(
    request: HttpRequest,
    order_id: str,
    file: File[UploadedFile],
    about: Form[schemas.AttachmentIn],
    idempotency_key: IdempotencyKey = None,
):
    order, name = selectors.get_order(request.auth, order_id), file.name or "附件"
    told = Facts(about.taken_at, about.longitude, about.latitude)
    reply = once(
        request,
        idempotency_key,
        create=lambda: attaching.attach(
            actor=request.auth, order=order, name=name, stream=file.file, kind=about.kind, told=told
        ),
        load=lambda public_id: get_attachment(request.auth, public_id),
    )
    return Status(reply.status, presenting.attachment(reply.value))


router.add_router("", api_papers.router)
