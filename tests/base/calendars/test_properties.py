"""What must hold for every moment, every amount and every calendar."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from huying.base.calendars.arithmetic import (
    Counting,
    Light,
    Limit,
    Shifts,
    Thresholds,
    Unit,
    WorkCalendar,
    add_working,
    add_working_days,
    back,
    due,
    light,
    remaining,
    resume,
    subtract_working,
    subtract_working_days,
    working_time_between,
)
from huying.base.calendars.clock import local

from .examples import CITY

moments = st.timedeltas(timedelta(0), timedelta(days=6 * 365)).map(datetime(2023, 1, 1, tzinfo=UTC).__add__)
days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
amounts = st.timedeltas(timedelta(microseconds=1), timedelta(hours=100))
day_counts = st.integers(1, 200).map(lambda tenths: tenths / 10)


@st.composite
def shift_tables(draw):
    # on the half hour: a shift of a minute a week would make one limit last for centuries
    edges = [30 * edge for edge in sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=6)))]
    spans = tuple(zip(edges[::2], edges[1::2], strict=False))
    begin = draw(days)
    return Shifts(
        spans=spans,
        effective_from=draw(st.sampled_from([date.min, begin])),
        effective_until=draw(st.sampled_from([None, begin + timedelta(days=120)])),
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
    )


@st.composite
def calendars(draw):
    return WorkCalendar(
        shifts=tuple(draw(st.lists(shift_tables(), max_size=3))),
        holidays=draw(st.frozensets(days, max_size=20)),
        extra_workdays=draw(st.frozensets(days, max_size=10)),
    )


cities = st.one_of(st.just(CITY), calendars())
limits = st.builds(
    Limit,
    amount=st.integers(1, 100).map(lambda tenths: tenths / 10),
    unit=st.sampled_from(Unit),
    counting=st.sampled_from(Counting),
)


def in_shift_or_at_its_end(moment, calendar):
    wall = local(moment)
    before = wall - timedelta(microseconds=1)  # the end of a shift belongs to it, its opening does not
    midnight = datetime.combine(before.date(), time(), before.tzinfo)
    return any(
        midnight + timedelta(minutes=begin) <= before < midnight + timedelta(minutes=end)
        for begin, end in calendar.spans_on(before.date())
    )


@given(moments, amounts, cities)
def test_exactly_the_amount_added_lies_in_between(start, amount, calendar):
    assert working_time_between(start, add_working(start, amount, calendar), calendar) == amount


@given(moments, amounts, cities)
def test_adding_and_taking_away_are_inverse_in_working_time(start, amount, calendar):
    there = add_working(start, amount, calendar)
    again = subtract_working(there, amount, calendar)
    assert again <= start or working_time_between(start, again, calendar) == timedelta(0)
    assert working_time_between(again, start, calendar) == timedelta(0)
    assert add_working(again, amount, calendar) == there


@given(moments, amounts, amounts, cities)
def test_amounts_add_up(start, one, two, calendar):
    assert add_working(add_working(start, one, calendar), two, calendar) == add_working(start, one + two, calendar)


@given(moments, moments, moments, cities)
def test_time_between_adds_up_and_changes_sign(a, b, c, calendar):
    whole = working_time_between(a, c, calendar)
    assert working_time_between(a, b, calendar) + working_time_between(b, c, calendar) == whole
    assert working_time_between(c, a, calendar) == -whole


@given(moments, moments, cities)
def test_working_time_is_never_more_than_natural_time(a, b, calendar):
    early, late = sorted((a, b))
    assert timedelta(0) <= working_time_between(early, late, calendar) <= late - early


@given(moments, moments, amounts, cities)
def test_who_comes_earlier_is_never_due_later(a, b, amount, calendar):
    early, late = sorted((a, b))
    assert add_working(early, amount, calendar) <= add_working(late, amount, calendar)


@given(moments, moments, day_counts, cities)
def test_who_comes_earlier_is_never_due_later_in_days(a, b, count, calendar):
    early, late = sorted((a, b))
    assert add_working_days(early, count, calendar) <= add_working_days(late, count, calendar)


@given(moments, st.integers(1, 200), cities)
def test_days_added_are_days_taken_away(start, tenths, calendar):
    """Days may differ in length, so a share of a day comes back to within a microsecond of working time."""
    there = add_working_days(start, tenths / 10, calendar)
    again = subtract_working_days(there, tenths / 10, calendar)
    assert abs(working_time_between(again, start, calendar)) <= timedelta(milliseconds=1)


@given(moments, limits, cities)
def test_a_due_time_lies_in_a_shift_and_after_the_start(start, limit, calendar):
    at = due(start, limit, calendar).at
    assert at > start
    if limit.unit.working:
        assert in_shift_or_at_its_end(at, calendar)


@given(moments, st.integers(1, 40), cities)
def test_counted_from_the_next_day_just_that_many_working_days_lie_behind(start, count, calendar):
    at = local(due(start, Limit(count, Unit.WORKING_DAYS), calendar).at)
    last = (at - timedelta(microseconds=1)).date()  # a shift may close at 24:00
    first = local(start).date()
    between = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
    assert sum(calendar.is_working_day(day) for day in between) == count


@given(moments, limits, limits, cities)
def test_an_inner_due_time_lies_between_start_and_the_outer_one(start, limit, margin, calendar):
    outer = due(start, limit, calendar).at
    inner = back(outer, margin, calendar, start=start).at
    assert start < inner <= outer


@given(moments, limits, limits, limits, cities)
def test_a_larger_margin_never_gives_an_inner_level_more_time(start, limit, one, two, calendar):
    outer = due(start, limit, calendar).at
    small, large = sorted((one.exact_amount, two.exact_amount))
    smaller, larger = (Limit(amount, one.unit) for amount in (small, large))
    assert back(outer, larger, calendar, start=start).at <= back(outer, smaller, calendar, start=start).at


@given(moments, limits, moments, moments, cities)
def test_a_pause_never_brings_a_due_time_forward_and_keeps_what_was_left(start, limit, one, two, calendar):
    since, until = sorted((one, two))
    end = due(start, limit, calendar).at
    moved = resume(end, since, until, limit, calendar).at
    assert moved >= end
    if since <= end:
        left = remaining(until, end, limit, calendar, paused_since=since)
        assert remaining(until, moved, limit, calendar) == left


@given(moments, limits, st.lists(moments, min_size=2, max_size=5), cities)
def test_a_light_never_turns_back(start, limit, looks, calendar):
    end = due(start, limit, calendar).at
    order = [Light.GREEN, Light.AMBER, Light.RED, Light.OVERDUE]
    shades = [order.index(light(look, start, end, limit, calendar, thresholds=Thresholds())) for look in sorted(looks)]
    assert shades == sorted(shades)
