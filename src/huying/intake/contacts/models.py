"""来话 / 来件: one table of contacts for every channel."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.parties.models import Citizen
from huying.base.retention import Retention
from huying.handling.orders.models import RequestType, WorkOrder


class Channel(models.TextChoices):
    PHONE = "phone", "电话"
    WEB = "web", "网站"
    WECHAT = "wechat", "微信"
    APP = "app", "手机应用"
    EMAIL = "email", "电子邮件"
    QR = "qr", "扫码"
    POLICE = "110", "110 联动"
    PROVINCE = "province", "省平台"
    CENTRE = "centre", "其他中心"


class Result(models.TextChoices):
    OPEN = "open", "接谈中"
    ANSWERED = "answered", "直接答复"
    COMFORTED = "comforted", "倾诉安抚"
    ORDER = "order", "转工单"
    TRANSFER = "transfer", "转接"
    DECLINED = "declined", "不予受理"
    SILENT = "silent", "静默"
    NUISANCE = "nuisance", "骚扰"
    URGED = "urged", "催办"
    SUPPLEMENTED = "supplemented", "补充"
    ASKED = "asked", "查进度"
    WITHDRAWN = "withdrawn", "撤单"


# About an order that was open already: the contact points to it, but did not open it.
ABOUT_OPEN_ORDER = frozenset({Result.URGED, Result.SUPPLEMENTED, Result.ASKED, Result.WITHDRAWN})


class Contact(models.Model):
    """One call or message, with the number called and the hotline it came from. Points to the order it opened or was about.

    ``request_type`` is empty where nobody asked for anything (silent, nuisance) or the source does not tell.
    """

    retention = Retention.CONTACT
    sealed = {"identifiers_sealed": "text.identifiers", "answer_identifiers_sealed": "text.identifiers"}

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.PHONE)
    number_called = models.CharField("被叫号码", max_length=20, blank=True)
    source_hotline = models.CharField("来源热线", max_length=40, blank=True)
    source_no = models.CharField("来源编号", max_length=80, blank=True)
    request_type = models.CharField("诉求类型", max_length=12, choices=RequestType.choices, blank=True, default="")
    citizen = models.ForeignKey(Citizen, models.PROTECT, null=True, blank=True, related_name="contacts")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="contacts")
    firm = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    identifiers_sealed = models.TextField(blank=True)
    result = models.CharField(max_length=12, choices=Result.choices, default=Result.OPEN)
    answer = models.TextField(blank=True)
    answer_identifiers_sealed = models.TextField(blank=True)
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="contacts")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "来话来件"
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="contact_newest"),
            models.Index(fields=["citizen", "-started_at"], name="contact_citizen"),
            models.Index(fields=["firm", "-started_at"], name="contact_firm"),
        ]


class Handover(models.Model):
    """交接班: what is urgent or unfinished, handed by one shift and signed by the next."""

    retention = Retention.CASE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    items = models.JSONField(default=list)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "交接班"
