"""Citizens 诉求人 and respondents 被诉主体. What identifies a citizen is sealed; look-ups go by keyed hash."""

from django.db import models

from huying.base.events.models import new_public_id
from huying.base.places.models import Division
from huying.base.retention import Retention


class Citizen(models.Model):
    """A person who asks. Phone, name and identity number are sealed (AES-256-GCM) and found by keyed hash."""

    retention = Retention.CASE
    sealed = {"phone_sealed": "citizen.phone", "name_sealed": "citizen.name", "identity_sealed": "citizen.identity"}

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    phone_sealed = models.CharField(max_length=200, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    phone_tail_hash = models.CharField(max_length=64, blank=True, db_index=True)
    name_sealed = models.CharField(max_length=300, blank=True)
    identity_sealed = models.CharField(max_length=200, blank=True)
    identity_hash = models.CharField(max_length=64, blank=True, db_index=True)
    preferences = models.JSONField("联系偏好", default=dict, blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "诉求人"
        constraints = [
            models.UniqueConstraint(
                fields=["phone_hash"], condition=~models.Q(phone_hash=""), name="one_citizen_per_phone"
            )
        ]


class Respondent(models.Model):
    """Whom or what an order is about: a firm, an estate, a place of business. Known by credit code, else by name."""

    retention = Retention.CASE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=20, default="firm")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    address = models.CharField(max_length=200, blank=True)
    division = models.ForeignKey(Division, models.SET_NULL, null=True, blank=True, related_name="respondents")

    class Meta:
        verbose_name = verbose_name_plural = "被诉主体"
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="one_respondent_per_credit_code"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(credit_code=""), name="one_respondent_per_name_without_code"
            ),
        ]
