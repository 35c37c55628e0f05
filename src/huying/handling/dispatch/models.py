"""智能派单: 派单目录, 不得分派, 点位, 定向规则, 判例, what the model saw, and what people made of it."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit, UnitKind
from huying.base.places.models import Division, Place
from huying.base.retention import Retention
from huying.base.taxonomy.models import Category
from huying.handling.dispatch.models_labels import LabelProposal as LabelProposal
from huying.handling.orders.models import WorkOrder

PERSON = settings.AUTH_USER_MODEL


class RuleVersion(models.Model):
    """Counts the changes of one part (rules, precedents, models, automation), so that every process sees them soon."""

    retention = Retention.REFERENCE

    part = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=0)


class Dated(models.Model):
    """A rule in force from one day to another, both included; a past order is judged by what held at its time."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    lineage = models.CharField("首版编号", max_length=26, blank=True, db_default="")
    effective_from = models.DateField("生效")
    effective_until = models.DateField("失效", null=True, blank=True)

    class Meta:
        abstract = True


class CatalogueEntry(Dated):
    """派单目录: category × division → unit, with its clause and basis."""

    retention = Retention.REFERENCE

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        ASSIST = "assist", "协办"

    clause = models.CharField("条款号", max_length=40)
    category = models.ForeignKey(Category, models.PROTECT, related_name="catalogue")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="catalogue")
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.LEAD)
    basis = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "派单目录"
        indexes = [models.Index(fields=["category", "division"], name="catalogue_key")]


class Ban(Dated):
    """不得分派: what must never go to a kind of unit (or one unit); beats rules and model."""

    retention = Retention.REFERENCE

    category = models.ForeignKey(Category, models.PROTECT, related_name="bans")
    unit_kind = models.CharField(max_length=16, choices=UnitKind.choices, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="bans")
    basis = models.CharField("依据", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "不得分派"


class PlaceRule(Dated):
    """点位派: a place fixes the unit (a park, a heating company's area)."""

    retention = Retention.REFERENCE

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "点位派单"


class RuleTrial(models.Model):
    """A rule tried on the orders of late before it goes live; ``values`` are its columns, ``result`` what it would do."""

    retention = Retention.REFERENCE

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "试行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未能完成"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    days = models.PositiveSmallIntegerField(default=90)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    started_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则试行"


class DirectedRule(Dated):
    """定向派: under conditions (category, division, words, channel) the matter goes to a named unit.

    ``begins_at`` and ``ends_at`` narrow the days to moments ("从今晚 20:00 起"); ``weekly`` to hours of the week:
    ``[{"days": [5, 6], "start": "20:00", "until": "02:00"}]``, Monday is 1, until before from means the next morning.
    ``taken_from``: a handover; the rule holds only where this unit would be proposed otherwise.
    """

    retention = Retention.REFERENCE

    name = models.CharField(max_length=80)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.JSONField("须含词（任一）", default=list)
    channel = models.CharField(max_length=12, blank=True)
    taken_from = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原承办单位"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300, blank=True)
    priority = models.SmallIntegerField(default=0)
    begins_at = models.DateTimeField("生效时刻", null=True, blank=True)
    ends_at = models.DateTimeField("失效时刻", null=True, blank=True)
    weekly = models.JSONField("每周时段", null=True, blank=True)
    trial = models.ForeignKey(RuleTrial, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "定向派单规则"


class Precedent(models.Model):
    """判例: what a 会商 decided, shown at the next like case."""

    retention = Retention.REFERENCE

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="precedents")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    assists = models.JSONField(default=list)
    basis = models.TextField()
    decided_on = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "判例"


class Analysis(models.Model):
    """What one pass over the text yielded, with its evidence and the model that saw it; the latest one counts.

    ``units`` and ``categories`` are ranked lists of ``{"id", "name", "probability", "evidence": [{"term", "weight",
    "start", "end"}]}``, units also with ``step`` and ``reasons``; ids are public. ``facets`` also holds title, opinion,
    assisting units and what is still to be asked. ``threshold`` is what the gate asked for at that moment.
    """

    retention = Retention.CASE

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="analyses")
    at = models.DateTimeField()
    model = models.CharField("模型版本", max_length=60, blank=True)
    units = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    facets = models.JSONField("类型、紧急、情绪、转接、重复、不予受理及其依据", default=dict)
    places = models.JSONField(default=list)
    step = models.CharField("哪一步决定", max_length=10, blank=True)
    reasons = models.JSONField(default=list)
    confidence = models.FloatField(default=0.0)
    threshold = models.FloatField(null=True)
    automatic = models.BooleanField("过闸", default=False)
    held = models.CharField("为何留给人", max_length=12, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["order", "-id"], name="analysis_latest"),
            models.Index(fields=["at"], name="analysis_withdrawn", condition=models.Q(held="withdrawn")),
        ]


class Decision(models.Model):
    """What was proposed and what was chosen: every correction is a label for the next training."""

    retention = Retention.CASE

    class Kind(models.TextChoices):
        AUTOMATIC = "automatic", "自动派单"
        CONFIRMED = "confirmed", "派单员采纳"
        CORRECTED = "corrected", "派单员改正"
        OBJECTION = "objection", "退单成立后改派"
        REASSIGNED = "reassigned", "改派"
        PANEL = "panel", "会商指定"

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    proposed = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    probability = models.FloatField(null=True, blank=True)
    chosen = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    model = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["order", "id"], name="decision_order"),
            models.Index(fields=["kind", "at"], name="decision_kind"),
        ]


class ModelVersion(models.Model):
    """A trained model in the store: where it lies, what it was trained on, how well it did, who promoted it."""

    retention = Retention.REFERENCE

    name = models.CharField(max_length=60, unique=True)
    folder = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    trained_at = models.DateTimeField()
    window_from = models.DateField(null=True)
    window_until = models.DateField(null=True)
    orders = models.PositiveIntegerField()
    figures = models.JSONField(default=dict)
    threshold = models.FloatField(null=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    promoted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "模型版本"


class Automation(models.Model):
    """The manager's choice: whether orders go automatically, and the limit on wrong dispatch that is promised."""

    retention = Retention.REFERENCE

    enabled = models.BooleanField(default=True)
    limit = models.FloatField("每 100 件错派不超过（比例）", default=0.02)
    auto_promote = models.BooleanField("夜间训练胜出的模型自动启用", default=False, db_default=False)
    effective_from = models.DateTimeField()
    set_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "自动派单设置"


class Withdrawal(models.Model):
    """Automation withdrawn from a unit (or, without one, from all), and given back; rows are never removed."""

    retention = Retention.REFERENCE

    class Cause(models.TextChoices):
        TEST = "test", "错派上升"
        PERSON = "person", "人工暂停"
        PROOF = "proof", "后续工单证明合格"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    reason = models.CharField(max_length=300, blank=True)
    figures = models.JSONField(default=dict)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    return_cause = models.CharField(max_length=8, choices=Cause.choices, blank=True)
    return_reason = models.CharField(max_length=300, blank=True)
    return_figures = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "自动派单暂停"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(returned_at__isnull=True), name="withdrawn_once_per_unit"
            )
        ]


class Comparison(models.Model):
    """Champion and challenger on the same later orders, by McNemar's exact test."""

    retention = Retention.REFERENCE

    champion = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    challenger = models.ForeignKey(ModelVersion, models.PROTECT, related_name="comparisons")
    at = models.DateTimeField()
    since = models.DateField()
    until = models.DateField()
    orders = models.PositiveIntegerField()
    both = models.PositiveIntegerField("都派准")
    only_champion = models.PositiveIntegerField("只有现用模型派准")
    only_challenger = models.PositiveIntegerField("只有新模型派准")
    p_value = models.FloatField()
    figures = models.JSONField(default=dict)
    better = models.BooleanField("新模型胜出", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "模型比较"


class DriftDay(models.Model):
    """What a night's look at the orders of late found: mix of matters, new words, objections; ``alarms`` in words."""

    retention = Retention.REFERENCE

    day = models.DateField(unique=True)
    figures = models.JSONField(default=dict)
    alarms = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "漂移监测"


class CategoryProposal(models.Model):
    """New kind of matter: orders that fit no category gathered by likeness, on their way into the next edition."""

    retention = Retention.REFERENCE

    class State(models.TextChoices):
        GATHERED = "gathered", "已聚合"
        PROPOSED = "proposed", "征求意见"
        ADOPTED = "adopted", "已纳入"
        DISMISSED = "dismissed", "不单列"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.GATHERED)
    name = models.CharField(max_length=80)
    terms = models.JSONField(default=list)
    orders = models.JSONField("工单键", default=list)
    size = models.PositiveIntegerField(default=0)
    first_on = models.DateField()
    last_on = models.DateField()
    gathered_at = models.DateTimeField()
    parent = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    nearest = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "新事项建议"


class ProposalOpinion(models.Model):
    """联合意见: what the centre, 编办 or 司法 says to a proposal; each speaks once, by a person of its own."""

    retention = Retention.REFERENCE

    class Side(models.TextChoices):
        CENTRE = "centre", "热线中心"
        STAFFING = "staffing", "编办"
        JUSTICE = "justice", "司法"

    proposal = models.ForeignKey(CategoryProposal, models.CASCADE, related_name="opinions")
    side = models.CharField(max_length=8, choices=Side.choices)
    agrees = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "新事项意见"
        constraints = [models.UniqueConstraint(fields=["proposal", "side"], name="opinion_once_per_side")]
