"""The calendar in force: kept in memory, asked after at most once a second, never stale for its own writer."""

from datetime import date

import pytest
from django.db import connection

from huying.base.calendars import actions, selectors
from huying.base.calendars.models import CalendarDay, CalendarRevision, DayKind, DaySource

pytestmark = pytest.mark.django_db

LABOUR_DAY = date(2026, 5, 1)


def test_an_empty_table_gives_the_weekly_pattern():
    calendar = selectors.current_calendar()
    assert calendar.is_working_day(LABOUR_DAY)
    assert calendar.is_provisional(LABOUR_DAY)


def test_its_own_write_is_seen_at_once(administrator):
    assert selectors.current_calendar().is_working_day(LABOUR_DAY)
    actions.fill_year(actor=administrator, year=2026)
    assert not selectors.current_calendar().is_working_day(LABOUR_DAY)


def test_a_kept_calendar_costs_no_query(django_assert_num_queries):
    first = selectors.current_calendar()
    with django_assert_num_queries(0):
        assert selectors.current_calendar() is first


def test_an_unchanged_calendar_costs_one_query_a_second(django_assert_num_queries, monkeypatch):
    first = selectors.current_calendar()
    monkeypatch.setattr(selectors, "CHECK_EVERY_S", 0.0)
    with django_assert_num_queries(1):
        assert selectors.current_calendar() is first


def test_a_change_by_another_process_is_seen_when_the_second_is_over(administrator, monkeypatch):
    actions.fill_year(actor=administrator, year=2026)
    assert selectors.current_calendar().is_working_day(date(2026, 5, 6))
    # another process writes: rows and token change, this process is not told
    CalendarDay.objects.create(day=date(2026, 5, 6), kind=DayKind.HOLIDAY, source=DaySource.MANUAL)
    CalendarRevision.objects.update(token="theirs")
    assert selectors.current_calendar().is_working_day(date(2026, 5, 6))
    monkeypatch.setattr(selectors, "CHECK_EVERY_S", 0.0)
    assert not selectors.current_calendar().is_working_day(date(2026, 5, 6))


def test_another_database_has_its_own_calendar(administrator, monkeypatch):
    kept = selectors.current_calendar()
    monkeypatch.setitem(connection.settings_dict, "NAME", "scratch")
    assert selectors.current_calendar() is not kept
