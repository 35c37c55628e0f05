"""Reading webhooks and what became of their deliveries."""

from django.db.models import QuerySet

from huying.base import vault
from huying.base.errors import NotFound
from huying.base.events.deliveries import SECRET_CONTEXT
from huying.base.events.models import Webhook, WebhookDelivery


def webhook_list() -> QuerySet[Webhook]:
    return Webhook.objects.order_by("name", "id")


def get_webhook(public_id: str) -> Webhook:
    webhook = Webhook.objects.filter(public_id=public_id).first()
    if webhook is None:
        raise NotFound("没有这个推送。")
    return webhook


def delivery_list(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """Deliveries of one webhook, newest first."""
    return WebhookDelivery.objects.filter(webhook=webhook).order_by("-id")


def secret_of(webhook: Webhook) -> str:
    """The signing secret; shown once, to the person who made or renewed it."""
    return vault.unseal(webhook.secret_sealed, SECRET_CONTEXT)
