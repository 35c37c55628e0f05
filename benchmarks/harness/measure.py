"""Timing and counting, the same way in every benchmark."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


@dataclass(frozen=True)
class Times:
    """Seconds of single calls, and of the whole run they came from."""

    calls: Sequence[float]
    wall: float

    @property
    def per_second(self) -> float:
        return round(len(self.calls) / self.wall, 1)

    def quantile_ms(self, share: float) -> float:
        """Milliseconds within which this share of the calls was done (nearest rank)."""
        ordered = sorted(self.calls)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)

    def figures(self) -> dict[str, float]:
        return {"per_s": self.per_second, "p50_ms": self.quantile_ms(0.5), "p95_ms": self.quantile_ms(0.95)}


def timed(call: Callable[[Any], object], items: Sequence[Any], workers: int = 1) -> Times:
    """Call once for each item, from `workers` threads that share the items out in turn."""

    def work(share: Sequence[Any]) -> list[float]:
        seconds = []
        for item in share:
            began = time.perf_counter()
            call(item)
            seconds.append(time.perf_counter() - began)
        return seconds

    began = time.perf_counter()
    if workers == 1:
        calls = work(items)
    else:
        with ThreadPoolExecutor(workers) as pool:
            calls = [each for part in pool.map(work, [items[i::workers] for i in range(workers)]) for each in part]
    return Times(calls, time.perf_counter() - began)


def paired(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 5) -> tuple[float, float, float]:
    """Medians of two measurements and of their ratio ours/theirs, taken in turns.

    Taking turns lets both see the same noise of the machine; the order changes with each round, so that neither
    always follows the other.
    """
    pairs = []
    for number in range(rounds):
        if number % 2:
            second, first = theirs(), ours()
            pairs.append((first, second))
        else:
            first, second = ours(), theirs()
            pairs.append((first, second))
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[0] / pair[1] for pair in pairs),
    )


@dataclass
class Queries:
    """SQL statements seen, without those that only open, close or configure a transaction."""

    statements: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(TRANSACTION_WORDS):
            self.statements.append(sql)
        return execute(sql, params, many, context)

    def __len__(self) -> int:
        return len(self.statements)


@contextmanager
def counted_queries() -> Iterator[Queries]:
    """Count the statements of this thread's default connection: use with Django's test client, in one process."""
    from django.db import connection

    queries = Queries()
    with connection.execute_wrapper(queries):
        yield queries
