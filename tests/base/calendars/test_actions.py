"""Writing the calendar: filling years, days by hand, confirming, shifts; each write one event and one audit row."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huying.base.audit.models import AuditEntry
from huying.base.calendars import actions
from huying.base.calendars.models import CalendarDay, CalendarYear, DayKind, DaySource, ShiftPattern
from huying.base.calendars.selectors import load_calendar
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def written():
    return Event.objects.count(), AuditEntry.objects.count()


def test_an_announced_year_is_filled_and_certain(administrator):
    filled = actions.fill_year(actor=administrator, year=2026)
    assert (filled.source, filled.provisional, filled.added) == (DaySource.ANNOUNCED, False, 39)
    saturday = CalendarDay.objects.get(day=date(2026, 2, 14))
    assert (saturday.kind, saturday.name, saturday.provisional) == (DayKind.ADJUSTED_WORKDAY, "春节调休上班", False)
    assert written() == (1, 1)


def test_a_year_not_announced_is_filled_from_law_and_provisional(administrator):
    filled = actions.fill_year(actor=administrator, year=2040)
    assert (filled.source, filled.provisional) == (DaySource.EXPECTED, True)
    assert CalendarDay.objects.get(day=date(2040, 10, 1)).provisional
    assert load_calendar().is_provisional(date(2040, 3, 1))
    assert not load_calendar().is_working_day(date(2040, 10, 1))


def test_filling_again_changes_and_records_nothing(administrator):
    actions.fill_year(actor=administrator, year=2026)
    again = actions.fill_year(actor=administrator, year=2026)
    assert again.writes == 0
    assert written() == (1, 1)


def test_what_was_announced_replaces_what_was_expected(administrator):
    CalendarYear.objects.create(year=2026, provisional=True, source=DaySource.EXPECTED)
    expected = {"source": DaySource.EXPECTED, "provisional": True}
    CalendarDay.objects.create(day=date(2026, 2, 17), kind=DayKind.HOLIDAY, name="农历春节", **expected)
    CalendarDay.objects.create(day=date(2026, 2, 25), kind=DayKind.HOLIDAY, name="春节（补假）", **expected)
    filled = actions.fill_year(actor=administrator, year=2026)
    assert (filled.added, filled.changed, filled.removed) == (38, 1, 1)
    assert not CalendarDay.objects.filter(provisional=True).exists()
    assert not CalendarYear.objects.get(year=2026).provisional


def test_a_day_entered_by_hand_survives_filling(administrator):
    actions.set_day(actor=administrator, day=date(2026, 2, 14), kind="holiday", name="本市自治州庆")
    filled = actions.fill_year(actor=administrator, year=2026)
    assert filled.kept == 1
    assert not load_calendar().is_working_day(date(2026, 2, 14))


def test_expected_days_never_replace_a_confirmed_year(administrator):
    actions.set_day(actor=administrator, day=date(2040, 1, 2), kind="holiday", name="元旦")
    actions.confirm_year(actor=administrator, year=2040)
    assert actions.fill_year(actor=administrator, year=2040).writes == 0
    assert CalendarDay.objects.count() == 1


def test_one_day_by_hand_does_not_make_its_year_certain(administrator):
    actions.set_day(actor=administrator, day=date(2040, 1, 2), kind="holiday", name="元旦")
    assert load_calendar().is_provisional(date(2040, 1, 2))
    actions.confirm_year(actor=administrator, year=2040, reason="国办发明电")
    assert not load_calendar().is_provisional(date(2040, 1, 2))
    assert written() == (2, 2)


def test_an_empty_year_cannot_be_confirmed(administrator):
    with pytest.raises(Conflict, match="2040"):
        actions.confirm_year(actor=administrator, year=2040)
    assert written() == (0, 0)


def test_the_audit_row_says_what_was_there_before(administrator):
    actions.fill_year(actor=administrator, year=2026)
    actions.set_day(actor=administrator, day=date(2026, 10, 10), kind="holiday", name="放假", reason="市府办通知")
    row = AuditEntry.objects.order_by("id").last()
    assert row.changes == {"kind": ["adjusted_workday", "holiday"], "name": ["国庆节调休上班", "放假"]}
    assert (row.verb, row.reason, row.actor_id) == ("calendar.set_day", "市府办通知", administrator.pk)


def test_a_stale_version_is_refused_with_the_present_one(administrator):
    day = date(2026, 10, 10)
    first = actions.set_day(actor=administrator, day=day, kind="holiday", expected_version=0)
    actions.set_day(actor=administrator, day=day, kind="workday", expected_version=first.version)
    with pytest.raises(Conflict) as stale:
        actions.set_day(actor=administrator, day=day, kind="holiday", expected_version=first.version)
    assert stale.value.extra["current"] == {"version": 2}
    assert CalendarDay.objects.get(day=day).kind == DayKind.WORKDAY


@pytest.mark.parametrize("year", [1899, 2201])
def test_years_beyond_reason_are_refused(administrator, year):
    with pytest.raises(Invalid):
        actions.fill_year(actor=administrator, year=year)
    with pytest.raises(Invalid):
        actions.set_day(actor=administrator, day=date(year, 5, 1), kind="holiday")


def test_an_unknown_kind_is_refused(administrator):
    with pytest.raises(Invalid):
        actions.set_day(actor=administrator, day=date(2026, 5, 1), kind="half")


def test_shifts_hold_from_their_day_on(administrator):
    summer = {"effective_from": date(2026, 6, 1), "effective_until": date(2026, 9, 30)}
    actions.set_shifts(actor=administrator, name="夏季作息", spans=[["08:30", "12:00"], ["15:00", "18:00"]], **summer)
    calendar = load_calendar()
    assert calendar.spans_on(date(2026, 6, 1)) == ((510, 720), (900, 1080))
    assert calendar.spans_on(date(2026, 10, 12)) == ((510, 720), (870, 1050))  # the usual ones
    assert written() == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"spans": [["12:00", "08:30"]]},
        {"spans": []},
        {"weekdays": []},
        {"weekdays": [7]},
        {"effective_until": date(2025, 1, 1)},
    ],
)
def test_impossible_shifts_are_refused_and_nothing_is_written(administrator, wrong):
    shifts = {"effective_from": date(2026, 1, 1), "effective_until": None, "spans": [["09:00", "17:00"]]}
    with pytest.raises(Invalid):
        actions.set_shifts(actor=administrator, name="作息", **(shifts | wrong))
    assert not ShiftPattern.objects.exists()
    assert written() == (0, 0)


def test_the_database_refuses_shifts_that_end_before_they_begin():
    period = {"effective_from": date(2026, 6, 1), "effective_until": date(2026, 5, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        ShiftPattern.objects.create(name="错", spans=[["09:00", "17:00"]], weekdays=[0], **period)
