"""What citizens reach without logging in: filing, progress, supplementing. Number and query code open one order."""

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from huying.base.calendars import clock
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import PublicForm
from huying.base.org.throttling import PerAddress
from huying.handling.orders.models import WorkOrder
from huying.handling.visits.api import public as visit_links
from huying.intake.contacts import actions, photos, schemas, selectors

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


@router.post(
    "/photos",
    response={201: schemas.PublicPhotoOut},
    summary="市民添加现场照片",
    throttle=[PerAddress("public_answers_per_hour")],
)
def add_photo(request: HttpRequest, file: File[UploadedFile], about: Form[schemas.PublicPhotoIn]):
    """Number and query code open the order, as for supplementing; the photo is turned and cleaned before it is kept."""
    own = actions.open_by_code(about.order_no, about.query_code)
    kept = photos.add_by_citizen(own=own, name=file.name or "现场照片", stream=file.file)
    return Status(201, {"name": kept.name})


router.add_router("/visit", visit_links)
