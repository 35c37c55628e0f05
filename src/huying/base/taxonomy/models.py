"""What orders are about: versioned category trees, crosswalks between versions, 权责清单."""

from django.db import models
from treebeard.mp_tree import MP_Node

from huying.base.events.models import new_public_id
from huying.base.org.models import Unit
from huying.base.retention import Retention


class CategoryTree(models.Model):
    """One version of one tree. A past order is judged by the version in force at its time."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    edition = models.CharField("版本", max_length=40)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "分类体系"
        constraints = [models.UniqueConstraint(fields=["code", "edition"], name="tree_edition_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class DecidingPlace(models.TextChoices):
    INCIDENT = "incident", "事发地"
    CALLER = "caller", "诉求人住址"
    RESPONDENT = "respondent", "被诉主体地址"


class Category(MP_Node):
    """A kind of matter in a tree; ``full_name`` is its way from the root ("城乡建设/噪声/夜间施工")."""

    retention = Retention.REFERENCE
    node_order_by = ["code"]

    tree = models.ForeignKey(CategoryTree, models.PROTECT, related_name="categories")
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=80)
    full_name = models.CharField("全称", max_length=300, db_index=True)
    pinyin = models.CharField(max_length=160, blank=True)
    deciding_place = models.CharField(max_length=12, choices=DecidingPlace.choices, default=DecidingPlace.INCIDENT)
    must_ask = models.JSONField("必问要素", default=list, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    provisional = models.BooleanField("导入时新建，待确认", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "事项分类"
        constraints = [models.UniqueConstraint(fields=["tree", "code"], name="category_code_once")]

    def __str__(self) -> str:
        return self.full_name


class Crosswalk(models.Model):
    """How a category of one tree or edition reads in another; ``share`` < 1 where one was split into several."""

    retention = Retention.REFERENCE

    source = models.ForeignKey(Category, models.PROTECT, related_name="crosswalks_out")
    target = models.ForeignKey(Category, models.PROTECT, related_name="crosswalks_in")
    share = models.FloatField(default=1.0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "分类对照"
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="crosswalk_once")]


class Responsibility(models.Model):
    """A line of the 权责清单: which unit the law or the 三定 makes responsible for what."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responsibilities")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="responsibilities")
    matter = models.CharField("事项", max_length=200)
    basis = models.CharField("依据", max_length=300, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "权责清单"
