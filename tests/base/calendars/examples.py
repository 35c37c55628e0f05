"""Calendars and moments that the tests of this room share."""

from datetime import date, datetime

from huying.base.calendars.arithmetic import Shifts, WorkCalendar, parse_spans
from huying.base.calendars.clock import SHANGHAI, local
from huying.base.calendars.sources import Kind, plan_year

WINTER = Shifts(spans=parse_spans([["08:30", "12:00"], ["14:00", "17:30"]]))  # 7 hours
SUMMER = Shifts(
    spans=parse_spans([["08:30", "12:00"], ["15:00", "18:00"]]),  # 6.5 hours
    effective_from=date(2026, 6, 1),
    effective_until=date(2026, 9, 30),
)


def announced(*years: int, shifts: tuple[Shifts, ...] = (WINTER, SUMMER)) -> WorkCalendar:
    """The calendar of announced years, as the tables would give it."""
    days = [day for year in years for day in plan_year(year).days]
    return WorkCalendar(
        shifts=shifts,
        holidays=frozenset(day.day for day in days if day.kind is Kind.HOLIDAY),
        extra_workdays=frozenset(day.day for day in days if day.kind is Kind.ADJUSTED_WORKDAY),
        confirmed_years=frozenset(years),
    )


CITY = announced(2025, 2026)


def at(text: str) -> datetime:
    """`2026-02-14 10:00` on the wall clock of Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def shown(moment: datetime) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M")
