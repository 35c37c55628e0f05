"""承办: what a unit's people have at hand beside the order: texts to answer with, and calls put through to citizens."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.retention import Retention
from huying.base.taxonomy.models import Category
from huying.handling.orders.models import Assignment, Outreach


class ReplyTemplate(models.Model):
    """答复模板 in force from one day to another, both included: of the centre or of a unit with all below it, for all
    matters or one with all below it, for all kinds of conclusion or one. ``{order_no}``-like gaps come from a fixed list.
    """

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField("名称", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.CharField("办结类型", max_length=16, blank=True)
    body = models.TextField("内容")
    effective_from = models.DateField("启用")
    effective_until = models.DateField("停用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复模板"
        indexes = [models.Index(fields=["unit", "effective_from"], name="reply_template_unit")]


class RelayCall(models.Model):
    """A call put through to the citizen without showing the number; ends in an outreach once its result is written."""

    retention = Retention.CASE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="relay_calls")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    relay = models.CharField(max_length=20)
    outreach = models.OneToOneField(Outreach, models.CASCADE, null=True, blank=True, related_name="relay_call")

    class Meta:
        verbose_name = verbose_name_plural = "中继通话"
