"""Webhooks over HTTP, for the system administrator and for integrators."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.errors import NotAllowed
from huying.base.events import actions, schemas, selectors
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.events.models import Webhook
from huying.base.paging import keyset_page

router = Router(tags=["webhooks"])

KEEPERS = ("system_admin", "integrator")


def _keeper(request: HttpRequest) -> Any:
    person: Any = request.auth  # type: ignore[attr-defined]
    if not person.has_role(*KEEPERS):
        raise NotAllowed("事件推送由系统管理员或接口账号管理。", code="role")
    return person


def _with_secret(webhook: Webhook) -> dict[str, Any]:
    return {**schemas.WebhookOut.from_orm(webhook).dict(by_alias=True), "secret": selectors.secret_of(webhook)}


@router.get("", response=list[schemas.WebhookOut], summary="事件推送一览")
def list_webhooks(request: HttpRequest):
    _keeper(request)
    return list(selectors.webhook_list())


@router.post("", response={201: schemas.WebhookSecretOut}, summary="新增事件推送")
def create_webhook(request: HttpRequest, body: schemas.WebhookIn, idempotency_key: IdempotencyKey = None):
    """The signing secret is in this answer and in no later one."""
    keeper = _keeper(request)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_webhook(actor=keeper, **body.dict()),
        load=selectors.get_webhook,
    )
    return Status(reply.status, _with_secret(reply.value))


@router.patch("/{public_id}", response=schemas.WebhookOut, summary="修改或停用事件推送")
def update_webhook(request: HttpRequest, public_id: str, body: schemas.WebhookChange):
    keeper = _keeper(request)
    values = body.dict(exclude_unset=True)
    expected = values.pop("version")
    webhook = selectors.get_webhook(public_id)
    return actions.update_webhook(actor=keeper, webhook=webhook, expected_version=expected, **values)


@router.post("/{public_id}/secret", response=schemas.WebhookSecretOut, summary="更换签名密钥")
def rotate_secret(request: HttpRequest, public_id: str, body: schemas.WebhookVersionIn):
    keeper = _keeper(request)
    webhook = selectors.get_webhook(public_id)
    return _with_secret(actions.rotate_secret(actor=keeper, webhook=webhook, expected_version=body.version))


@router.post("/{public_id}/test", response=schemas.WebhookTrialOut, summary="发送测试消息")
def test_webhook(request: HttpRequest, public_id: str):
    keeper = _keeper(request)
    return actions.test_webhook(actor=keeper, webhook=selectors.get_webhook(public_id))


@router.get("/{public_id}/deliveries", response=schemas.WebhookDeliveriesOut, summary="推送记录")
def list_deliveries(
    request: HttpRequest, public_id: str, cursor: str = Query("", max_length=200), limit: int = Query(50, ge=1, le=200)
):
    _keeper(request)
    rows = selectors.delivery_list(selectors.get_webhook(public_id))
    items, following = keyset_page(rows, cursor=cursor, fields=["-id"], limit=limit)
    return {"items": items, "next": following}


@router.post("/{public_id}/retry", response=schemas.WebhookRetryOut, summary="重新推送未送达的")
def retry_deliveries(request: HttpRequest, public_id: str):
    keeper = _keeper(request)
    return {"count": actions.retry_deliveries(actor=keeper, webhook=selectors.get_webhook(public_id))}
