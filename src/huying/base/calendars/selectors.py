"""Reading the calendar. It holds nothing personal: every person of the centre may read all of it."""

import time
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection

from huying.base.calendars.arithmetic import USUAL_SHIFTS, Shifts, WorkCalendar, parse_spans
from huying.base.calendars.models import CalendarDay, CalendarRevision, CalendarYear, DayKind, ShiftPattern

CHECK_EVERY_S = 1.0


@dataclass(frozen=True)
class _Kept:
    database: str
    token: str
    checked: float
    calendar: WorkCalendar


_kept: _Kept | None = None


def current_calendar() -> WorkCalendar:
    """The calendar in force, built once and shared by all threads.

    At most once a second one small query asks whether it changed, so another process's change is seen
    within a second, and one's own at once.
    """
    global _kept
    kept, database, asked = _kept, str(connection.settings_dict["NAME"]), time.monotonic()
    known = kept is not None and kept.database == database
    if kept is not None and known and asked - kept.checked < CHECK_EVERY_S:
        return kept.calendar
    token = CalendarRevision.objects.values_list("token", flat=True).first() or ""
    if kept is not None and known and kept.token == token:
        _kept = replace(kept, checked=asked)
        return kept.calendar
    # The token was read before the tables: a change in between is noticed at the next question.
    calendar = load_calendar()
    _kept = _Kept(database, token, asked, calendar)
    return calendar


def forget() -> None:
    """Ask the database again at the next question."""
    global _kept
    _kept = None


def load_calendar() -> WorkCalendar:
    """The calendar as the tables have it now; three queries."""
    kinds: dict[date, str] = dict(CalendarDay.objects.values_list("day", "kind"))
    confirmed = CalendarYear.objects.filter(provisional=False).values_list("year", flat=True)
    return WorkCalendar(
        shifts=tuple(shifts_of(pattern) for pattern in ShiftPattern.objects.all()) or (USUAL_SHIFTS,),
        holidays=frozenset(day for day, kind in kinds.items() if kind == DayKind.HOLIDAY),
        extra_workdays=frozenset(day for day, kind in kinds.items() if kind != DayKind.HOLIDAY),
        confirmed_years=frozenset(confirmed),
    )


def shifts_of(pattern: ShiftPattern) -> Shifts:
    """The pattern as the arithmetic takes it; a ValueError says what cannot be right."""
    return Shifts(
        spans=parse_spans(pattern.spans),
        effective_from=pattern.effective_from,
        effective_until=pattern.effective_until,
        weekdays=frozenset(pattern.weekdays),
    )


@dataclass(frozen=True)
class DayShown:
    """One day of a year as people see it. `version` is None for a day that only follows the week."""

    day: date
    worked: bool
    kind: str
    name: str
    provisional: bool
    source: str | None
    version: int | None
    spans: list[list[str]]


@dataclass(frozen=True)
class YearShown:
    year: int
    provisional: bool
    days: list[DayShown]


def year_shown(year: int) -> YearShown:
    """Every day of a year, whether the table names it or not; four queries."""
    calendar = load_calendar()
    named = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    days = [_shown(calendar, first + timedelta(days=count), named) for count in range(length)]
    return YearShown(year, calendar.is_provisional(first), days)


def day_shown(day: date) -> DayShown:
    return _shown(load_calendar(), day, {row.day: row for row in CalendarDay.objects.filter(day=day)})


def shift_patterns() -> list[ShiftPattern]:
    """All shifts, those of the past included, in the order in which they came into force."""
    return list(ShiftPattern.objects.all())


def _shown(calendar: WorkCalendar, day: date, named: dict[date, CalendarDay]) -> DayShown:
    spans, row = calendar.spans_on(day), named.get(day)
    return DayShown(
        day=day,
        worked=bool(spans),
        kind=row.kind if row else str(DayKind.WORKDAY if spans else DayKind.HOLIDAY),
        name=row.name if row else "",
        provisional=row.provisional if row else calendar.is_provisional(day),
        source=row.source if row else None,
        version=row.version if row else None,
        spans=[[_clock(begin), _clock(end)] for begin, end in spans],
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
