"""How a person likes a page, and filters kept under a name. Small documents that the page alone understands."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.retention import Retention


class PagePreference(models.Model):
    """What one person chose on one page (columns, their order): a JSON object of at most 8 kB without personal data."""

    retention = Retention.REFERENCE

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    page = models.CharField(max_length=40)
    document = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "页面偏好"
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="preference_once_per_page")]


class SavedFilter(models.Model):
    """A list's conditions under a name: one's own, or ``shared`` with the people of the owner's unit."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=30)
    shared = models.BooleanField("与本单位共享", default=False)
    document = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "保存的筛选"
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="filter_name_once_per_page")]
        indexes = [models.Index(fields=["page", "shared"])]
