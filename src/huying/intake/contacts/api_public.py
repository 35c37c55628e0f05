"""What citizens reach without logging in: filing, progress, supplementing. Number and query code open one order."""

from django.http import HttpRequest
from ninja import Router, Status

from huying.base.calendars import clock
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import PublicForm
from huying.base.org.throttling import PerAddress
from huying.handling.orders.models import WorkOrder
from huying.handling.visits.api import public as visit_links
from huying.intake.contacts import actions, schemas, selectors

router = Router(tags=["public"], auth=PublicForm())


@router.post(
    "/orders",
    response={201: schemas.FiledOrder},
    summary="市民提交诉求",
    throttle=[PerAddress("public_filings_per_hour")],
)
def file_public(request: HttpRequest, body: schemas.PublicOrderIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.file_by_citizen(filing=actions.Filing(**body.dict(), started_at=clock.now())),
        load=lambda public_id: WorkOrder.objects.get(public_id=public_id),
        scope="public",
    )
    return Status(reply.status, selectors.filed(reply.value))


@router.post(
    "/query", response=schemas.PublicProgress, summary="查询办理进度", throttle=[PerAddress("public_queries_per_hour")]
)
def query(request: HttpRequest, body: schemas.PublicQuery):
    return selectors.progress_for_citizen(actions.open_by_code(body.order_no, body.query_code))


@router.post(
    "/supplement", response=schemas.PublicProgress, summary="市民补充", throttle=[PerAddress("public_answers_per_hour")]
)
def supplement(request: HttpRequest, body: schemas.PublicSupplement):
    own = actions.open_by_code(body.order_no, body.query_code)
    actions.supplement_by_citizen(own=own, words=body.words)
    own.refresh_from_db()
    return selectors.progress_for_citizen(own)


router.add_router("/visit", visit_links)
