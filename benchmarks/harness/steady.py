"""Orders filed at a steady pace, the memory of the processes meanwhile, and what is read from both."""

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from benchmarks.harness.journey import GivenUp, Journey
from benchmarks.harness.site import Site

FILERS = 10
OPEN_FOR = 60  # seconds until an order is withdrawn
SAMPLE = 5.0  # seconds between two looks at the memory
SETTLED = 300.0  # seconds after which a process has grown to its size

Memory = list[tuple[float, dict[str, float]]]


class Steady:
    """``per_second`` orders by the clock; who is late is not waited for. Each is withdrawn a minute later, so that as many
    are open at the end as at the beginning: what grows then is no work in hand, but a leak.

    ``taken`` holds (moment, seconds) of every filing; ``told(id)`` is called when one was acknowledged.
    """

    def __init__(
        self, journey: Journey, per_second: int, told: Callable[[str], object] = lambda public_id: None
    ) -> None:
        self.journey, self.per_second, self.told = journey, per_second, told
        self.taken: list[tuple[float, float]] = []
        self.memory: Memory = []

    def file(self, site: Site, seconds: float) -> float:
        """File for so long and look at the memory; the seconds it took."""
        began = time.monotonic()
        filing = threading.Thread(target=self._file, args=(seconds,))
        filing.start()
        while filing.is_alive():
            self.memory.append((time.monotonic() - began, site.memory()))
            filing.join(SAMPLE)
        return time.monotonic() - began

    def _file(self, seconds: float) -> None:
        began = time.monotonic()
        waiting: deque[str] = deque()

        def file(number: int) -> None:
            due = began + (number - 1) / self.per_second
            time.sleep(max(0.0, due - time.monotonic()))
            sent = time.perf_counter()
            try:
                public_id = self.journey.file(number)
                self.told(public_id)
                waiting.append(public_id)
            except GivenUp as error:
                self.journey.ledger.complain(str(error))
            self.taken.append((time.monotonic(), time.perf_counter() - sent))
            if len(waiting) > OPEN_FOR * self.per_second:
                self.journey.withdraw(waiting.popleft())

        self.journey.share_out(FILERS, file, limit=int(seconds * self.per_second))


def settled(memory: Memory) -> Memory:
    """What was seen after the processes had grown to their size: after five minutes, in a short run after a third."""
    since = min(SETTLED, memory[-1][0] / 3)
    return [row for row in memory if row[0] >= since]


def ends(memory: Memory) -> dict[str, tuple[float, float]]:
    """MiB by process at the beginning and at the end: medians of the first and of the last tenth."""
    tenth = max(1, len(memory) // 10)
    return {
        name: (
            statistics.median(sizes[name] for _, sizes in memory[:tenth]),
            statistics.median(sizes[name] for _, sizes in memory[-tenth:]),
        )
        for name in memory[0][1]
    }


def p95_ms(seconds: Sequence[float]) -> float:
    return round(statistics.quantiles(seconds, n=20)[18] * 1000, 1)
