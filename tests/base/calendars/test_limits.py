"""Limits: due times, inner due times counted backwards, pauses, what remains, lights."""

from datetime import timedelta

import pytest

from huying.base.calendars.arithmetic import (
    Counting,
    Light,
    Limit,
    Thresholds,
    Unit,
    back,
    due,
    light,
    remaining,
    resume,
)

from .examples import CITY, at, shown

FIVE_DAYS = Limit(5, Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        # from the next day: the day of receipt does not count, at whatever hour
        ("2026-03-02 08:31", FIVE_DAYS, "2026-03-09 17:30"),
        ("2026-03-02 23:59", FIVE_DAYS, "2026-03-09 17:30"),
        ("2026-03-07 10:00", FIVE_DAYS, "2026-03-13 17:30"),  # received on a Saturday
        ("2026-02-12 10:00", FIVE_DAYS, "2026-02-26 17:30"),  # over the Spring Festival, with its Saturday
        ("2026-02-18 10:00", Limit(1, "working_days"), "2026-02-24 17:30"),
        ("2026-03-02 10:00", Limit(4.5, "working_days"), "2026-03-09 12:00"),
        ("2026-05-28 10:00", Limit(2, "working_days"), "2026-06-01 18:00"),  # summer shifts close later
        ("2026-03-02 10:00", Limit(7, "natural_days"), "2026-03-09 23:59"),
        ("2026-03-06 16:00", Limit(2, "working_hours", "from_next_day"), "2026-03-09 10:30"),
        # exact
        ("2026-03-02 10:00", Limit(24, "natural_hours"), "2026-03-03 10:00"),
        ("2026-02-15 23:30", Limit(2, "natural_hours"), "2026-02-16 01:30"),
        ("2026-03-02 10:00", Limit(2, "natural_days", "exact"), "2026-03-04 10:00"),
        ("2026-03-06 17:00", Limit(2, "working_hours"), "2026-03-09 10:00"),
        ("2026-03-06 10:00", Limit(1, "working_days", "exact"), "2026-03-09 10:00"),
    ],
)
def test_due_times(start, limit, expected):
    found = due(at(start), limit, CITY)
    assert (shown(found.at), found.provisional) == (expected, False)


def test_a_due_time_that_rests_on_an_unannounced_year_says_so():
    assert due(at("2026-12-30 10:00"), FIVE_DAYS, CITY).provisional
    assert not due(at("2026-12-31 10:00"), Limit(24, "natural_hours"), CITY).provisional


def test_inner_levels_are_counted_backwards():
    """City 5 working days → sub-centre 4.5 → street 4; an assisting unit one day before the lead."""
    start = at("2026-03-02 10:00")
    city = due(start, FIVE_DAYS, CITY).at
    half, one = Limit(0.5, "working_days"), Limit(1, "working_days")
    assert shown(city) == "2026-03-09 17:30"
    assert shown(back(city, half, CITY, start=start).at) == "2026-03-09 12:00"
    assert shown(back(city, one, CITY, start=start).at) == "2026-03-06 17:30"


def test_inner_levels_of_an_urgent_order_run_in_natural_hours():
    start = at("2026-02-15 20:00")
    city = due(start, Limit(24, "natural_hours"), CITY).at
    assert shown(back(city, Limit(2, "natural_hours"), CITY, start=start).at) == "2026-02-16 18:00"


def test_an_inner_level_keeps_half_of_a_short_limit():
    start = at("2026-03-02 20:00")
    city = due(start, Limit(1, "working_days"), CITY).at
    assert shown(back(city, Limit(1, "working_days"), CITY, start=start).at) == "2026-03-03 12:00"


def test_an_inner_level_keeps_half_even_where_nobody_works_in_between():
    start = at("2026-02-16 00:00")
    city = due(start, Limit(24, "natural_hours"), CITY).at
    assert shown(back(city, Limit(1, "working_days"), CITY, start=start).at) == "2026-02-16 12:00"


def test_an_inner_level_never_begins_before_its_own_start():
    start = at("2026-03-10 10:00")
    late = at("2026-03-09 17:30")
    assert back(late, Limit(1, "working_days"), CITY, start=start).at == late


def test_a_pause_moves_the_due_time_by_what_the_clock_would_have_run():
    moved = resume(at("2026-03-09 17:30"), at("2026-03-06 14:00"), at("2026-03-09 09:30"), FIVE_DAYS, CITY)
    assert shown(moved.at) == "2026-03-10 15:00"  # 3.5 h of Friday, 1 h of Monday
    urgent = resume(
        at("2026-03-07 10:00"), at("2026-03-06 20:00"), at("2026-03-07 08:00"), Limit(24, "natural_hours"), CITY
    )
    assert shown(urgent.at) == "2026-03-07 22:00"


def test_what_remains_runs_on_the_clock_of_the_limit():
    end = at("2026-03-09 17:30")
    friday = at("2026-03-06 16:30")
    assert remaining(friday, end, FIVE_DAYS, CITY) == timedelta(hours=8)
    assert remaining(friday, end, Limit(24, "natural_hours"), CITY) == timedelta(hours=73)
    assert remaining(at("2026-03-10 09:30"), end, FIVE_DAYS, CITY) == -timedelta(hours=1)


def test_nothing_runs_out_while_paused():
    end, since = at("2026-03-09 17:30"), at("2026-03-06 16:30")
    assert remaining(at("2026-03-20 10:00"), end, FIVE_DAYS, CITY, paused_since=since) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 11:00", Light.GREEN),
        ("2026-03-04 17:30", Light.GREEN),
        ("2026-03-05 14:30", Light.AMBER),  # half of 5 h + 5 × 7 h is used up
        ("2026-03-09 08:30", Light.RED),
        ("2026-03-09 17:30", Light.RED),
        ("2026-03-09 17:31", Light.OVERDUE),
        ("2026-03-10 07:00", Light.OVERDUE),  # also before work begins
    ],
)
def test_lights(moment, expected):
    start, end = at("2026-03-02 10:00"), at("2026-03-09 17:30")
    assert light(at(moment), start, end, FIVE_DAYS, CITY) is expected


def test_lights_follow_the_thresholds_given():
    start, end = at("2026-03-02 10:00"), at("2026-03-03 10:00")
    limit, strict = Limit(24, "natural_hours"), Thresholds(amber=0.75, red=0.5)
    shades = [light(at(f"2026-03-02 {hour}:00"), start, end, limit, CITY, thresholds=strict) for hour in (11, 17, 22)]
    assert shades == [Light.GREEN, Light.AMBER, Light.RED]


def test_a_paused_order_keeps_its_light():
    start, end = at("2026-03-02 10:00"), at("2026-03-09 17:30")
    since = at("2026-03-02 11:00")
    assert light(at("2026-04-01 10:00"), start, end, FIVE_DAYS, CITY, paused_since=since) is Light.GREEN


def test_a_limit_reads_from_data_and_speaks_to_people():
    limit = Limit(**{"amount": 4.5, "unit": "working_days"})
    assert (limit.unit, limit.counting) == (Unit.WORKING_DAYS, Counting.FROM_NEXT_DAY)
    assert limit.describe() == "4.5 个工作日（自次日起算）"
    assert Limit(2, "working_hours").describe() == "2 个工作小时"


@pytest.mark.parametrize(
    "row",
    [
        {"amount": 0, "unit": "working_days"},
        {"amount": -1, "unit": "working_hours"},
        {"amount": 4000, "unit": "natural_days"},
        {"amount": float("nan"), "unit": "natural_days"},
        {"amount": 5, "unit": "fortnights"},
        {"amount": 5, "unit": "working_days", "counting": "someday"},
    ],
)
def test_impossible_limits_are_refused(row):
    with pytest.raises(ValueError):  # noqa: PT011 - several checks refuse
        Limit(**row)


def test_impossible_thresholds_are_refused():
    with pytest.raises(ValueError, match="amber"):
        Thresholds(amber=0.1, red=0.5)
