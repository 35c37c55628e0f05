"""The sealed log of who saw and did what. Rows are only ever added; the sequencer gives position and digest."""

from django.db import models
from django.db.models import Q

from huying.base.retention import Retention


class AuditEntry(models.Model):
    """One act or one look. Holds ids and codes, never a phone number, a name or a text.

    ``digest`` = SM3(digest of the row before ‖ canonical JSON of this row), given in order of ``position``.
    """

    retention = Retention.AUDIT

    position = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    succeeded = models.BooleanField(default=True)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    address = models.CharField(max_length=45, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        indexes = [
            models.Index("id", name="audit_unsealed", condition=Q(position__isnull=True)),
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
        ]


class AuditAnchor(models.Model):
    """Where the chain begins after old rows were purged by retention: the last purged position and its digest."""

    retention = Retention.AUDIT

    position = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    purged_until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "审计锚点"
