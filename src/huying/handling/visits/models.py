"""回访: visits, the link that a citizen opens, judgements."""

from django.conf import settings
from django.db import models

from huying.base.retention import Retention
from huying.handling.orders.models import WorkOrder


class VisitLink(models.Model):
    """A secret address by which the citizen answers the three questions; only its hash is kept."""

    retention = Retention.CASE

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="visit_links")
    round = models.PositiveSmallIntegerField(default=0)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Visit(models.Model):
    """One attempt to hear from the citizen: whether reached, and the three answers in their own words."""

    retention = Retention.CASE

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="visits")
    round = models.PositiveSmallIntegerField("第几轮办理之后", default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, default="phone")
    reached = models.BooleanField()
    contacted = models.CharField(max_length=4, blank=True)
    solved = models.CharField(max_length=10, blank=True)
    satisfied = models.CharField(max_length=14, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回访"
        indexes = [models.Index(fields=["order", "id"], name="visit_order")]


class Judgement(models.Model):
    """研判: a person says whether a dissatisfied citizen's demand is reasonable."""

    retention = Retention.CASE

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="judgements")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=14)
    reason = models.TextField()
    review_on = models.DateField(null=True, blank=True)
