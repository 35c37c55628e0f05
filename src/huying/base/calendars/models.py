"""The calendar as data: days that differ from the week, years and whether they are announced, shifts."""

from django.db import models

from huying.base.calendars.sources import Kind, Source
from huying.base.retention import Retention


class DayKind(models.TextChoices):
    WORKDAY = Kind.WORKDAY.value, "工作日"
    HOLIDAY = Kind.HOLIDAY.value, "休息日"
    ADJUSTED_WORKDAY = Kind.ADJUSTED_WORKDAY.value, "调休上班"


class DaySource(models.TextChoices):
    ANNOUNCED = Source.ANNOUNCED.value, "国务院办公厅公布"
    EXPECTED = Source.EXPECTED.value, "按法定节日推算"
    MANUAL = Source.MANUAL.value, "人工录入"


class CalendarYear(models.Model):
    """A year that the table covers. Provisional until its 调休 is announced; a year without a row is so too."""

    retention = Retention.REFERENCE

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    provisional = models.BooleanField("暂定", default=True)
    source = models.CharField("来源", max_length=20, choices=DaySource.choices)

    class Meta:
        verbose_name = verbose_name_plural = "日历年份"


class CalendarDay(models.Model):
    """A day that differs from the weekly pattern or bears a holiday's name. A day without a row follows the week."""

    retention = Retention.REFERENCE

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类型", max_length=20, choices=DayKind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    provisional = models.BooleanField("暂定", default=False)
    source = models.CharField("来源", max_length=20, choices=DaySource.choices)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "日历"
        ordering = ["day"]


class ShiftPattern(models.Model):
    """The shifts of working days between two dates (inclusive); see `workcalendar.Shifts` for which one holds."""

    retention = Retention.REFERENCE

    name = models.CharField("名称", max_length=40, unique=True)
    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    spans = models.JSONField("上下班时间", help_text='[["08:30", "12:00"], ["14:30", "17:30"]]')
    weekdays = models.JSONField("适用星期", help_text="周一为 0：[0, 1, 2, 3, 4]")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "作息时间"
        ordering = ["effective_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="shifts_end_after_begin",
                condition=models.Q(effective_until__isnull=True)
                | models.Q(effective_until__gte=models.F("effective_from")),
            )
        ]


class CalendarRevision(models.Model):
    """One row, changed with every write, by which processes notice that their calendar is out of date.

    The token is random, not a count: a rolled-back change and the next one must not look alike.
    """

    retention = Retention.REFERENCE

    token = models.CharField(max_length=32)
