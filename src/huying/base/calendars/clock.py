"""The only source of time in Huying.

Every room asks `now()`; nothing else reads the system's clock for business time. Moments are kept in
UTC and shown in Asia/Shanghai. The source can be replaced inside the process, by tests and by replay,
and by nothing that arrives over HTTP. The replacement is process-wide, not thread-local, so that the
threads of an in-process server live in the same time as the test that started them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Source = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)


# Innermost source last. The tuple is replaced as a whole, so readers need no lock.
_sources: tuple[Source, ...] = (_system,)
_replacing = threading.Lock()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _aware(_sources[-1]()).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of Asia/Shanghai. A naive moment is a ValueError."""
    return _aware(moment).astimezone(SHANGHAI)


def today() -> date:
    """The calendar day it is now in Asia/Shanghai."""
    return local(now()).date()


@contextmanager
def use(source: Source) -> Iterator[Source]:
    """Let `source` tell the time for the whole process until the block ends."""
    global _sources

    def entry() -> datetime:
        return source()

    with _replacing:
        _sources = (*_sources, entry)
    try:
        yield source
    finally:
        # Removed by identity: two threads may leave their blocks in any order.
        with _replacing:
            _sources = tuple(other for other in _sources if other is not entry)


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Stop the clock at an aware `moment` for the whole process until the block ends."""
    fixed = _aware(moment).astimezone(UTC)
    with use(lambda: fixed):
        yield fixed


class ManualClock:
    """A clock that stands until it is advanced, and never goes back; replay drives one.

    Pass it to `use`. All methods are safe to call from several threads.
    """

    def __init__(self, start: datetime) -> None:
        self._moment = _aware(start).astimezone(UTC)
        self._moving = threading.Lock()

    def __call__(self) -> datetime:
        return self._moment

    def advance(self, step: timedelta) -> datetime:
        """Move on by `step`; a negative step is a ValueError. Returns the new moment."""
        if step < timedelta(0):
            raise ValueError("a clock cannot be moved back")
        with self._moving:
            self._moment += step
            return self._moment

    def advance_to(self, moment: datetime) -> datetime:
        """Move on to `moment`; where it already passed, the clock stays. Returns the moment it then shows."""
        target = _aware(moment).astimezone(UTC)
        with self._moving:
            self._moment = max(self._moment, target)
            return self._moment


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment
