"""统一口径: what all agents tell callers alike for a time, every wording it had, and who has read which."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.places.models import Division
from huying.base.retention import Retention
from huying.base.taxonomy.models import Category

PERSON = settings.AUTH_USER_MODEL


class Bulletin(models.Model):
    """One answer for all: 河西停水，18 时恢复. ``edition`` counts its wordings; a receipt is for one edition.

    In force from ``valid_from`` until ``valid_until`` (both moments; open-ended where null), unless withdrawn.
    ``division`` and ``category`` say where and about what; null means everywhere and everything.
    """

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    title = models.CharField("标题", max_length=80)
    text = models.TextField("口径")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    revised_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "统一口径"
        indexes = [models.Index(fields=["-published_at", "-id"], name="bulletin_newest")]


class BulletinEdition(models.Model):
    """A wording as it was published. Append-only: what agents told callers on a day can be looked up later."""

    retention = Retention.REFERENCE

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    text = models.TextField()
    valid_until = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "口径版本"
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="one_row_per_edition")]


class BulletinReceipt(models.Model):
    """已阅: one person has read one edition."""

    retention = Retention.REFERENCE

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="receipts")
    edition = models.PositiveIntegerField()
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "口径已阅"
        constraints = [models.UniqueConstraint(fields=["bulletin", "edition", "person"], name="one_receipt_an_edition")]
