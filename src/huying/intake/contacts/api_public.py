"""What citizens reach without logging in: filing, progress, supplementing. Number and query code open one order."""

from django.http import HttpRequest
from ninja import Router, Status
from ninja.throttling import AnonRateThrottle

from huying.base.calendars import clock
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import PublicForm
from huying.handling.orders.models import WorkOrder
from huying.handling.visits.api import public as visit_links
from huying.intake.contacts import actions, schemas, selectors

router = Router(tags=["public"], auth=PublicForm())


@router.post("/orders", response={201: schemas.FiledOrder}, summary="市民提交诉求", throttle=[AnonRateThrottle("10/h")])
def file_public(request: HttpRequest, body: schemas.PublicOrderIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.file_by_citizen(filing=actions.Filing(**body.dict(), started_at=clock.now())),
        load=lambda public_id: WorkOrder.objects.get(public_id=public_id),
        scope="public",
    )
    return Status(reply.status, selectors.filed(reply.value))


@router.post("/query", response=schemas.PublicProgress, summary="查询办理进度", throttle=[AnonRateThrottle("60/h")])
def query(request: HttpRequest, body: schemas.PublicQuery):
    return selectors.progress_for_citizen(body.order_no, body.query_code)


@router.post("/supplement", response=schemas.PublicProgress, summary="市民补充", throttle=[AnonRateThrottle("20/h")])
def supplement(request: HttpRequest, body: schemas.PublicSupplement):
    actions.supplement_by_citizen(order_no=body.order_no, query_code=body.query_code, words=body.words)
    return selectors.progress_for_citizen(body.order_no, body.query_code)


router.add_router("/visit", visit_links)
