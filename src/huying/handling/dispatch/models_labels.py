"""标签治理: proposals on the labels that a model learns from; a person agrees or not, and training follows.

A handover is one on the corrections of late; agreed to, it is a directed rule at once, and the next training learns the
earlier orders as it says.
"""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.retention import Retention


class LabelProposal(models.Model):
    """One proposal. ``key`` is the same whenever the same thing is found again, so that a decision is not asked twice.

    ``orders`` are keys of work orders (relabel, exclude, handover); texts are not kept here, they are read with the
    orders. ``marks``: words of which a handover's orders have one, none for all of the unit's orders; ``rule``: what an
    agreed handover became.
    """

    retention = Retention.REFERENCE

    class Kind(models.TextChoices):
        MERGE = "merge", "同一单位的两种写法"
        RENAME = "rename", "更名或承接"
        RELABEL = "relabel", "相同内容派了不同单位"
        EXCLUDE = "exclude", "只引用别的工单"
        HANDOVER = "handover", "工作移交的规律"

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        AGREED = "agreed", "同意"
        DECLINED = "declined", "不同意"
        GONE = "gone", "已无此情况"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    subject = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    orders = models.JSONField("工单键", default=list)
    marks = models.JSONField("须含词（任一）", default=list, db_default=models.Value([], models.JSONField()))
    rule = models.ForeignKey("dispatch.DirectedRule", models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField("会改变的工单")
    reason = models.CharField("理由", max_length=300)
    evidence = models.JSONField("依据", default=list)
    effect = models.CharField("同意以后", max_length=300)
    confidence = models.FloatField("把握")
    found_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "标签治理建议"
        indexes = [models.Index(fields=["state", "-id"], name="label_proposal_state")]
