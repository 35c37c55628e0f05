"""Who has what open now."""

from django.conf import settings
from django.db import models

from huying.base.retention import Retention


class Presence(models.Model):
    """One socket that shows one thing. ``until`` is moved on while the socket lives; a row past it says nothing."""

    retention = Retention.TECHNICAL

    topic = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    editing = models.BooleanField(default=False)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "在看"
        indexes = [models.Index(fields=["topic", "until"])]
