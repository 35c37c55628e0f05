"""Contacts over HTTP: the agent files, answers, hands the shift over."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.events.recorder import record_access
from huying.base.org.access import require_role
from huying.base.paging import LIMIT
from huying.base.parties.actions import reveal_citizen
from huying.base.parties.selectors import get_citizen
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.schemas import RevealIn, RevealOut
from huying.handling.orders.selectors import get_order
from huying.handling.orders.states import OPEN_STATES
from huying.intake.contacts import actions, callers, schemas, selectors, serving
from huying.intake.contacts.models import Handover

router = Router(tags=["contacts"])
READERS = ("agent", "team_leader", "reviewer", "duty_leader", "supervisor", "inspector", "firm_admin")


@router.post("/orders", response={201: schemas.FiledOrder}, summary="受理并提交工单")
def file_order(request: HttpRequest, body: schemas.OrderIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.file_order(actor=request.auth, filing=_filing(body)),
        load=lambda public_id: WorkOrder.objects.get(public_id=public_id),
    )
    return Status(reply.status, selectors.filed(reply.value))


def _filing(body: schemas.OrderIn) -> actions.Filing:
    """The body with ids turned into rows. Raises ``Invalid`` naming every one that there is not."""
    values = body.dict()
    divisions = ("incident_division", "caller_division")
    found = {name: Division.objects.filter(code=values[name]).first() if values[name] else None for name in divisions}
    found["category"] = Category.objects.filter(pk=body.category).first() if body.category else None
    unknown = {"category": "没有这个事项分类", "incident_division": "没有这个区划", "caller_division": "没有这个区划"}
    if body.master:
        found["master"] = WorkOrder.objects.filter(public_id=body.master, state__in=OPEN_STATES).first()
        unknown["master"] = "要并入的工单已不在办"
    else:
        values["master"] = None
    wrong = [{"field": name, "message": unknown[name]} for name, row in found.items() if values[name] and row is None]
    if wrong:
        raise Invalid(f"{wrong[0]['message']}，请重新选择。", errors=wrong)
    return actions.Filing(**(values | found), started_at=clock.now())


@router.post("/caller", response=schemas.CallerFound, summary="来电人：在办工单与近一年来话")
def show_caller(request: HttpRequest, body: schemas.CallerIn):
    """Nothing is stored but the access-audit row, which names the citizen and not the number."""
    require_role(request.auth, *serving.SERVERS)
    found = callers.caller(request.auth, body.phone)
    record_access(
        actor=request.auth,
        verb="caller.seen",
        subject_type="parties.citizen",
        subject_id=None,
        changes={"citizen": found["id"] if found else "", "orders": len(found["open_orders"]) if found else 0},
    )
    return {"caller": found}


@router.post("/caller/{citizen_id}/reveal", response=RevealOut, summary="查看来电人信息原文（记入审计）")
def reveal_caller(request: HttpRequest, citizen_id: str, body: RevealIn):
    require_role(request.auth, *serving.SERVERS)
    citizen = get_citizen(citizen_id)
    return {"value": reveal_citizen(actor=request.auth, citizen=citizen, field=body.field, reason=body.reason)}


@router.get("/orders/{order_id}/progress", response=schemas.PublicProgress, summary="查进度：按诉求人听到的话")
def progress(request: HttpRequest, order_id: str):
    require_role(request.auth, *serving.SERVERS)
    order = get_order(request.auth, order_id)
    record_access(
        actor=request.auth, verb="order.progress_read", subject_type="orders.workorder", subject_id=order.pk, changes={}
    )
    return selectors.progress_for_citizen(order)


@router.post("/orders/{order_id}/serve", response={201: schemas.ContactOut}, summary="在办工单催办、补充、查进度、撤单")
def serve(request: HttpRequest, order_id: str, body: schemas.ServeIn, idempotency_key: IdempotencyKey = None):
    """The contact is kept, no new order is opened."""
    require_role(request.auth, *serving.SERVERS)
    order = get_order(request.auth, order_id)
    values = body.dict()
    matter, version = values.pop("matter"), values.pop("version")
    filing = actions.Filing(**values, started_at=clock.now())
    reply = once(
        request,
        idempotency_key,
        create=lambda: serving.serve(
            actor=request.auth, order=order, matter=matter, filing=filing, expected_version=version
        ),
        load=lambda public_id: selectors.visible_contacts(request.auth).get(public_id=public_id),
    )
    return Status(reply.status, selectors.contact_shown(reply.value))


@router.post("", response={201: schemas.ContactOut}, summary="登记不成单的来话来件")
def close_contact(request: HttpRequest, body: schemas.ClosedContactIn, idempotency_key: IdempotencyKey = None):
    values = body.dict()
    said = {name: values.pop(name) for name in ("result", "answer", "rule")}
    filing = actions.Filing(**values, started_at=clock.now())
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.close_contact(actor=request.auth, filing=filing, **said),
        load=lambda public_id: selectors.visible_contacts(request.auth).get(public_id=public_id),
    )
    return Status(reply.status, selectors.contact_shown(reply.value))


@router.get("", response=schemas.ContactPage, summary="来话来件列表")
def list_contacts(
    request: HttpRequest,
    cursor: str = Query("", max_length=300),
    result: str = Query("", max_length=20),
    channel: str = Query("", max_length=20),
    limit: int = Query(50, ge=1, le=LIMIT),
):
    require_role(request.auth, *READERS)
    page = selectors.contact_page(request.auth, cursor=cursor, result=result, channel=channel, limit=limit)
    record_access(
        actor=request.auth,
        verb="contacts.listed",
        subject_type="contacts.contact",
        subject_id=None,
        changes={"rows": len(page["items"])},
    )
    return page


@router.post("/handovers", response={201: schemas.HandoverOut}, summary="交班")
def hand_over(request: HttpRequest, body: schemas.HandoverIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.hand_over(actor=request.auth, note=body.note),
        load=lambda public_id: selectors.latest_handovers().get(public_id=public_id),
    )
    return Status(reply.status, selectors.handover_shown(reply.value, request.auth))


@router.get("/handovers", response=list[schemas.HandoverOut], summary="交接班记录")
def list_handovers(request: HttpRequest):
    require_role(request.auth, "agent", "team_leader", "duty_leader")
    return [selectors.handover_shown(row, request.auth) for row in selectors.latest_handovers()[:30]]


@router.post("/handovers/{handover_id}/sign", response=schemas.HandoverOut, summary="接班")
def sign_handover(request: HttpRequest, handover_id: str):
    handover = get_object_or_404(Handover, public_id=handover_id)
    return selectors.handover_shown(actions.sign_handover(actor=request.auth, handover=handover), request.auth)
