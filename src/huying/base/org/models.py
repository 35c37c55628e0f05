"""People, their roles, and the units 承办单位 that answer for orders."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from treebeard.mp_tree import MP_Node

from huying.base.events.models import new_public_id
from huying.base.org.devices import Authenticator, RecoveryCodes
from huying.base.org.preferences import PagePreference, SavedFilter
from huying.base.org.roles import ROLES, Reach
from huying.base.retention import Retention

__all__ = [
    "ApiToken", "Authenticator", "PagePreference", "Person", "RecoveryCodes", "SavedFilter",
    "Unit", "UnitAlias", "UnitChange", "UnitKind",
]  # fmt: skip


class UnitKind(models.TextChoices):
    CENTRE = "centre", "热线中心"
    BUREAU = "bureau", "职能部门"
    DISTRICT = "district", "区县"
    STREET = "street", "街道乡镇"
    COMMUNITY = "community", "社区村"
    ENTERPRISE = "enterprise", "公用企业"
    SUB_CENTRE = "sub_centre", "分中心"
    FIRM = "firm", "外包公司"
    EMERGENCY = "emergency", "紧急热线"


class Unit(MP_Node):
    """A unit 承办单位 in the tree. ``path`` (treebeard) makes "this unit and all below" one index range."""

    retention = Retention.REFERENCE

    node_order_by = ["ordinal", "name"]

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    name = models.CharField("名称", max_length=120, unique=True)
    short_name = models.CharField("简称", max_length=60, blank=True)
    pinyin = models.CharField(max_length=240, blank=True, db_index=True)
    code = models.CharField("统一社会信用代码或单位编码", max_length=40, blank=True, db_index=True)
    kind = models.CharField("类型", max_length=16, choices=UnitKind.choices, default=UnitKind.BUREAU)
    division_code = models.CharField("所辖区划代码", max_length=12, blank=True, db_index=True)
    telephone = models.CharField("值班电话", max_length=40, blank=True)
    staff = models.PositiveSmallIntegerField("承办人数", default=0)
    ordinal = models.IntegerField(default=0)
    active_from = models.DateField("启用日期", null=True, blank=True)
    active_until = models.DateField("停用日期", null=True, blank=True)
    provisional = models.BooleanField("导入时新建，待确认", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "承办单位"

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another name by which a unit is known: an abbreviation, a former name."""

    retention = Retention.REFERENCE

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, unique=True)
    former = models.BooleanField("曾用名", default=False)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"


class UnitChange(models.Model):
    """A dated change of the tree: a rename, or work that went over to a successor (merger, split, abolition)."""

    retention = Retention.REFERENCE

    class Kind(models.TextChoices):
        RENAME = "rename", "更名"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        ABOLISH = "abolish", "撤销"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    successor = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="predecessors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    effective = models.DateField()
    old_name = models.CharField(max_length=120, blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构变动"
        ordering = ["effective", "id"]


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Person":
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "Person":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who works with Huying. Roles say what one may do; unit and firm say how far one sees."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    staff_no = models.CharField("工号", max_length=20, blank=True)
    roles = models.JSONField("角色", default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="people")
    firm = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="outsourced")
    telephone = models.CharField("办公电话", max_length=40, blank=True)
    is_active = models.BooleanField("在岗", default=True)
    is_staff = models.BooleanField("可进后台", default=False)
    is_system = models.BooleanField("系统账号", default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name

    def has_role(self, *codes: str) -> bool:
        return any(code in codes for code in self.roles)

    @property
    def reach(self) -> Reach:
        """The widest reach among the person's roles."""
        reaches = {ROLES[code].reach for code in self.roles if code in ROLES}
        return next((r for r in (Reach.CENTRE, Reach.UNIT, Reach.FIRM) if r in reaches), Reach.NOTHING)

    @property
    def needs_second_factor(self) -> bool:
        return any(ROLES[code].second_factor for code in self.roles if code in ROLES)


class ApiToken(models.Model):
    """A machine's key. Only the SHA-256 of the secret is kept; scopes narrow what the owner may do."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
