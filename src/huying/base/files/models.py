"""Attachments and recordings, kept once by content."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.retention import Retention


class StoredFile(models.Model):
    """Bytes kept under their SHA-256; the type is judged by content."""

    retention = Retention.CASE

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    stored_at = models.DateTimeField()


class Attachment(models.Model):
    """A file as it belongs to something (an order, an assignment, a contact), under the name people gave it.

    Of a photo: when and where it was taken (WGS-84), as the camera or the page that took it says.
    """

    retention = Retention.CASE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="evidence")
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    longitude = models.FloatField("拍摄地经度", null=True, blank=True)
    latitude = models.FloatField("拍摄地纬度", null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]
