"""统一口径 over HTTP: every agent's board, and the keeper's page."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.errors import Invalid
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.base.paging import LIMIT
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.intake.knowledge import actions, schemas, selectors

router = Router(tags=["knowledge"])


@router.get("/board", response=schemas.BoardOut, summary="统一口径：现行的")
def board(request: HttpRequest):
    require_role(request.auth, *actions.READERS)
    return {"items": selectors.board(request.auth)}


@router.get("/bulletins", response=schemas.BulletinPage, summary="统一口径：全部，含已失效的")
def bulletins(request: HttpRequest, cursor: str = Query("", max_length=300), limit: int = Query(50, ge=1, le=LIMIT)):
    require_role(request.auth, *actions.READERS)
    return selectors.page(request.auth, cursor=cursor, limit=limit)


@router.post("/bulletins", response={201: schemas.BulletinOut}, summary="发布口径")
def publish(request: HttpRequest, body: schemas.BulletinIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, *actions.KEEPERS)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.publish(actor=request.auth, **_values(body)),
        load=lambda public_id: selectors.find(request.auth, public_id),
    )
    return Status(reply.status, _shown(request, reply.value.public_id))


def _values(body: schemas.BulletinIn) -> dict[str, Any]:
    """The body with ids turned into rows. Raises ``Invalid`` naming what there is not."""
    values = body.dict()
    rows = {
        "division": Division.objects.filter(code=body.division).first() if body.division else None,
        "category": Category.objects.filter(pk=body.category).first() if body.category else None,
    }
    wrong = [{"field": name, "message": "没有这一项"} for name, row in rows.items() if values[name] and row is None]
    if wrong:
        raise Invalid("没有这个区划或事项，请重新选择。", errors=wrong)
    return values | rows


@router.post("/bulletins/{bulletin_id}/revise", response=schemas.BulletinOut, summary="更新口径")
def revise(request: HttpRequest, bulletin_id: str, body: schemas.BulletinRevisionIn):
    require_role(request.auth, *actions.KEEPERS)
    bulletin = selectors.find(request.auth, bulletin_id)
    values = body.dict()
    actions.revise(actor=request.auth, bulletin=bulletin, expected_version=values.pop("version"), **values)
    return _shown(request, bulletin_id)


@router.post("/bulletins/{bulletin_id}/withdraw", response=schemas.BulletinOut, summary="撤下口径")
def withdraw(request: HttpRequest, bulletin_id: str, body: schemas.BulletinVersionIn):
    require_role(request.auth, *actions.KEEPERS)
    bulletin = selectors.find(request.auth, bulletin_id)
    actions.withdraw(actor=request.auth, bulletin=bulletin, expected_version=body.version)
    return _shown(request, bulletin_id)


@router.post("/bulletins/{bulletin_id}/read", response=schemas.BulletinOut, summary="已阅口径")
def confirm_read(request: HttpRequest, bulletin_id: str, body: schemas.ReceiptIn):
    require_role(request.auth, *actions.READERS)
    bulletin = selectors.find(request.auth, bulletin_id)
    actions.confirm_read(actor=request.auth, bulletin=bulletin, edition=body.edition)
    return _shown(request, bulletin_id)


@router.get("/bulletins/{bulletin_id}/readers", response=schemas.ReadersOut, summary="谁已阅、谁未阅，历次口径")
def readers(request: HttpRequest, bulletin_id: str):
    require_role(request.auth, *actions.KEEPERS)
    return selectors.readers(selectors.find(request.auth, bulletin_id))


def _shown(request: HttpRequest, public_id: str) -> dict[str, Any]:
    return selectors.bulletin_shown(selectors.find(request.auth, public_id))
