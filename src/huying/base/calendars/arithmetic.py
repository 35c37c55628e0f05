"""Working-time arithmetic: limits, due times, inner due times, what remains, and lights.

Pure functions over a `WorkCalendar`; no Django. Every moment is aware, results are in UTC.

Two clocks run in a hotline. *Natural* time never stands still (urgent orders, first contact). *Working*
time runs only inside the shifts of working days. Amounts in days or hours of either are `Limit`s.

How a limit is counted (民法典 第二百零一条, 第二百零三条: a period in days begins on the day after, one in
hours at once; the last day ends when business ends):

`from_next_day` 自次日起算   the day of receipt does not count. 5 working days received on a Monday, at any
                          hour, end with the last shift of next Monday; received at a weekend, of Friday.
                          A part of a day is its share of that day's shifts: 4.5 end at half of the fifth day.
`exact` 即时起算             counting begins at the moment of receipt, or when the next shift opens. One
                          working day from Tuesday 10:00 ends on Wednesday at 10:00.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from .clock import SHANGHAI, local
from .workcalendar import MONDAY_TO_FRIDAY, USUAL_SHIFTS, Shifts, Span, WorkCalendar, parse_spans

__all__ = [
    "MONDAY_TO_FRIDAY",
    "USUAL_SHIFTS",
    "Counting",
    "Due",
    "Light",
    "Limit",
    "Shifts",
    "Span",
    "Thresholds",
    "Unit",
    "WorkCalendar",
    "add_natural",
    "add_working",
    "add_working_days",
    "back",
    "due",
    "is_working_day",
    "light",
    "next_working_day",
    "parse_spans",
    "remaining",
    "resume",
    "subtract_working",
    "subtract_working_days",
    "working_minutes_between",
    "working_time_between",
]

Amount = int | float | Decimal | Fraction
LONGEST_DAYS = 3660  # ten years; beyond that an amount is a slip of the pen


class Unit(StrEnum):
    NATURAL_HOURS = "natural_hours"
    NATURAL_DAYS = "natural_days"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def working(self) -> bool:
        return self in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)

    @property
    def days(self) -> bool:
        return self in (Unit.NATURAL_DAYS, Unit.WORKING_DAYS)


class Counting(StrEnum):
    EXACT = "exact"
    FROM_NEXT_DAY = "from_next_day"


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"


_UNIT_WORDS = {
    Unit.NATURAL_HOURS: "小时",
    Unit.NATURAL_DAYS: "日",
    Unit.WORKING_HOURS: "个工作小时",
    Unit.WORKING_DAYS: "个工作日",
}


@dataclass(frozen=True)
class Limit:
    """A time limit as data: `Limit(5, "working_days")`, `Limit(**row)`.

    Left out, `counting` follows the law: days from the next day, hours at once. Raises ValueError where the
    amount is not positive or exceeds ten years, or a word is unknown.
    """

    amount: Amount
    unit: Unit
    counting: Counting | None = None

    def __post_init__(self) -> None:
        unit = Unit(self.unit)
        usual = Counting.FROM_NEXT_DAY if unit.days else Counting.EXACT
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "counting", Counting(self.counting or usual))
        if not 0 < self.exact_amount <= LONGEST_DAYS * (1 if unit.days else 24):
            raise ValueError(f"not a limit: {self.amount} {unit}")

    @property
    def exact_amount(self) -> Fraction:
        """The amount as written: 0.1 is a tenth, not its nearest binary number."""
        return Fraction(str(self.amount)) if isinstance(self.amount, float) else Fraction(self.amount)

    @property
    def span(self) -> timedelta:
        """The amount as elapsed time of its clock; a TypeError for working days, whose length differs."""
        if self.unit is Unit.WORKING_DAYS:
            raise TypeError("a working day has no fixed length")
        hours = self.exact_amount * (24 if self.unit.days else 1)
        return timedelta(microseconds=int(hours * 3_600_000_000))

    def describe(self) -> str:
        """For people: `5 个工作日（自次日起算）`."""
        amount = f"{float(self.exact_amount):g}"
        next_day = "（自次日起算）" if self.counting is Counting.FROM_NEXT_DAY else ""
        return f"{amount} {_UNIT_WORDS[self.unit]}{next_day}"


class Due(NamedTuple):
    """A due time, and whether it rests on a year whose holidays are not yet announced."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class Thresholds:
    """From which share of the whole time still remaining a light changes; 1 ≥ amber ≥ red ≥ 0."""

    amber: float = 0.5
    red: float = 0.2

    def __post_init__(self) -> None:
        if not 1 >= self.amber >= self.red >= 0:
            raise ValueError("a red light comes after an amber one, both between 0 and 1")


# Working time


def is_working_day(day: date, calendar: WorkCalendar) -> bool:
    return calendar.is_working_day(day)


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """The first working day after `day`."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return local(calendar.add_time(midnight, timedelta(microseconds=1))).date()


def working_time_between(a: datetime, b: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time from `a` to `b`, to the microsecond; negative where `b` is the earlier."""
    return calendar.time_between(a, b)


def working_minutes_between(a: datetime, b: datetime, calendar: WorkCalendar) -> float:
    """Working time from `a` to `b` in minutes; negative where `b` is the earlier."""
    return calendar.time_between(a, b) / timedelta(minutes=1)


def add_working(start: datetime, amount: timedelta, calendar: WorkCalendar) -> datetime:
    """The earliest moment at which `amount` of working time has passed since `start`: inside a shift or at its end."""
    return calendar.add_time(start, amount)


def subtract_working(due_at: datetime, amount: timedelta, calendar: WorkCalendar) -> datetime:
    """The earliest moment from which `amount` of working time remains until `due_at`."""
    return calendar.add_time(due_at, -amount)


def add_working_days(start: datetime, days: Amount, calendar: WorkCalendar) -> datetime:
    """`days` working days on, counted exactly; a part of a day is that share of the shifts of the day it falls on."""
    return calendar.add_days(start, _fraction(days))


def subtract_working_days(due_at: datetime, days: Amount, calendar: WorkCalendar) -> datetime:
    """`days` working days back, counted exactly."""
    return calendar.add_days(due_at, -_fraction(days))


def add_natural(start: datetime, amount: timedelta) -> datetime:
    return start.astimezone(UTC) + amount


# Limits


def due(start: datetime, limit: Limit, calendar: WorkCalendar) -> Due:
    """When what was received at `start` is due. Never before `start`; a day of natural time ends at 23:59:59."""
    origin = start
    if limit.counting is Counting.FROM_NEXT_DAY:
        # the wall clock of Asia/Shanghai has no summer time: midnight is always 24 hours after midnight
        origin = local(start).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    at = _forward(origin, limit, calendar)
    if limit.unit is Unit.NATURAL_DAYS and limit.counting is Counting.FROM_NEXT_DAY and limit.exact_amount >= 1:
        at -= timedelta(seconds=1)  # so that people read the last day, not the day after it
    return Due(at, _provisional(start, at, limit, calendar))


def back(
    due_at: datetime, margin: Limit, calendar: WorkCalendar, *, start: datetime, least_share: Amount = Fraction(1, 2)
) -> Due:
    """The due time of an inner level, which leaves the level above it a `margin`.

    City 5 working days, sub-centre 0.5 before it (4.5), street 1 before it (4); an assisting unit 1 before
    the lead. However short the order, the inner level keeps at least `least_share` of the time between
    `start` and `due_at`, so its due time is never before `start`; where `due_at` is itself not after
    `start`, both are the same.
    """
    if due_at <= start:
        return Due(due_at.astimezone(UTC), _provisional(start, due_at, margin, calendar))
    share = _fraction(least_share)
    if margin.unit.working and (window := calendar.time_between(start, due_at)):
        at = calendar.add_time(start, window * share.numerator // share.denominator)
    else:
        at = add_natural(start, (due_at - start) * share.numerator // share.denominator)
    at = max(at, _backward(due_at, margin, calendar))
    return Due(at, _provisional(start, due_at, margin, calendar))


def resume(due_at: datetime, paused_since: datetime, resumed_at: datetime, limit: Limit, calendar: WorkCalendar) -> Due:
    """The due time after a pause (待补充, 挂账): moved on by the time that the limit's clock would have run."""
    lost = _elapsed(paused_since, max(paused_since, resumed_at), limit, calendar)
    at = calendar.add_time(due_at, lost) if limit.unit.working else add_natural(due_at, lost)
    return Due(at, _provisional(paused_since, at, limit, calendar))


def remaining(
    now: datetime, due_at: datetime, limit: Limit, calendar: WorkCalendar, *, paused_since: datetime | None = None
) -> timedelta:
    """Time left on the limit's clock; negative when overdue. While paused, what was left when the pause began."""
    return _elapsed(_standing(now, paused_since), due_at, limit, calendar)


def light(
    now: datetime,
    start: datetime,
    due_at: datetime,
    limit: Limit,
    calendar: WorkCalendar,
    *,
    thresholds: Thresholds = Thresholds(),
    paused_since: datetime | None = None,
    left: timedelta | None = None,
) -> Light:
    """The light of what runs from `start` to `due_at`. At the due time itself it is red, after it overdue.

    Where the whole time from `start` to `due_at` holds no working time, natural time is compared. `left`: what
    `remaining` said of the same moment, where that is known already.
    """
    moment = _standing(now, paused_since)
    if moment > due_at:
        return Light.OVERDUE
    whole = _elapsed(start, due_at, limit, calendar)
    left = _elapsed(moment, due_at, limit, calendar) if left is None else left
    if not whole:
        whole, left = due_at - start, due_at - moment
    if left <= whole * thresholds.red:
        return Light.RED
    return Light.AMBER if left <= whole * thresholds.amber else Light.GREEN


def _fraction(amount: Amount) -> Fraction:
    return Fraction(str(amount)) if isinstance(amount, float) else Fraction(amount)


def _standing(now: datetime, paused_since: datetime | None) -> datetime:
    return now if paused_since is None else min(now, paused_since)


def _forward(origin: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.add_days(origin, limit.exact_amount)
    return calendar.add_time(origin, limit.span) if limit.unit.working else add_natural(origin, limit.span)


def _backward(due_at: datetime, margin: Limit, calendar: WorkCalendar) -> datetime:
    if margin.unit is Unit.WORKING_DAYS:
        return calendar.add_days(due_at, -margin.exact_amount)
    return calendar.add_time(due_at, -margin.span) if margin.unit.working else add_natural(due_at, -margin.span)


def _elapsed(a: datetime, b: datetime, limit: Limit, calendar: WorkCalendar) -> timedelta:
    return calendar.time_between(a, b) if limit.unit.working else b - a


def _provisional(a: datetime, b: datetime, limit: Limit, calendar: WorkCalendar) -> bool:
    return limit.unit.working and calendar.provisional_between(a, b)
