"""Working time on known days: 调休 as announced, split shifts, nights, weekends, holidays, years not announced."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from huying.base.calendars.arithmetic import (
    Shifts,
    WorkCalendar,
    add_natural,
    add_working,
    add_working_days,
    is_working_day,
    next_working_day,
    parse_spans,
    subtract_working,
    subtract_working_days,
    working_minutes_between,
)

from .examples import CITY, announced, at, shown


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-01", False),  # 元旦
        ("2026-01-02", False),  # a Friday, exchanged
        ("2026-01-04", True),  # a Sunday worked for it
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday worked for the Spring Festival
        ("2026-02-15", False),
        ("2026-02-16", False),  # 除夕, a Monday
        ("2026-02-23", False),  # a Monday, exchanged
        ("2026-02-24", True),
        ("2026-02-28", True),  # the other Saturday
        ("2026-05-09", True),
        ("2026-09-20", True),  # a Sunday worked for the National Day
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2025-01-26", True),  # a Sunday before the Spring Festival of 2025
        ("2025-02-08", True),
        ("2025-10-08", False),
        ("2026-07-25", False),  # an ordinary Saturday
    ],
)
def test_days_as_the_state_council_announced_them(day, worked):
    assert is_working_day(date.fromisoformat(day), CITY) is worked


def test_every_day_agrees_with_the_announcements_of_twenty_years():
    years = range(2007, 2027)
    calendar = announced(*years)
    day, wrong = date(2007, 1, 1), []
    while day.year in years:
        if calendar.is_working_day(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("2026-03-03 08:30", "2026-03-03 17:30", 7 * 60),
        ("2026-03-03 00:00", "2026-03-04 00:00", 7 * 60),
        ("2026-03-03 11:30", "2026-03-03 14:30", 60),  # across the midday pause
        ("2026-03-03 12:00", "2026-03-03 14:00", 0),
        ("2026-03-06 17:00", "2026-03-09 09:00", 60),  # across a weekend
        ("2026-02-13 17:00", "2026-02-14 09:00", 60),  # into the Saturday worked
        ("2026-02-14 17:00", "2026-02-24 09:00", 60),  # across nine days of Spring Festival
        ("2026-05-29 16:30", "2026-06-01 09:30", 120),  # from winter to summer shifts
        ("2026-06-01 14:00", "2026-06-01 16:00", 60),  # the summer afternoon begins at three
        ("2026-03-04 09:30", "2026-03-03 16:30", -120),  # backwards
        ("2026-01-01 00:00", "2027-01-01 00:00", None),
    ],
)
def test_working_minutes(a, b, minutes):
    if minutes is None:
        days = [date(2026, 1, 1) + timedelta(days=count) for count in range(365)]
        summer = [day for day in days if 6 <= day.month <= 9 and chinese_calendar.is_workday(day)]
        winter = [day for day in days if not 6 <= day.month <= 9 and chinese_calendar.is_workday(day)]
        minutes = len(summer) * 390 + len(winter) * 420
    assert working_minutes_between(at(a), at(b), CITY) == minutes


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-03-03 09:00", 2, "2026-03-03 11:00"),
        ("2026-03-03 11:00", 2, "2026-03-03 15:00"),
        ("2026-03-03 08:30", 3.5, "2026-03-03 12:00"),  # used up when the shift closes
        ("2026-03-03 08:30", 7, "2026-03-03 17:30"),
        ("2026-03-03 22:00", 1, "2026-03-04 09:30"),  # at night
        ("2026-03-07 10:00", 1, "2026-03-09 09:30"),  # on a Saturday
        ("2026-02-18 10:00", 1, "2026-02-24 09:30"),  # in the Spring Festival
        ("2026-02-14 17:00", 1, "2026-02-24 09:00"),
        ("2026-12-31 17:00", 1, "2027-01-01 09:00"),  # 2027 not announced: the weekly pattern
    ],
)
def test_working_hours_added(start, hours, expected):
    assert shown(add_working(at(start), timedelta(hours=hours), CITY)) == expected


@pytest.mark.parametrize(
    ("end", "hours", "expected"),
    [
        ("2026-03-03 11:00", 2, "2026-03-03 09:00"),
        ("2026-03-03 15:00", 2, "2026-03-03 11:00"),
        ("2026-02-24 09:00", 1, "2026-02-14 17:00"),
        ("2026-03-09 08:30", 1, "2026-03-06 16:30"),
        ("2025-01-02 09:30", 3, "2024-12-31 15:30"),
    ],
)
def test_working_hours_taken_away(end, hours, expected):
    assert shown(subtract_working(at(end), timedelta(hours=hours), CITY)) == expected


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-03 10:00", 1, "2026-03-04 10:00"),
        ("2026-03-03 10:00", 5, "2026-03-10 10:00"),
        ("2026-02-13 10:00", 1, "2026-02-14 10:00"),  # the Saturday counts
        ("2026-02-13 10:00", 2, "2026-02-24 10:00"),
        ("2026-03-03 08:30", 0.5, "2026-03-03 12:00"),
        ("2026-03-07 10:00", 1, "2026-03-09 17:30"),  # from a Saturday: all of Monday
        ("2026-03-03 20:00", 1, "2026-03-04 17:30"),
        ("2026-05-29 12:00", 1, "2026-06-01 11:45"),  # half of a winter day is half of a summer day
    ],
)
def test_working_days_added(start, days, expected):
    assert shown(add_working_days(at(start), days, CITY)) == expected


@pytest.mark.parametrize(
    ("end", "days", "expected"),
    [
        ("2026-03-10 17:30", 1, "2026-03-09 17:30"),
        ("2026-03-10 17:30", 0.5, "2026-03-10 12:00"),
        ("2026-03-10 10:00", 5, "2026-03-03 10:00"),
        ("2026-02-24 17:30", 1, "2026-02-14 17:30"),
    ],
)
def test_working_days_taken_away(end, days, expected):
    assert shown(subtract_working_days(at(end), days, CITY)) == expected


def test_the_next_working_day_passes_holidays():
    assert next_working_day(date(2026, 2, 13), CITY) == date(2026, 2, 14)
    assert next_working_day(date(2026, 2, 14), CITY) == date(2026, 2, 24)


def test_natural_time_never_stands_still():
    assert shown(add_natural(at("2026-02-15 23:00"), timedelta(hours=24))) == "2026-02-16 23:00"


def test_a_year_that_was_not_announced_follows_the_week_and_is_provisional():
    assert is_working_day(date(2031, 1, 1), CITY)  # a Wednesday that will be a holiday: nobody has said so yet
    assert not is_working_day(date(2031, 1, 4), CITY)
    assert CITY.is_provisional(date(2031, 1, 1))
    assert CITY.provisional_between(at("2026-12-31 10:00"), at("2027-01-01 10:00"))
    assert not CITY.provisional_between(at("2025-01-01 00:00"), at("2026-12-31 23:59"))


def test_an_empty_table_still_answers():
    calendar = WorkCalendar()
    assert shown(add_working_days(at("1990-03-06 10:00"), 1, calendar)) == "1990-03-07 10:00"
    assert shown(add_working_days(at("2090-03-06 10:00"), 1, calendar)) == "2090-03-07 10:00"


def test_weekdays_may_have_shifts_of_their_own_and_a_saturday_worked_goes_like_a_monday():
    calendar = WorkCalendar(
        shifts=(
            Shifts(spans=parse_spans([["09:00", "17:00"]]), weekdays=frozenset({0, 1, 2, 3})),
            Shifts(spans=parse_spans([["09:00", "12:00"]]), weekdays=frozenset({4})),
        ),
        extra_workdays=frozenset({date(2026, 2, 14)}),
    )
    assert calendar.spans_on(date(2026, 2, 13)) == ((540, 720),)
    assert calendar.spans_on(date(2026, 2, 14)) == ((540, 1020),)
    assert calendar.spans_on(date(2026, 2, 15)) == ()


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [["12:00", "08:30"]],
        [["08:30", "08:30"]],
        [["08:30", "12:00"], ["11:00", "17:00"]],
        [["14:00", "17:00"], ["08:30", "12:00"]],
        [["22:00", "24:30"]],
        [["8.30", "12:00"]],
        [["08:61", "12:00"]],
    ],
)
def test_impossible_shifts_are_refused(pairs):
    with pytest.raises(ValueError):  # noqa: PT011 - int() words some of these refusals
        Shifts(spans=parse_spans(pairs))


@pytest.mark.parametrize("start", ["9999-12-31 10:00", "2200-12-31 17:00", "1899-12-29 10:00"])
def test_working_time_ends_with_the_years_that_are_counted(start):
    with pytest.raises(OverflowError):
        add_working_days(at(start), 5, CITY)


def test_a_due_time_written_as_9999_does_not_break_a_list():
    calendar = WorkCalendar()
    assert working_minutes_between(at("2026-03-03 10:00"), at("9999-12-31 23:59"), calendar) > 0
    assert working_minutes_between(at("9999-12-30 10:00"), at("9999-12-31 23:59"), calendar) == 0
