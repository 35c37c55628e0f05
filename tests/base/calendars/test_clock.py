"""The clock: aware UTC, replaceable inside the process, seen by every thread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from huying.base.calendars import clock

NOON = datetime(2026, 2, 14, 4, 0, tzinfo=UTC)


def test_now_is_aware_utc_and_moves_with_the_system():
    before = clock.now()
    assert before.tzinfo is UTC
    assert clock.now() >= before


def test_frozen_time_stands_still_and_is_given_back():
    with clock.frozen(NOON):
        assert clock.now() == NOON
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_today_is_the_day_in_shanghai_not_in_utc():
    with clock.frozen(datetime(2026, 2, 14, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 2, 15)
        assert clock.local(clock.now()).isoformat() == "2026-02-15T00:30:00+08:00"


def test_a_frozen_clock_is_seen_by_other_threads():
    with clock.frozen(NOON), ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda _: clock.now(), range(8))) == {NOON}


def test_the_innermost_source_holds_and_blocks_may_end_in_any_order():
    outer, inner = clock.frozen(NOON), clock.frozen(NOON + timedelta(hours=1))
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    assert clock.now() == NOON + timedelta(hours=1)
    inner.__exit__(None, None, None)
    assert clock.now() not in (NOON, NOON + timedelta(hours=1))


def test_a_source_is_given_back_after_an_error():
    with pytest.raises(RuntimeError), clock.frozen(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_a_manual_clock_only_goes_forward():
    manual = clock.ManualClock(NOON)
    with clock.use(manual):
        manual.advance(timedelta(minutes=5))
        assert clock.now() == NOON + timedelta(minutes=5)
        assert manual.advance_to(NOON) == NOON + timedelta(minutes=5)
        manual.advance_to(NOON + timedelta(days=1))
        assert clock.now() == NOON + timedelta(days=1)
        with pytest.raises(ValueError, match="back"):
            manual.advance(timedelta(seconds=-1))


@pytest.mark.parametrize("use", [clock.local, clock.ManualClock, lambda naive: clock.frozen(naive).__enter__()])
def test_a_moment_without_time_zone_is_refused(use):
    with pytest.raises(ValueError, match="time zone"):
        use(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive moment is what is tested


def test_a_source_without_time_zone_is_refused():
    with clock.use(lambda: datetime(2026, 1, 1)), pytest.raises(ValueError, match="time zone"):  # noqa: DTZ001
        clock.now()
