"""Work orders 工单 and what belongs to them. Tables, constraints and indexes only."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.parties.models import Citizen, Respondent
from huying.base.places.models import Division
from huying.base.retention import Retention
from huying.base.taxonomy.models import Category
from huying.handling.orders.reach import AssignmentQuerySet, UnitOrder

PERSON = settings.AUTH_USER_MODEL
# the states in which an order waits for somebody, as `states.OPEN_STATES`; an index is made of nothing else
OPEN = (
    "consulting", "draft", "in_hand", "need_info", "to_audit", "to_dispatch", "to_judge", "to_review", "to_visit",
    "transferring",
)  # fmt: skip


class RequestType(models.TextChoices):
    CONSULT = "consult", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGEST = "suggest", "建议"
    PRAISE = "praise", "表扬"
    OTHER = "other", "其他"


class Urgency(models.TextChoices):
    GENERAL = "general", "一般"
    URGENT = "urgent", "紧急"
    EMERGENCY = "emergency", "特急"


class DispatchedBy(models.TextChoices):
    """The step of DESIGN §5 that decided the unit."""

    PLACE = "place", "点位派"
    RULE = "rule", "定向派"
    CATALOGUE = "catalogue", "分类派"
    MODEL = "model", "自动派单"
    PERSON = "person", "派单员"
    PANEL = "panel", "会商指定"
    SOURCE = "source", "来源系统"


class OrderCounter(models.Model):
    """The next serial of a day; locked while a number is taken."""

    retention = Retention.REFERENCE

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class WorkOrder(models.Model):
    """The tracked obligation that a contact opened.

    ``text`` holds identifiers as tokens (‹电话1›); their values lie sealed in ``identifiers_sealed``. ``promised_at`` is
    the citizen's promised time: it moves only by an approved extension or by the exact time the clock stood still.
    ``due_at`` is what the present round has to keep: the promise, or after it was once kept or missed the time of a redo.
    """

    retention = Retention.CASE
    sealed = {
        "identifiers_sealed": "text.identifiers",
        "reply_identifiers_sealed": "text.identifiers",
        "caller_place_sealed": "order.caller_place",
    }

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    order_no = models.CharField("工单编号", max_length=40, unique=True)
    query_code = models.CharField("查询码", max_length=12, blank=True)
    source = models.CharField("来源", max_length=40, default="local")
    source_no = models.CharField("来源编号", max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    state = models.CharField(max_length=16, default="draft")
    state_since = models.DateTimeField()
    resume_state = models.CharField(max_length=16, blank=True)

    citizen = models.ForeignKey(Citizen, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False)
    anonymous = models.BooleanField("匿名", default=False)
    confidential = models.BooleanField("保密", default=False)
    channel = models.CharField(max_length=16, default="phone")
    request_type = models.CharField(max_length=12, choices=RequestType.choices, default=RequestType.HELP)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.GENERAL)
    emotion = models.CharField(max_length=14, default="calm")

    title = models.CharField("标题", max_length=120)
    text = models.TextField("诉求内容")
    identifiers_sealed = models.TextField(blank=True)
    opinion = models.TextField("交办意见", blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False)
    respondent = models.ForeignKey(Respondent, models.PROTECT, null=True, blank=True, related_name="orders")
    caller_place_sealed = models.CharField("诉求人地址", max_length=600, blank=True)
    caller_division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    incident_place = models.CharField("事发地址", max_length=200, blank=True)
    incident_division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="orders")
    respondent_place = models.CharField("被诉主体地址", max_length=200, blank=True)
    respondent_division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")

    filed_at = models.DateTimeField("受理时间")
    filed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    times_known = models.BooleanField("来源有时间", default=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatched_by = models.CharField(max_length=10, choices=DispatchedBy.choices, blank=True)
    automatic = models.BooleanField("自动派单", default=False)
    concluded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    clock_kind = models.CharField(max_length=8, default="working")
    promised_at = models.DateTimeField("承诺办结时间", null=True, blank=True)
    first_promised_at = models.DateTimeField("最初承诺时间", null=True, blank=True)
    due_from = models.DateTimeField("本轮计时起点", null=True, blank=True)
    due_at = models.DateTimeField("本轮办结期限", null=True, blank=True)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    info_due_at = models.DateTimeField("补充期限", null=True, blank=True)
    shelved_until = models.DateField("挂账复查日", null=True, blank=True)

    lead_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    answerable_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.CharField(max_length=16, blank=True)
    closing = models.CharField("办结方式", max_length=20, blank=True)
    contacted = models.CharField("是否联系", max_length=4, blank=True)
    solved = models.CharField("是否解决", max_length=10, blank=True)
    satisfied = models.CharField("是否满意", max_length=14, blank=True)
    reply = models.TextField("答复", blank=True)
    reply_identifiers_sealed = models.TextField(blank=True)

    redo_count = models.PositiveSmallIntegerField(default=0)
    reassign_count = models.PositiveSmallIntegerField(default=0)
    upheld_objections = models.PositiveSmallIntegerField("成立的退单", default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)
    extension_count = models.PositiveSmallIntegerField(default=0)
    supervision_level = models.PositiveSmallIntegerField(default=0)
    overdue = models.BooleanField("超期", default=False)
    difficult = models.BooleanField("疑难", default=False)
    repeat = models.BooleanField("重复反映", default=False)
    sensitive = models.BooleanField("敏感", default=False)
    unreasonable = models.BooleanField("不合理", default=False)
    master = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = verbose_name_plural = "工单"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_no"], condition=~Q(source_no=""), name="order_once_per_source"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="order_queue"),
            models.Index(fields=["-filed_at", "-id"], name="order_newest"),
            models.Index(fields=["lead_unit", "-filed_at", "-id"], name="order_unit"),
            models.Index(fields=["category", "-filed_at"], name="order_category"),
            models.Index(fields=["state", "-filed_at", "-id"], name="order_state"),
            models.Index(fields=["urgency", "-filed_at", "-id"], name="order_urgency"),
            models.Index(fields=["channel", "-filed_at", "-id"], name="order_channel"),
            models.Index(fields=["request_type", "-filed_at", "-id"], name="order_type"),
            models.Index(fields=["-filed_at", "-id"], name="order_late", condition=Q(overdue=True)),
            models.Index(fields=["due_at", "id"], name="order_open_due", condition=Q(state__in=OPEN)),
            models.Index(fields=["due_at", "id"], name="order_unnoted", condition=Q(overdue=False, state__in=OPEN)),
            models.Index(fields=["due_at", "id"], name="order_supervised", condition=Q(supervision_level__gt=0)),
            models.Index(fields=["citizen", "-filed_at"], name="order_citizen"),
        ]

    def __str__(self) -> str:
        return self.order_no


class Assignment(models.Model):
    """One unit's part 承办任务: lead 主办 or assist 协办; a child is work handed on inside (二级派单)."""

    retention = Retention.CASE
    sealed = {"answer_identifiers_sealed": "text.identifiers"}

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        ASSIST = "assist", "协办"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="assignments", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", db_index=False)
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.LEAD)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    state = models.CharField(max_length=14, default="to_sign")
    state_since = models.DateTimeField()
    opinion = models.TextField("交办意见", blank=True)
    dispatched_at = models.DateTimeField()
    dispatched_by = models.CharField(max_length=10, choices=DispatchedBy.choices)
    sign_due_at = models.DateTimeField()
    contact_due_at = models.DateTimeField("首次联系期限", null=True, blank=True)
    due_from = models.DateTimeField("本轮计时起点")
    due_at = models.DateTimeField("办理期限")
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_automatically = models.BooleanField(default=False)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    must_sign = models.BooleanField("须签收", default=False)
    waived = models.CharField("免除协办理由", max_length=300, blank=True)
    conclusion = models.CharField(max_length=16, blank=True)
    answer = models.TextField("答复内容", blank=True)
    answer_identifiers_sealed = models.TextField(blank=True)
    redo_round = models.PositiveSmallIntegerField(default=0)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承办任务"
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(part="lead", parent__isnull=True) & ~Q(state__in=["released", "cancelled"]),
                name="one_lead_per_order",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="assignment_queue"),
            models.Index(fields=["state", "due_at", "id"], name="assignment_state"),
            models.Index(fields=["order", "id"], name="assignment_order"),
        ]

    def save(self, *args: Any, **options: Any) -> None:
        new = self._state.adding
        super().save(*args, **options)
        if new:
            UnitOrder.objects.cover([self])


class Objection(models.Model):
    """退单: a unit says that the matter is not its own, once per unit, citing the clause; a dispatcher decides."""

    retention = Retention.CASE

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="objections")
    clause = models.CharField("依据条款", max_length=200)
    reason = models.TextField()
    suggested = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)


class Petition(models.Model):
    """What a unit asks of the centre: more time 延期, to shelve 挂账, or a ruling that a demand is unreasonable."""

    retention = Retention.CASE

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延期"
        SUSPENSION = "suspension", "挂账"
        RULING = "ruling", "不合理认定"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="petitions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField()
    days = models.PositiveSmallIntegerField("延长工作日", null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    granted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)


class Outreach(models.Model):
    """联系记录: a unit's attempt to reach the citizen; evidence for 响应率. Confidential orders go by relay."""

    retention = Retention.CASE

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="outreach")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    relayed = models.BooleanField("经保密中继", default=False)
    connected = models.BooleanField()
    summary = models.TextField()


class Step(models.Model):
    """One line of an order's timeline: who did what when, in words for people."""

    retention = Retention.CASE
    sealed = {"identifiers_sealed": "text.identifiers"}

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="steps", db_index=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, null=True, blank=True, related_name="steps")
    action = models.CharField(max_length=30)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    identifiers_sealed = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["order", "at", "id"], name="step_order")]


class DifficultCase(models.Model):
    """疑难件: led by a named leader, with a due time of its own and milestones."""

    retention = Retention.CASE

    order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="difficult_case")
    leader = models.CharField("牵头领导", max_length=60)
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    opened_at = models.DateTimeField()


class Milestone(models.Model):
    retention = Retention.CASE

    case = models.ForeignKey(DifficultCase, models.CASCADE, related_name="milestones")
    due_on = models.DateField()
    title = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)


class LimitRule(models.Model):
    """办理时限 as data with effective dates: for what, in which clock, how much. The most specific rule wins."""

    retention = Retention.REFERENCE

    class Purpose(models.TextChoices):
        HANDLE = "handle", "办结"
        SIGN = "sign", "签收"
        CONTACT = "contact", "首次联系"
        OBJECT = "object", "退单"
        SUPPLEMENT = "supplement", "补充"
        REDO = "redo", "重办"
        DECIDE = "decide", "审批"
        TRANSFER = "transfer", "转接应答"

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    request_type = models.CharField(max_length=12, blank=True)
    urgency = models.CharField(max_length=12, blank=True)
    category_prefix = models.CharField("事项编码前缀", max_length=40, blank=True)
    amount = models.FloatField()
    measure = models.CharField(max_length=16, default="working_days")
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"


class DeclineRule(models.Model):
    """不予受理的情形 with the legal way that the citizen is told (诉讼、仲裁、信访…)."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    tell = models.TextField("告知用语")
    basis = models.CharField(max_length=200, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class Policy(models.Model):
    """A choice of this centre with effective dates (see ``rules.POLICIES`` for keys, meaning and defaults)."""

    retention = Retention.REFERENCE

    key = models.CharField(max_length=60)
    value = models.JSONField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "中心设置"
        constraints = [models.UniqueConstraint(fields=["key", "effective_from"], name="policy_once_per_day")]
