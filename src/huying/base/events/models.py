"""Domain events, the sequencer's state, obligations and webhooks."""

import secrets
import uuid

from django.db import models
from django.db.models import Q

from huying.base.retention import Retention

_SIGNS = b"0123456789abcdefghjkmnpqrstvwxyz" * 8  # of each byte its last five bits count


def new_public_id() -> str:
    """A random identifier of 20 characters (100 bits) for addresses and exchange; says nothing about order or count."""
    return secrets.token_bytes(20).translate(_SIGNS).decode("ascii")


class Event(models.Model):
    """Something that happened, written in the transaction in which it happened; ``position`` comes later, gap-free."""

    retention = Retention.EVENT

    event_id = models.UUIDField(default=uuid.uuid4, unique=True)
    position = models.BigIntegerField(null=True, unique=True)
    type = models.CharField(max_length=60)
    schema_version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "领域事件"
        indexes = [
            models.Index("id", name="event_unpositioned", condition=Q(position__isnull=True)),
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
        ]


class Sequence(models.Model):
    """How far the sequencer has come in a stream; its row is the sequencer's lock."""

    retention = Retention.REFERENCE

    stream = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)


class Obligation(models.Model):
    """Something that must be done once its time has come: a timer, a delivery, an automatic dispatch.

    ``key`` makes it happen once. A worker takes it by a lease; a lease that ran out is taken by another worker.
    """

    retention = Retention.TECHNICAL

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    due_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待履行事项"
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="obligation_open",
                condition=Q(done_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(fields=["kind", "due_at"], name="obligation_kind"),
            models.Index(
                "id", name="obligation_given_up", condition=Q(done_at__isnull=True, given_up_at__isnull=False)
            ),
        ]


class Webhook(models.Model):
    """An address of another system that wants to be told of events. The signing secret is sealed."""

    retention = Retention.REFERENCE
    sealed = {"secret_sealed": "webhook.secret"}

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    secret_sealed = models.CharField(max_length=300)
    types = models.JSONField("事件类型前缀", default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    position = models.BigIntegerField("已排到的事件位置", default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "事件推送"


class WebhookDelivery(models.Model):
    """What was sent to whom, how often, and what came back."""

    retention = Retention.EVENT

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField()
    event_position = models.BigIntegerField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="one_delivery_per_event")]


class IdempotentReply(models.Model):
    """The answer once given to a POST that creates, kept so that the same key is answered the same way."""

    retention = Retention.TECHNICAL

    key_digest = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    reply = models.JSONField()
    created_at = models.DateTimeField(db_index=True)
