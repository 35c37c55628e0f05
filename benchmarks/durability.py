"""Is everything that was acknowledged still there, once, after kills, a full disk and a database restarted under load?

Server and worker are killed with ``kill -9`` at random moments (each alone, and both) while twelve clients file and act:
20 times on PostgreSQL, 5 times on SQLite. Timers are made to fall due while everything is down. Clients send again what
was not answered, a filing with the same key. Then the disk fills up, and PostgreSQL crashes and restarts, under the same
load: people must be told so (503 with words and a time), and work must go on by itself. ``HUYING_DURABILITY_KILLS`` kills
less often; a full disk needs root, who may mount a small one.
"""

import os
from collections.abc import Callable
from typing import Any

from benchmarks.harness import disks
from benchmarks.harness.journey import Journey, Ledger
from benchmarks.harness.postgres import Cluster
from benchmarks.harness.proof import Beginning, prove
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, SQLITE, Site
from benchmarks.harness.troubles import await_answer, kills, load, outage

CLIENTS, STEPS = 12, 5
DISK_MB = {SQLITE: 96, POSTGRES: 256}
TIMERS_MET = "SELECT count(*) FROM events_event WHERE type = 'assignment.contact_overdue' AND id > %s"
OUT_OF_ORDER = 6.0  # seconds that the disk stays full, the database down


def run() -> Result:
    number = int(os.environ.get("HUYING_DURABILITY_KILLS", "20"))
    parts: dict[str, Callable[[], tuple[dict[str, Any], list[str]]]] = {
        POSTGRES: lambda: killed(POSTGRES, number),
        SQLITE: lambda: killed(SQLITE, max(1, number // 4)),
        "postgresql_restart": restarted,
    }
    for database in (POSTGRES, SQLITE):
        parts[f"{database}_full_disk"] = lambda database=database: filled(database)  # type: ignore[misc]
    figures: dict[str, Any] = {}
    failed: list[str] = []
    for name, part in parts.items():
        if name.endswith("full_disk") and not disks.can_mount():
            figures[name] = "not measured: only root may mount a small disk"
            continue
        found, missed = part()
        figures |= {f"{name}_{key}": value for key, value in found.items()}
        failed += [f"{name}: {sentence}" for sentence in missed]
    return Result(figures, failed=tuple(failed))


def killed(database: str, number: int) -> tuple[dict[str, Any], list[str]]:
    with Site(database) as site:
        journey, beginning = _ready(site)
        with load(journey, CLIENTS, STEPS):
            await_answer(journey.ledger)
            waits = kills(site, journey.ledger, number, seed=20260101)
        figures, missed = _proved(site, journey.ledger, beginning)
    return {"kills": len(waits), "answered_again_s_max": round(max(waits), 1), **figures}, missed


def restarted() -> tuple[dict[str, Any], list[str]]:
    """PostgreSQL crashes under load and is started again, twice: at once, and in good order."""
    with Site(POSTGRES) as site:
        journey, beginning = _ready(site)
        with load(journey, CLIENTS, STEPS):
            await_answer(journey.ledger)
            crash = outage(journey.ledger, lambda: site.cluster.stop("immediate"), site.cluster.start, OUT_OF_ORDER)
            orderly = outage(journey.ledger, lambda: site.cluster.stop("fast"), site.cluster.start, OUT_OF_ORDER)
        figures, missed = _proved(site, journey.ledger, beginning)
    resumed = max(crash["resumed_after_s"], orderly["resumed_after_s"])
    return {"told": crash["told"] + orderly["told"], "resumed_after_s": resumed, **figures}, missed


def filled(database: str) -> tuple[dict[str, Any], list[str]]:
    """The disk of the tables is full for a while; PostgreSQL's log lies on another, as it should."""
    with disks.small_disk(DISK_MB[database]) as disk:
        if database == SQLITE:
            with Site(SQLITE, disk=disk) as site:
                return _filled(site, disk)
        with Cluster(tables=disk) as cluster, Site(POSTGRES, cluster=cluster) as site:
            return _filled(site, disk)


def _filled(site: Site, disk: Any) -> tuple[dict[str, Any], list[str]]:
    journey, beginning = _ready(site)
    with load(journey, CLIENTS, STEPS):
        await_answer(journey.ledger)
        seen = outage(journey.ledger, lambda: disks.fill(disk), lambda: disks.clear(disk), OUT_OF_ORDER)
    figures, missed = _proved(site, journey.ledger, beginning)
    if not seen["told"]:
        missed.append("nobody was told that the disk is full")
    return {**seen, **figures}, missed


def _ready(site: Site) -> tuple[Journey, Beginning]:
    site.serve()
    site.work()
    site.await_quiet()
    return Journey(site, Ledger()), Beginning.of(site)


def _proved(site: Site, ledger: Ledger, beginning: Beginning) -> tuple[dict[str, Any], list[str]]:
    site.await_quiet(600)
    proof = prove(site, ledger, beginning)
    figures = {
        "filed": len(ledger.filed),
        "acted": len(ledger.acted),
        "lost": proof.lost,
        "doubled": proof.doubled,
        "broken_connections": ledger.counts["broken"],
        "timers_met": site.number(TIMERS_MET, beginning.events),
    }
    missed = [*proof.sentences, *ledger.wrong[:10]]
    if "Traceback" in site.log:
        missed.append(f"{site.log.count('Traceback')} tracebacks in the logs")
    return figures, missed
