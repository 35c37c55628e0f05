"""Limits, inner due times, lights and outcomes, on the calendar of 2025 with its 调休."""

from datetime import date, datetime, timedelta

import pytest

from huying.base.calendars.arithmetic import Limit, Unit, WorkCalendar
from huying.base.calendars.clock import SHANGHAI
from huying.handling.orders import rules
from huying.handling.orders.rules import LimitRow

MAY_DAY = frozenset(date(2025, 5, day) for day in (1, 2, 3, 4, 5))
CALENDAR = WorkCalendar(
    holidays=MAY_DAY, extra_workdays=frozenset({date(2025, 4, 27)}), confirmed_years=frozenset({2025})
)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=SHANGHAI)


def chosen(purpose="handle", rows=(), on=date(2025, 6, 16), request_type="help", urgency="general", code=""):
    return rules.choose_limit(rows, purpose, on=on, request_type=request_type, urgency=urgency, category_code=code)


@pytest.mark.parametrize(
    ("request_type", "urgency", "expected"),
    [
        ("help", "general", Limit(5, Unit.WORKING_DAYS)),
        ("consult", "general", Limit(2, Unit.WORKING_DAYS)),
        ("help", "urgent", Limit(24, Unit.NATURAL_HOURS)),
        ("consult", "urgent", Limit(24, Unit.NATURAL_HOURS)),
        ("help", "emergency", Limit(2, Unit.NATURAL_HOURS)),
    ],
)
def test_limits_that_hold_where_the_centre_has_set_none(request_type, urgency, expected):
    assert chosen(request_type=request_type, urgency=urgency) == expected


def test_the_most_specific_limit_wins_and_urgency_beats_category():
    rows = [
        LimitRow("handle", 7, "working_days"),
        LimitRow("handle", 10, "working_days", category_prefix="01"),
        LimitRow("handle", 15, "working_days", category_prefix="0101"),
        LimitRow("handle", 12, "natural_hours", urgency="urgent"),
    ]
    assert chosen(rows=rows).amount == 7
    assert chosen(rows=rows, code="010203").amount == 10
    assert chosen(rows=rows, code="010101").amount == 15
    assert chosen(rows=rows, code="010101", urgency="urgent").amount == 12


def test_an_order_is_judged_by_the_limit_of_its_day():
    rows = [
        LimitRow("handle", 5, "working_days", effective_until=date(2025, 6, 30)),
        LimitRow("handle", 3, "working_days", effective_from=date(2025, 7, 1)),
    ]
    assert chosen(rows=rows, on=date(2025, 6, 30)).amount == 5
    assert chosen(rows=rows, on=date(2025, 7, 1)).amount == 3


def test_a_purpose_the_centre_left_out_has_huyings_limit():
    assert chosen("sign", rows=[LimitRow("handle", 9, "working_days")]) == Limit(2, Unit.WORKING_HOURS)


def test_inner_levels_count_backwards_over_the_holiday():
    # given an order of Friday 25 April: the Sunday after it is worked, 1 to 5 May are not
    promised = rules.unit_due(None, at(4, 25), Limit(5, Unit.WORKING_DAYS), CALENDAR)
    assert promised == at(5, 6, 17, 30)  # Sun 27, Mon 28, Tue 29, Wed 30, Tue 6 May
    # then each level leaves time to the one above
    day = Limit(1, Unit.WORKING_DAYS)
    assert rules.inner_due(promised, Limit(0.5, Unit.WORKING_DAYS), at(4, 25), CALENDAR) < promised
    assert rules.inner_due(promised, day, at(4, 25), CALENDAR) == at(4, 30, 17, 30)


def test_an_inner_due_time_is_never_before_the_work_begins():
    start = at(6, 16)
    assert rules.inner_due(start - timedelta(hours=3), Limit(1, Unit.WORKING_DAYS), start, CALENDAR) == start
    soon = start + timedelta(hours=1)
    assert start < rules.inner_due(soon, Limit(1, Unit.WORKING_DAYS), start, CALENDAR) <= soon


def test_margins_keep_their_share_on_the_natural_clock():
    urgent = Limit(24, Unit.NATURAL_HOURS)
    assert rules.margin(1, "natural", urgent) == Limit(4.8, Unit.NATURAL_HOURS)
    assert rules.margin(1, "working", Limit(5, Unit.WORKING_DAYS)) == Limit(1, Unit.WORKING_DAYS)
    assert rules.margin(0, "working", urgent) is None


def test_a_unit_that_gets_a_late_order_has_a_limit_of_its_own():
    start = at(6, 16)
    late = rules.unit_due(start - timedelta(days=1), start, Limit(5, Unit.WORKING_DAYS), CALENDAR)
    assert late == at(6, 23, 17, 30)
    assert rules.unit_due(
        start + timedelta(hours=5), start, Limit(5, Unit.WORKING_DAYS), CALENDAR
    ) == start + timedelta(hours=5)


def test_a_stopped_clock_moves_the_due_time_by_exactly_what_was_lost():
    due = at(6, 20, 17, 30)
    # over a week-end the working clock loses one day's worth, the natural clock all of it
    moved = rules.moved_on(due, at(6, 13, 17, 30), at(6, 16, 17, 30), "working", CALENDAR)
    assert moved == at(6, 23, 17, 30)
    assert rules.moved_on(due, at(6, 13), at(6, 16), "natural", CALENDAR) == due + timedelta(days=3)
    assert rules.moved_on(None, at(6, 13), at(6, 16), "natural", CALENDAR) is None


def test_an_extension_counts_working_days():
    assert rules.extended(at(4, 30, 17, 30), 1, "working", CALENDAR) == at(5, 6, 17, 30)
    assert rules.extended(at(4, 30), 1, "natural", CALENDAR) == at(5, 1)


@pytest.mark.parametrize(
    ("now", "light"),
    [(at(6, 16, 11), "green"), (at(6, 19, 11), "amber"), (at(6, 20, 17), "red"), (at(6, 20, 18), "overdue")],
)
def test_lights(now, light):
    shown = rules.time_left(
        now=now, start=at(6, 16), due_at=at(6, 20, 17, 30), kind="working", stopped=None, calendar=CALENDAR
    )
    assert shown.light == light
    assert (shown.seconds < 0) == (light == "overdue" and now > at(6, 20, 17, 30)) or shown.seconds == 0


def test_a_stopped_clock_shows_what_was_left():
    stopped = rules.time_left(
        now=at(6, 30), start=at(6, 16), due_at=at(6, 20, 17, 30), kind="working", stopped=at(6, 16), calendar=CALENDAR
    )
    assert stopped.light == "green"


def test_what_citizens_write_themselves_is_reviewed():
    channels = rules.POLICIES["review.channels"].default
    assert rules.state_after_submit("phone", channels) == "to_dispatch"
    assert rules.state_after_submit("wechat", channels) == "to_review"


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"reached": True, "solved": "solved", "satisfied": "satisfied"}, ("closed", "visited")),
        ({"reached": True, "solved": "solved", "satisfied": "basic"}, ("closed", "visited")),
        ({"reached": True, "solved": "partly", "satisfied": "satisfied"}, ("to_judge", "")),
        ({"reached": True, "solved": "solved", "satisfied": "dissatisfied"}, ("to_judge", "")),
        ({"reached": False, "missed_bands": ["morning"]}, ("to_visit", "")),
        ({"reached": False, "missed_bands": ["morning"] * 5}, ("to_visit", "")),
        ({"reached": False, "missed_bands": ["morning", "morning", "evening"]}, ("closed", "visit_invalid")),
    ],
)
def test_outcome_of_a_visit(answers, outcome):
    values = {"solved": "", "satisfied": "", "missed_bands": [], "tries": 3, "bands": 2} | answers
    assert rules.visit_outcome(**values) == outcome


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        ({}, True),
        ({"request_type": "consult"}, False),
        ({"anonymous": True}, False),
        ({"confidential": True}, True),
        ({"reachable": False}, False),
    ],
)
def test_who_is_visited(facts, needed):
    usual = {"request_type": "help", "anonymous": False, "confidential": False, "reachable": True}
    not_needed = rules.POLICIES["visit.not_needed"].default
    assert rules.visit_needed(**(usual | facts), not_needed=not_needed) is needed


@pytest.mark.parametrize(("hour", "band"), [(8, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")])
def test_time_bands(hour, band):
    assert rules.time_band(at(6, 16, hour)) == band


def test_a_share_of_the_time_counts_on_the_right_clock():
    start, due = at(6, 16, 8, 30), at(6, 20, 17, 30)  # five days of 6.5 hours
    assert rules.share_of_time(start, due, 0.8, "working", CALENDAR) == at(6, 19, 17, 30)
    assert rules.share_of_time(start, start + timedelta(hours=10), 0.8, "natural", CALENDAR) == start + timedelta(
        hours=8
    )
    assert rules.share_of_time(due, start, 0.8, "working", CALENDAR) == due
