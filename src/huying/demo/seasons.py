"""When what is heard: by days of the year and, for what follows the lunar calendar, by Spring Festival. Pure."""

from datetime import date, timedelta
from functools import cache

import holidays

from huying.demo.sources import table

FESTIVAL = "Chinese New Year (Spring Festival)"


@cache
def spring_festival(year: int) -> date:
    """The first day of the first lunar month that lies in ``year``."""
    days = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    return min(day for day, name in days.items() if FESTIVAL in name)


@cache
def is_holiday(day: date) -> bool:
    """A public holiday, weekends apart."""
    return day in holidays.country_holidays("CN", years=day.year, observed=False)


@cache
def factor(family: str, day: date) -> float:
    """How often a family of matters is heard that day, against its usual share."""
    for season in table("figures")["seasons"]:
        if family in season["families"]:
            for first, last, times in season["spans"]:
                if _within(day, first, last):
                    return times
            return season.get("otherwise", 1.0)
    return 1.0


@cache
def signature(day: date) -> tuple[float, ...]:
    """Days with the same signature are alike in all seasons."""
    return tuple(factor(family, day) for season in table("figures")["seasons"] for family in season["families"])


def _within(day: date, first: str, last: str) -> bool:
    if first.startswith("SF"):
        return any(_lunar(first, year) <= day <= _lunar(last, year) for year in (day.year, day.year + 1))
    month_day = f"{day:%m-%d}"
    return first <= month_day <= last if first <= last else month_day >= first or month_day <= last


def _lunar(mark: str, year: int) -> date:
    return spring_festival(year) + timedelta(days=int(mark[2:]))
