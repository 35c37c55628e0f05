"""Writing the calendar: filling a year, a day, the shifts, confirming what was announced."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from huying.base.calendars import selectors
from huying.base.calendars.models import CalendarDay, CalendarRevision, CalendarYear, DayKind, DaySource, ShiftPattern
from huying.base.calendars.sources import PlannedDay, PlannedYear, plan_year
from huying.base.calendars.workcalendar import FIRST_YEAR, LAST_YEAR
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record


@dataclass(frozen=True)
class Filled:
    """What filling a year did. `kept` counts the days entered by hand, which no source overwrites."""

    year: int
    source: str
    provisional: bool
    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0

    @property
    def writes(self) -> int:
        return self.added + self.changed + self.removed


def fill_year(*, actor, year: int) -> Filled:
    """Enter the holidays and 调休 of a year from the best source; may be repeated, and should be each November.

    Announced days replace expected ones. What was entered by hand stays. Expected days never replace a
    year that is confirmed.
    """
    plan = plan_year(_counted(year))
    with transaction.atomic():
        _lock()
        row = CalendarYear.objects.filter(year=year).first()
        if row is not None and plan.provisional and not row.provisional:
            return Filled(year, row.source, provisional=False, kept=CalendarDay.objects.filter(day__year=year).count())
        filled = _enter(plan)
        if filled.writes or row is None or row.provisional != plan.provisional:
            row, _ = CalendarYear.objects.update_or_create(
                year=year, defaults={"provisional": plan.provisional, "source": plan.source.value}
            )
            _changed()
            counts = {"added": filled.added, "changed": filled.changed, "removed": filled.removed}
            about = {"year": year, "source": plan.source.value, "provisional": plan.provisional}
            record(actor=actor, verb="calendar.fill_year", subject=row, payload=about | counts, changes=counts)
    return filled


def set_day(
    *, actor, day: date, kind: str, name: str = "", reason: str = "", expected_version: int | None = None
) -> CalendarDay:
    """Declare one day worked or not. A day entered by hand is certain, and no later filling overwrites it."""
    _counted(day.year)
    if kind not in DayKind.values:
        raise Invalid("日期类型只能是工作日、休息日或调休上班。", errors=[{"field": "kind", "message": "没有这种类型"}])
    with transaction.atomic():
        _lock()
        row = CalendarDay.objects.filter(day=day).first()
        _fresh(row, expected_version)
        before = [row.kind, row.name] if row else [None, None]
        row = row or CalendarDay(day=day, version=0)
        row.kind, row.name, row.provisional, row.source = kind, name[:40], False, DaySource.MANUAL
        row.version += 1
        row.save()
        CalendarYear.objects.get_or_create(year=day.year, defaults={"provisional": True, "source": DaySource.MANUAL})
        _changed()
        changes = {"kind": [before[0], kind], "name": [before[1], row.name]}
        payload = {"day": day.isoformat(), "kind": kind}
        record(actor=actor, verb="calendar.set_day", subject=row, payload=payload, changes=changes, reason=reason)
    return row


def confirm_year(*, actor, year: int, reason: str = "") -> CalendarYear:
    """State that the days of a year are as announced, so that due times resting on it are certain."""
    with transaction.atomic():
        _lock()
        row = CalendarYear.objects.filter(year=_counted(year)).first()
        if row is None:
            raise Conflict(f"{year} 年还没有录入节假日，请先填充或逐日录入，再确认。", code="year_empty")
        if row.provisional:
            row.provisional = False
            row.save()
            CalendarDay.objects.filter(day__year=year, provisional=True).update(provisional=False)
            _changed()
            changes = {"provisional": [True, False]}
            record(
                actor=actor,
                verb="calendar.confirm_year",
                subject=row,
                payload={"year": year},
                changes=changes,
                reason=reason,
            )
    return row


def set_shifts(
    *,
    actor,
    name: str,
    effective_from: date,
    effective_until: date | None,
    spans: list[list[str]],
    weekdays: list[int] | None = None,
    expected_version: int | None = None,
) -> ShiftPattern:
    """Enter or change the shifts of that name, e.g. 夏季作息. Due times already given do not move."""
    with transaction.atomic():
        _lock()
        row = ShiftPattern.objects.filter(name=name).first()
        _fresh(row, expected_version)
        before = _described(row) if row else None
        row = row or ShiftPattern(name=name, version=0)
        row.effective_from, row.effective_until = effective_from, effective_until
        row.spans, row.weekdays = spans, sorted(set(weekdays if weekdays is not None else range(5)))
        row.version += 1
        _sensible(row)
        row.save()
        _changed()
        after = _described(row)
        record(actor=actor, verb="calendar.set_shifts", subject=row, payload=after, changes={"shifts": [before, after]})
    return row


def _enter(plan: PlannedYear) -> Filled:
    rows = {row.day: row for row in CalendarDay.objects.filter(day__year=plan.year)}
    by_hand = {day for day, row in rows.items() if row.source == DaySource.MANUAL}
    planned = {one.day: one for one in plan.days if one.day not in by_hand}
    added = [_row(plan, one) for day, one in planned.items() if day not in rows]
    changed = [rows[day] for day, one in planned.items() if day in rows and _differs(rows[day], plan, one)]
    removed = [row.pk for day, row in rows.items() if day not in planned and day not in by_hand]
    for row in changed:
        one = planned[row.day]
        row.kind, row.name, row.source, row.provisional = one.kind.value, one.name, plan.source.value, plan.provisional
        row.version += 1
    CalendarDay.objects.bulk_create(added)
    CalendarDay.objects.bulk_update(changed, ["kind", "name", "source", "provisional", "version"])
    CalendarDay.objects.filter(pk__in=removed).delete()
    return Filled(
        plan.year, plan.source.value, plan.provisional, len(added), len(changed), len(removed), kept=len(by_hand)
    )


def _row(plan: PlannedYear, one: PlannedDay) -> CalendarDay:
    return CalendarDay(
        day=one.day, kind=one.kind.value, name=one.name, source=plan.source.value, provisional=plan.provisional
    )


def _differs(row: CalendarDay, plan: PlannedYear, one: PlannedDay) -> bool:
    as_planned = (one.kind.value, one.name, plan.source.value, plan.provisional)
    return (row.kind, row.name, row.source, row.provisional) != as_planned


def _described(row: ShiftPattern) -> dict:
    until = row.effective_until.isoformat() if row.effective_until else None
    period = {"effective_from": row.effective_from.isoformat(), "effective_until": until}
    return period | {"spans": row.spans, "weekdays": row.weekdays}


def _sensible(row: ShiftPattern) -> None:
    try:
        selectors.shifts_of(row)
    except ValueError as error:
        raise Invalid(
            "作息时间有误：每段须先上班后下班，各段按先后排列、互不重叠，至少适用一天，失效日期不早于生效日期。",
            errors=[{"field": "spans", "message": str(error)}],
        ) from error


def _counted(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"年份须在 {FIRST_YEAR} 与 {LAST_YEAR} 之间。", errors=[{"field": "year", "message": "超出范围"}])
    return year


def _fresh(row: CalendarDay | ShiftPattern | None, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != (row.version if row else 0):
        current = row.version if row else None
        raise Conflict("这一项已被别人改过，请看过现在的内容再改。", current={"version": current}, allowed_actions=[])


def _lock() -> None:
    """Writers of the calendar take turns; there are a few in a year."""
    CalendarRevision.objects.get_or_create(pk=1, defaults={"token": secrets.token_hex(8)})
    CalendarRevision.objects.select_for_update().get(pk=1)


def _changed() -> None:
    CalendarRevision.objects.filter(pk=1).update(token=secrets.token_hex(8))
    selectors.forget()  # for this transaction
    transaction.on_commit(selectors.forget)  # for those who looked before it was committed
