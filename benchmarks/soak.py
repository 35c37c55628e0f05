"""Does it stay as quick and as small through half an hour of ten orders a second and fifty readers?

Orders are filed at a steady pace over HTTP and withdrawn a minute later, so that as many are open at the end as at the
beginning, as in a centre: what grows then is no work in hand, but a leak. Fifty people read lists and orders with time
to think, each with a live socket. Looked at: p95 of the last third beside the first, the memory of each process from
minute 5 on, connections to the database, and whether events and obligations are all done at the end. PostgreSQL, unless
``HUYING_SOAK_DATABASE=sqlite``; ``HUYING_SOAK_MINUTES`` makes it shorter.
"""

import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from benchmarks.harness.journey import GivenUp, Journey, Ledger
from benchmarks.harness.proof import Beginning, prove
from benchmarks.harness.readers import Readers
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, Site

PER_SECOND, READERS, FILERS = 10, 50, 10
OPEN_FOR = 60  # seconds until an order is withdrawn
MOST_GROWTH = 5.0  # per cent of a process's memory
SLOWER, SLOWER_BY_MS = 1.25, 15.0  # p95 of the last third against the first: times, or milliseconds more
SAMPLE = 5.0  # seconds between two looks at the memory


def run() -> Result:
    minutes = float(os.environ.get("HUYING_SOAK_MINUTES", "30"))
    database = os.environ.get("HUYING_SOAK_DATABASE", POSTGRES)
    with Site(database) as site:
        site.serve()
        site.work()
        site.await_quiet()
        beginning, ledger = Beginning.of(site), Ledger()
        journey, readers = Journey(site, ledger), Readers(site, READERS)
        memory: list[tuple[float, dict[str, float]]] = []
        connections = [_connections(site)]
        began = time.monotonic()
        filed: list[tuple[float, float]] = []
        with readers.reading():
            filing = threading.Thread(target=_file_steadily, args=(journey, filed, minutes * 60))
            filing.start()
            while filing.is_alive():
                memory.append((time.monotonic() - began, site.memory()))
                filing.join(SAMPLE)
            connections.append(_connections(site))
        wall = time.monotonic() - began
        drained = site.await_quiet(120)
        proof = prove(site, ledger, beginning)
    settled = min(300.0, wall / 3)
    growth = _growth(memory, settled)
    figures: dict[str, Any] = {
        "database": database,
        "minutes": round(wall / 60, 1),
        "filed": len(ledger.filed),
        "filed_per_s": round(len(ledger.filed) / wall, 2),
        "read": sum(len(taken) for taken in readers.taken.values()),
        "heard_by_sockets": readers.heard,
        "sockets_lost": readers.sockets_lost,
        **{f"{name}_mib": value for name, value in memory[-1][1].items()},
        **{f"{name}_growth_percent": value for name, value in growth.items()},
        "connections_first_last": connections,
        "backlog_gone_after_s": round(drained, 1),
        "lost": proof.lost,
        "doubled": proof.doubled,
    }
    failed = [*proof.sentences, *ledger.wrong[:5], *readers.errors[:5]]
    for name, taken in {"file": filed, **readers.taken}.items():
        first, last = _thirds(taken)
        figures |= {f"{name}_p95_ms_first_third": first, f"{name}_p95_ms_last_third": last}
        if last > max(first * SLOWER, first + SLOWER_BY_MS):
            failed.append(f"{name} became slower: p95 {first} ms, then {last} ms")
    failed += [f"{name} grew by {value} %" for name, value in growth.items() if value > MOST_GROWTH]
    if len(ledger.filed) < 0.98 * PER_SECOND * minutes * 60:
        failed.append(f"{len(ledger.filed)} orders were filed, fewer than {PER_SECOND} a second")
    return Result(figures, failed=tuple(failed))


def _file_steadily(journey: Journey, filed: list[tuple[float, float]], seconds: float) -> None:
    """One order every tenth of a second by the clock; who is late is not waited for."""
    began = time.monotonic()
    total = int(seconds * PER_SECOND)
    waiting: deque[str] = deque()

    def file(number: int) -> None:
        due = began + (number - 1) / PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        sent = time.perf_counter()
        try:
            waiting.append(journey.file(number))
        except GivenUp as error:
            journey.ledger.complain(str(error))
        filed.append((time.monotonic(), time.perf_counter() - sent))
        if len(waiting) > OPEN_FOR * PER_SECOND:
            journey.withdraw(waiting.popleft())

    journey.share_out(FILERS, file, limit=total)


def _thirds(taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """p95 in milliseconds of what was answered in the first and in the last third of the time."""
    moments = [moment for moment, _ in taken]
    first, last = min(moments), max(moments)
    third = (last - first) / 3
    early = [seconds for moment, seconds in taken if moment < first + third]
    late = [seconds for moment, seconds in taken if moment > last - third]
    return _p95(early), _p95(late)


def _p95(seconds: Sequence[float]) -> float:
    return round(statistics.quantiles(seconds, n=20)[18] * 1000, 1)


def _growth(memory: Sequence[tuple[float, dict[str, float]]], settled: float) -> dict[str, float]:
    """Per cent by process: median of the last tenth against that of the tenth after it had settled."""
    rows = [sizes for moment, sizes in memory if moment >= settled]
    tenth = max(1, len(rows) // 10)
    grown = {}
    for name in rows[0]:
        began = statistics.median(row[name] for row in rows[:tenth])
        ended = statistics.median(row[name] for row in rows[-tenth:])
        grown[name] = round(100 * (ended / began - 1), 1)
    return grown


def _connections(site: Site) -> int:
    """To this database; SQLite has none."""
    if site.database != POSTGRES:
        return 0
    return site.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
