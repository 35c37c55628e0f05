"""When a city works: shifts, holidays and 调休, and the position of a moment in working time.

Pure: no Django, no database. `selectors.current_calendar()` builds a `WorkCalendar` from the tables;
the rules for limits and due times stand in `arithmetic`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from .clock import SHANGHAI, local

_MICROSECOND = timedelta(microseconds=1)
_MINUTE = 60_000_000  # microseconds; all sums are integers, so that adding and subtracting are exact inverses
_DAY_MINUTES = 24 * 60
# Working time is counted inside these years only: a slip like 9999 must not cost the totals of eight thousand years.
FIRST_YEAR, LAST_YEAR = 1900, 2200

Span = tuple[int, int]
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class Shifts:
    """The ordered shifts of a working day, in force from `effective_from` to `effective_until` (inclusive).

    `spans` are (begin, end) in minutes after midnight, in order, not overlapping, none across midnight.
    `weekdays` (Monday = 0) are the days of the week that are worked in this way. Raises ValueError where
    a span is empty, out of order or outside the day, or where nothing would be worked at all.
    """

    spans: tuple[Span, ...]
    effective_from: date = date.min
    effective_until: date | None = None
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or edges[0] < 0 or edges[-1] > _DAY_MINUTES:
            raise ValueError("shifts must lie within one day")
        if any(begin >= end for begin, end in self.spans) or sorted(edges) != edges:
            raise ValueError("shifts must be in order and must not overlap")
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("shifts need at least one day of the week")
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("shifts must not end before they begin")

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_until is None or day <= self.effective_until)


def parse_spans(pairs: Iterable[Sequence[str]]) -> tuple[Span, ...]:
    """`[["08:30", "12:00"], ["14:30", "17:30"]]` → minutes after midnight; "24:00" may end a day."""
    return tuple((_minutes(begin), _minutes(end)) for begin, end in pairs)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    if not (len(minutes) == 2 and 0 <= int(minutes) < 60 and 0 <= int(hours) <= 24):
        raise ValueError(f"not a time of day: {text}")
    return int(hours) * 60 + int(minutes)


USUAL_SHIFTS = Shifts(spans=((8 * 60 + 30, 12 * 60), (14 * 60 + 30, 17 * 60 + 30)))


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of one city, on the wall clock of Asia/Shanghai.

    A day is worked when its weekday belongs to shifts in force and it is no holiday, or when it is one of
    the `extra_workdays` (调休上班 and any other day that the city declares worked), which win over all else.
    Of several shifts in force for a weekday the one that came into force last holds; where none at all is
    in force, `USUAL_SHIFTS`. An extra day on a weekday without shifts is worked like a Monday.

    `confirmed_years` are those whose holidays have been announced. Every other year follows the days given
    here as far as they go and the weekly pattern beyond; results that touch it are provisional, no error.
    """

    shifts: tuple[Shifts, ...] = (USUAL_SHIFTS,)
    holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()
    confirmed_years: frozenset[int] = frozenset()
    _index: "_Index | None" = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        latest_first = sorted(self.shifts, key=lambda shifts: shifts.effective_from, reverse=True)
        object.__setattr__(self, "shifts", tuple(latest_first))

    def is_working_day(self, day: date) -> bool:
        return bool(self.spans_on(day))

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The shifts of `day` in minutes after midnight; empty on a day of rest."""
        in_force = [shifts for shifts in self.shifts if shifts.in_force(day)] or [USUAL_SHIFTS]
        if day in self.extra_workdays:
            return (_for_weekday(in_force, day.weekday()) or _for_weekday(in_force, 0) or in_force[0]).spans
        regular = None if day in self.holidays else _for_weekday(in_force, day.weekday())
        return regular.spans if regular else ()

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.confirmed_years

    def provisional_between(self, a: datetime, b: datetime) -> bool:
        """Whether a year between the two moments (both included) still lacks its announced holidays."""
        first, last = sorted((local(a).year, local(b).year))
        return any(year not in self.confirmed_years for year in range(first, last + 1))

    def time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; negative where `b` is the earlier. Outside 1900 to 2200 nothing is worked."""
        start, end = _counted(_wall(a)), _counted(_wall(b))
        index = self._covering(min(start.year, end.year), max(start.year, end.year))
        return (index.worked(end) - index.worked(start)) * _MICROSECOND

    def add_time(self, moment: datetime, amount: timedelta) -> datetime:
        """The earliest moment at which `amount` of working time has passed since `moment`; negative goes back.

        The result lies inside a shift or at its end, never at the opening: what is used up when a shift
        closes is due at the close. An amount of nothing changes nothing. OverflowError outside 1900 to 2200.
        """
        if not amount:
            return moment.astimezone(UTC)
        step = amount // _MICROSECOND
        return self._found(moment, lambda index, wall: index.moment_after_time(wall, step), down=step < 0)

    def add_days(self, moment: datetime, days: Fraction) -> datetime:
        """Like `add_time`, in working days: a day of any length counts one, a part of it its share.

        From Tuesday at two fifths of its shifts, one working day leads to two fifths of Wednesday's, also
        where winter shifts begin in between. From outside working time it leads to the end of a day.
        """
        if not days:
            return moment.astimezone(UTC)
        return self._found(moment, lambda index, wall: index.moment_after_days(wall, days), down=days < 0)

    def _found(
        self, moment: datetime, search: "Callable[[_Index, datetime], datetime | None]", *, down: bool
    ) -> datetime:
        """Search in the year of `moment`, then in twice as many years each time, up to the last one counted."""
        wall = _wall(moment)
        low, high, reach = wall.year, wall.year, 1
        while low >= FIRST_YEAR and high <= LAST_YEAR:
            if (found := search(self._covering(low, high), wall)) is not None:
                return _utc(found)
            if low == FIRST_YEAR if down else high == LAST_YEAR:
                break
            low, high = (max(low - reach, FIRST_YEAR), high) if down else (low, min(high + reach, LAST_YEAR))
            reach *= 2
        raise OverflowError(f"working time is counted from {FIRST_YEAR} to {LAST_YEAR} only")

    def _covering(self, first_year: int, last_year: int) -> "_Index":
        index = self._index
        if index is None or first_year < index.first_year or last_year > index.last_year:
            if index is not None:
                first_year, last_year = min(first_year, index.first_year), max(last_year, index.last_year)
            index = _Index.of(self, first_year, last_year)
            object.__setattr__(self, "_index", index)  # built apart and put in place at once: threads may race
        return index


def _for_weekday(shifts: list[Shifts], weekday: int) -> Shifts | None:
    return next((one for one in shifts if weekday in one.weekdays), None)


def _counted(wall: datetime) -> datetime:
    return min(max(wall, datetime(FIRST_YEAR, 1, 1)), datetime(LAST_YEAR, 12, 31, 23, 59, 59))  # noqa: DTZ001 - wall time


class _Index(NamedTuple):
    """Running totals over whole years, so that a question about years costs a bisection, not a walk."""

    first_year: int
    last_year: int
    first_day: int  # proleptic ordinal of 1 January of the first year
    spans: list[tuple[Span, ...]]  # microseconds after midnight, one entry a day
    time_before: list[int]  # microseconds worked before each day, and one total at the end
    days_before: list[int]  # working days before each day, and one total at the end
    worked_days: list[int]  # positions of the working days

    @classmethod
    def of(cls, calendar: WorkCalendar, first_year: int, last_year: int) -> "_Index":
        first = date(first_year, 1, 1).toordinal()
        last = date(last_year, 12, 31).toordinal()
        spans = [
            tuple((begin * _MINUTE, end * _MINUTE) for begin, end in calendar.spans_on(date.fromordinal(day)))
            for day in range(first, last + 1)
        ]
        lengths = [sum(end - begin for begin, end in day) for day in spans]
        return cls(
            first_year=first_year,
            last_year=last_year,
            first_day=first,
            spans=spans,
            time_before=list(accumulate(lengths, initial=0)),
            days_before=list(accumulate((1 if length else 0 for length in lengths), initial=0)),
            worked_days=[day for day, length in enumerate(lengths) if length],
        )

    def worked(self, wall: datetime) -> int:
        """Microseconds worked from the beginning of the index to `wall`."""
        day = wall.toordinal() - self.first_day
        return self.time_before[day] + self._worked_on(day, wall)

    def moment_after_time(self, wall: datetime, step: int) -> datetime | None:
        """The earliest wall time `step` worked microseconds after `wall`; None where it lies outside the index."""
        target = self.worked(wall) + step
        if not 0 < target <= self.time_before[-1]:
            return None
        day = bisect_left(self.time_before, target) - 1
        return self._moment_in(day, target - self.time_before[day])

    def moment_after_days(self, wall: datetime, days: Fraction) -> datetime | None:
        """The earliest wall time `days` working days after `wall`; None where it lies outside the index."""
        day = wall.toordinal() - self.first_day
        length = self._length(day) or 1
        # whole days and share of the day, over the common denominator length × days.denominator
        scale = length * days.denominator
        position = self._worked_on(day, wall) * days.denominator + days.numerator * length
        whole, share = divmod(position, scale)
        whole += self.days_before[day]
        if not share:
            whole, share = whole - 1, scale  # the end of a day, not the opening of the next
        if not 0 <= whole < len(self.worked_days):
            return None
        target = self.worked_days[whole]
        # rounded up, so that a share however small leads past the opening
        return self._moment_in(target, -(-share * self._length(target) // scale))

    def _length(self, day: int) -> int:
        return self.time_before[day + 1] - self.time_before[day]

    def _worked_on(self, day: int, wall: datetime) -> int:
        spans = self.spans[day]
        if not spans:
            return 0
        seconds = (wall.hour * 60 + wall.minute) * 60 + wall.second
        at = seconds * 1_000_000 + wall.microsecond
        return sum(min(at, end) - begin for begin, end in spans if at > begin)

    def _moment_in(self, day: int, worked: int) -> datetime:
        for begin, end in self.spans[day]:
            if worked <= end - begin:
                break
            worked -= end - begin
        return datetime.fromordinal(self.first_day + day) + timedelta(microseconds=begin + worked)


def _wall(moment: datetime) -> datetime:
    return local(moment).replace(tzinfo=None)


def _utc(wall: datetime) -> datetime:
    return wall.replace(tzinfo=SHANGHAI).astimezone(UTC)
