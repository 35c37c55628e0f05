"""Divisions 行政区划 and the gazetteer of named places."""

from django.db import models
from treebeard.mp_tree import MP_Node

from huying.base.retention import Retention


class DivisionLevel(models.TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "区县"
    TOWN = "town", "街道乡镇"
    VILLAGE = "village", "社区村"


class Division(MP_Node):
    """An administrative division by its statistical code (12 digits for a village); ``path`` gives all below it."""

    retention = Retention.REFERENCE
    node_order_by = ["code"]

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=80, db_index=True)
    full_name = models.CharField("全称", max_length=200, blank=True)
    pinyin = models.CharField(max_length=160, blank=True)
    level = models.CharField(max_length=10, choices=DivisionLevel.choices)
    population = models.PositiveIntegerField("常住人口", null=True, blank=True)
    aliases = models.JSONField("别名", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"

    def __str__(self) -> str:
        return self.name


class PlaceKind(models.TextChoices):
    ESTATE = "estate", "小区楼盘"
    ROAD = "road", "道路"
    MARKET = "market", "市场商场"
    PARK = "park", "公园广场"
    SCHOOL = "school", "学校"
    HOSPITAL = "hospital", "医院"
    STATION = "station", "车站港口"
    WORKS = "works", "工地园区"
    LANDMARK = "landmark", "其他地标"


class Place(models.Model):
    """A named place 点位: an estate, a market, a park, a road; belongs to a division."""

    retention = Retention.REFERENCE

    name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField("类型", max_length=20, choices=PlaceKind.choices, default=PlaceKind.LANDMARK)
    division = models.ForeignKey(Division, models.PROTECT, related_name="places")
    aliases = models.JSONField(default=list, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "点位"
        constraints = [models.UniqueConstraint(fields=["name", "division"], name="place_once_per_division")]


class GazetteerVersion(models.Model):
    """Counts the changes of divisions and places, so that every process notices another's; a single row."""

    retention = Retention.REFERENCE

    number = models.PositiveBigIntegerField(default=0)
