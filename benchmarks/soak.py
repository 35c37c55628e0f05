"""Does it stay as quick and as small through half an hour of ten orders a second and fifty readers?

Orders are filed at a steady pace over HTTP and withdrawn a minute later, so that as many are open at the end as at the
beginning, as in a centre: what grows then is no work in hand, but a leak. Fifty people read lists and orders with time
to think, each with a live socket. Looked at: p95 of the last third beside the first, the memory of each process from
minute 5 on, connections to the database, and whether events and obligations are all done at the end. PostgreSQL, unless
``HUYING_SOAK_DATABASE=sqlite``; ``HUYING_SOAK_MINUTES`` makes it shorter.
"""

import os
from collections.abc import Sequence
from typing import Any

from benchmarks.harness.journey import Journey, Ledger
from benchmarks.harness.proof import Beginning, prove
from benchmarks.harness.readers import Readers
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, Site
from benchmarks.harness.steady import Memory, Steady, ends, p95_ms, settled

PER_SECOND, READERS = 10, 50
MOST_GROWTH = 5.0  # per cent of a process's memory
SLOWER, SLOWER_BY_MS = 1.25, 15.0  # p95 of the last third against the first: times, or milliseconds more


def run() -> Result:
    minutes = float(os.environ.get("HUYING_SOAK_MINUTES", "30"))
    database = os.environ.get("HUYING_SOAK_DATABASE", POSTGRES)
    with Site(database) as site:
        site.serve()
        site.work()
        site.await_quiet()
        beginning, ledger = Beginning.of(site), Ledger()
        journey, readers = Journey(site, ledger), Readers(site, READERS)
        steady = Steady(journey, PER_SECOND)
        connections = [_connections(site)]
        with readers.at_work():
            wall = steady.file(site, minutes * 60)
            connections.append(_connections(site))
        drained = site.await_quiet(120)
        proof = prove(site, ledger, beginning)
    growth = _growth(steady.memory)
    figures: dict[str, Any] = {
        "database": database,
        "minutes": round(wall / 60, 1),
        "filed": len(ledger.filed),
        "filed_per_s": round(len(ledger.filed) / wall, 2),
        "read": sum(len(taken) for taken in readers.taken.values()),
        "heard_by_sockets": readers.heard,
        "sockets_lost": readers.sockets_lost,
        **{f"{name}_mib": value for name, value in steady.memory[-1][1].items()},
        **{f"{name}_growth_percent": value for name, value in growth.items()},
        "connections_first_last": connections,
        "backlog_gone_after_s": round(drained, 1),
        "lost": proof.lost,
        "doubled": proof.doubled,
    }
    failed = [*proof.sentences, *ledger.wrong[:5], *readers.errors[:5]]
    for name, taken in {"file": steady.taken, **readers.taken}.items():
        first, last = _thirds(taken)
        figures |= {f"{name}_p95_ms_first_third": first, f"{name}_p95_ms_last_third": last}
        if last > max(first * SLOWER, first + SLOWER_BY_MS):
            failed.append(f"{name} became slower: p95 {first} ms, then {last} ms")
    failed += [f"{name} grew by {value} %" for name, value in growth.items() if value > MOST_GROWTH]
    if len(ledger.filed) < 0.98 * PER_SECOND * minutes * 60:
        failed.append(f"{len(ledger.filed)} orders were filed, fewer than {PER_SECOND} a second")
    return Result(figures, failed=tuple(failed))


def _thirds(taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """p95 in milliseconds of what was answered in the first and in the last third of the time."""
    moments = [moment for moment, _ in taken]
    first, last = min(moments), max(moments)
    third = (last - first) / 3
    early = [seconds for moment, seconds in taken if moment < first + third]
    late = [seconds for moment, seconds in taken if moment > last - third]
    return p95_ms(early), p95_ms(late)


def _growth(memory: Memory) -> dict[str, float]:
    """Per cent by process, after it had settled."""
    return {name: round(100 * (last / first - 1), 1) for name, (first, last) in ends(settled(memory)).items()}


def _connections(site: Site) -> int:
    """To this database; SQLite has none."""
    if site.database != POSTGRES:
        return 0
    return site.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
