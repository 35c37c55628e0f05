"""Do fifty clients at once file 10,000 orders and act on them, on both databases, with nothing lost and nothing twice?

Each order is filed over HTTP with an idempotency key and taken on by one to seven actions (approve, dispatch, sign,
finish, sign off, audit, visit). At every tenth order two dispatchers send it to two units from the same page: one wins,
the other is told the present state (409). Server and worker are processes of their own; afterwards every answer is held
against the database. ``HUYING_CONCURRENCY_ORDERS`` files fewer.
"""

import os
import statistics
from typing import Any

from benchmarks.harness.journey import Journey, Ledger
from benchmarks.harness.proof import Beginning, prove
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, SQLITE, Site

CLIENTS = 50
STEPS = (1, 1, 2, 1, 1, 3, 1, 2, 1, 7)  # actions on orders in turn


def run() -> Result:
    orders = int(os.environ.get("HUYING_CONCURRENCY_ORDERS", "10000"))
    figures: dict[str, Any] = {}
    failed: list[str] = []
    for database in (POSTGRES, SQLITE):
        found, missed = on(database, orders)
        figures |= {f"{database}_{name}": value for name, value in found.items()}
        failed += [f"{database}: {sentence}" for sentence in missed]
    return Result(figures, failed=tuple(failed))


def on(database: str, orders: int) -> tuple[dict[str, Any], list[str]]:
    """The figures on one database, and what is wrong with them."""
    with Site(database) as site:
        site.serve()
        site.work()
        site.await_quiet()
        beginning, ledger = Beginning.of(site), Ledger()
        wall = Journey(site, ledger).run(CLIENTS, orders, STEPS)
        drained = site.await_quiet(600)
        proof = prove(site, ledger, beginning)
        tracebacks = site.log.count("Traceback")
    requests = sum(len(taken) for taken in ledger.seconds.values())
    figures = {
        "filed": len(ledger.filed),
        "acted": len(ledger.acted),
        "lost": proof.lost,
        "doubled": proof.doubled,
        "missing_numbers": proof.gaps,
        "races": ledger.counts["races"],
        "conflicts": ledger.counts["conflicts"],
        "unavailable": ledger.counts["unavailable"],
        "seconds": round(wall, 1),
        "requests_per_s": round(requests / wall, 1),
        "file_p50_ms": _quantile(ledger, "file", 50),
        "file_p95_ms": _quantile(ledger, "file", 95),
        "act_p95_ms": _quantile(ledger, "act", 95),
        "drained_after_s": round(drained, 1),
    }
    missed = [*proof.sentences, *ledger.wrong[:10]]
    if len(ledger.filed) != orders:
        missed.append(f"{len(ledger.filed)} of {orders} orders were filed")
    if ledger.counts["conflicts"] < ledger.counts["races"]:
        missed.append("a race ended without a conflict")
    if tracebacks:
        missed.append(f"{tracebacks} tracebacks in the logs")
    return figures, missed


def _quantile(ledger: Ledger, name: str, percent: int) -> float:
    return round(statistics.quantiles(ledger.seconds[name], n=100)[percent - 1] * 1000, 1)
