"""Where the holidays of a year come from: `chinesecalendar` (announced), else `holidays` (expected).

`chinesecalendar` holds what the State Council announced, 调休 included, but only up to the year announced
last, and raises beyond it; therefore it fills the table and is not asked at run time. `holidays` computes
the days fixed by law for any year; the 调休 of a year not yet announced cannot be known, so these days are
provisional.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar
import holidays


class Kind(StrEnum):
    WORKDAY = "workday"
    HOLIDAY = "holiday"
    ADJUSTED_WORKDAY = "adjusted_workday"


class Source(StrEnum):
    ANNOUNCED = "chinesecalendar"
    EXPECTED = "holidays"
    MANUAL = "manual"


@dataclass(frozen=True)
class PlannedDay:
    """A day that differs from the weekly pattern, or has a holiday's name. `name` is Chinese."""

    day: date
    kind: Kind
    name: str


@dataclass(frozen=True)
class PlannedYear:
    year: int
    source: Source
    days: tuple[PlannedDay, ...]

    @property
    def provisional(self) -> bool:
        return self.source is Source.EXPECTED


def plan_year(year: int) -> PlannedYear:
    """The holidays and adjusted working days of a year from the best source there is."""
    try:
        return PlannedYear(year, Source.ANNOUNCED, _announced(year))
    except NotImplementedError:
        return PlannedYear(year, Source.EXPECTED, _expected(year))


def _announced(year: int) -> tuple[PlannedDay, ...]:
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    days = []
    for day in _days_of(year):
        rest, name = chinese_calendar.get_holiday_detail(day)
        if name is None:
            continue
        if rest:
            days.append(PlannedDay(day, Kind.HOLIDAY, names.get(name, name)))
        else:
            days.append(PlannedDay(day, Kind.ADJUSTED_WORKDAY, f"{names.get(name, name)}调休上班"))
    return tuple(days)


def _expected(year: int) -> tuple[PlannedDay, ...]:
    law = holidays.country_holidays("CN", years=year, language="zh_CN")
    rest = {day: name for day, name in law.items() if day.year == year}
    worked = {day for day in law.weekend_workdays if day.year == year}
    return tuple(
        PlannedDay(day, Kind.HOLIDAY, rest[day]) if day in rest else PlannedDay(day, Kind.ADJUSTED_WORKDAY, "调休上班")
        for day in sorted(worked | rest.keys())
    )


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=count) for count in range((date(year + 1, 1, 1) - first).days)]
