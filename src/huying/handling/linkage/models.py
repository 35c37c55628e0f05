"""智能联动: hand-overs to emergency lines and enterprises, contracts, reconciliations, who handled together before."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.places.models import Division
from huying.base.retention import Retention
from huying.base.taxonomy.models import Category
from huying.handling.orders.models import WorkOrder

PERSON = settings.AUTH_USER_MODEL


class Contract(models.Model):
    """热转、直派企业和解: what an enterprise has agreed to take, and the regulator to whom it falls back."""

    retention = Retention.REFERENCE

    class Kind(models.TextChoices):
        HOT = "hot", "热转"
        MEDIATION = "mediation", "直派和解"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    enterprise = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    regulator = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    names = models.JSONField("被诉名称（任一）", default=list)
    telephone = models.CharField("转接电话", max_length=40, blank=True)
    working_days = models.PositiveSmallIntegerField("和解期限（工作日）", default=3)
    basis = models.CharField("协议", max_length=300, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "企业直派协议"


class Handover(models.Model):
    """A transfer and its record: to whom, what the citizen was told, who took it or why not."""

    retention = Retention.CASE
    sealed = {"identifiers_sealed": "text.identifiers"}

    class Outcome(models.TextChoices):
        WAITING = "", "等待应答"
        TAKEN = "taken", "对方已接"
        REFUSED = "refused", "对方未接"
        SILENT = "silent", "无人应答"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="handovers")
    target = models.CharField(max_length=12)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="+")
    told = models.TextField("告知用语")
    note = models.TextField(blank=True)
    identifiers_sealed = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "转接记录"
        indexes = [models.Index(fields=["order", "id"], name="handover_order")]


class Mediation(models.Model):
    """直派企业和解: the enterprise settles with the citizen in time, or the order falls back to the regulator."""

    retention = Retention.CASE

    class Outcome(models.TextChoices):
        OPEN = "", "和解中"
        SETTLED = "settled", "企业已答复"
        BACK = "back", "转监管部门"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="mediations")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "企业和解"
        indexes = [models.Index(fields=["order", "id"], name="mediation_order")]


class Together(models.Model):
    """办理网络图: how often two units handled orders of one kind together, as lead and assist, in the last year."""

    retention = Retention.REFERENCE

    lead = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    assist = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="+")
    orders = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "办理网络"
        indexes = [models.Index(fields=["lead", "category"], name="together_lead")]
