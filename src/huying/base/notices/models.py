"""Notices to citizens: templates with effective dates, and every notice with what became of it."""

from django.db import models

from huying.base.events.models import new_public_id
from huying.base.parties.models import Citizen
from huying.base.retention import Retention


class NoticeTemplate(models.Model):
    """The text of one kind of notice; ``{order_no}``-like fields are filled from a fixed list."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    code = models.CharField("用途", max_length=40)
    channel = models.CharField(max_length=12, default="sms")
    body = models.TextField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "告知模板"
        constraints = [
            models.UniqueConstraint(fields=["code", "channel", "effective_from"], name="template_once_per_day")
        ]


class Notice(models.Model):
    """One message to one citizen. The address is taken from the citizen when it is sent, never copied here.

    ``key`` is that of the obligation behind it, so that trying again never writes a second row; ``public_id`` is the
    number under which the gateway knows the message. In ``body`` links and query codes are hidden: they are keys.
    """

    retention = Retention.CASE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=160, unique=True)
    citizen = models.ForeignKey(Citizen, models.CASCADE, null=True, related_name="notices")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    channel = models.CharField(max_length=12)
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    adapter = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "告知记录"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="notice_subject")]
