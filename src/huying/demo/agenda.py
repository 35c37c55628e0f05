"""The event queue: many lives, each a generator that yields the moment at which it goes on, under one manual clock."""

import heapq
from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from huying.base.calendars.clock import ManualClock
from huying.base.events import obligations

Life = Generator[datetime, None, None]
TICK = timedelta(minutes=30)
Progress = Callable[[float], None]


class Agenda:
    """Lives in time order. Between them Huying's own background work is done as often as a worker would get to it."""

    def __init__(self, manual: ManualClock, start: datetime, end: datetime) -> None:
        self.manual, self.start, self.end = manual, start, end
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._serial = 0

    def add(self, life: Life, at: datetime | None = None) -> None:
        """Let a life begin (at once, or at a moment). Lives of one moment go in the order they were added."""
        self._serial += 1
        heapq.heappush(self._waiting, (at or self.manual(), self._serial, life))

    def run(self, until: datetime, progress: Progress) -> None:
        """Up to ``until``; what would go on later stays as it is. ``progress`` is told the share of the time gone by."""
        tick = start = self.manual()
        span = max(until - start, TICK)
        while self._waiting and self._waiting[0][0] <= until:
            moment, _, life = heapq.heappop(self._waiting)
            while tick <= moment:
                self._work(tick)
                tick += TICK
                progress((tick - start) / span)
            self.manual.advance_to(moment)
            following = next(life, None)
            if following is not None:
                self.add(life, max(following, self.manual()))
        self._work(until)
        progress(1.0)

    def _work(self, moment: datetime) -> None:
        self.manual.advance_to(moment)
        while obligations.run_due(1000):
            pass
