"""The worker: threads that place events in order and meet obligations, inside the server or in a process of its own.

Several kinds of threads, so that a slow receiver outside never holds up an order's automatic dispatch: one sequences
and hands events to webhooks, some meet obligations that change only our own database, some those that talk to the
outside, and one for each follower of events (the search index).
Several workers may run on one database; leases and the sequencer's lock keep them apart.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date

from django.db import Error, connections

from huying.base.calendars import clock
from huying.base.events import daily, obligations
from huying.base.events.followers import Follower, followers
from huying.base.events.sequencer import sequence_pending
from huying.base.events.webhooks import fan_out

log = logging.getLogger(__name__)

SEQUENCE_PAUSE = 0.1  # seconds between two looks when there was nothing to do
OBLIGATION_PAUSE = 0.15
FOLLOWER_PAUSE = 0.4
AFTER_ERROR = 1.0


class Worker:
    """Background work of one process. ``start()`` returns at once; ``stop()`` lets each thread end what it is at."""

    def __init__(self, *, threads: int = 2, external_threads: int = 2) -> None:
        self._stopping = threading.Event()
        self._last_day: date | None = None
        self._threads = [threading.Thread(target=self._loop, args=(self._sequence, SEQUENCE_PAUSE), name="sequencer")]
        for external, count in ((False, threads), (True, external_threads)):
            self._threads += [
                threading.Thread(
                    target=self._loop,
                    args=(self._obligations(external), OBLIGATION_PAUSE),
                    name=f"{'external' if external else 'obligations'}-{n}",
                )
                for n in range(count)
            ]
        self._threads += [
            threading.Thread(target=self._follow, args=(make,), name=f"follower-{name}")
            for name, make in followers().items()
        ]

    def start(self) -> None:
        """Recover what dead processes of this host held, then begin."""
        freed = obligations.recover()
        if freed:
            log.warning("leases of dead workers freed", extra={"count": freed})
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def stop(self, timeout: float = 20.0) -> bool:
        """Ask all threads to end and wait for them; whether all did. What did not end is recovered at the next start."""
        self._stopping.set()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _loop(self, step: Callable[[], int], pause: float) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    worked = step()
                except (Error, OSError) as error:  # a database that restarts, a full disk: nothing is lost, try again
                    log.error("worker step failed", extra={"error": str(error).partition("\n")[0]})
                    connections.close_all()
                    self._stopping.wait(AFTER_ERROR)
                    continue
                except Exception:
                    log.exception("worker step failed")
                    self._stopping.wait(AFTER_ERROR)
                    continue
                if not worked:
                    self._stopping.wait(pause)
        finally:
            connections.close_all()

    def _follow(self, make: Callable[[], Follower]) -> None:
        follower = make()
        try:
            self._loop(follower.step, FOLLOWER_PAUSE)
        finally:
            follower.close()

    def _sequence(self) -> int:
        today = clock.today()
        if today != self._last_day:
            daily.plan(today)
            self._last_day = today
        return sequence_pending() + fan_out()

    def _obligations(self, external: bool) -> Callable[[], int]:
        def step() -> int:
            # A small bite at a time, so that stop() is heard soon.
            return obligations.run_due(obligations.AT_ONCE, kinds=obligations.known_kinds(external=external))

        return step
