"""What goes wrong at a site under load, and how long it takes until people are answered again."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.harness.journey import Journey, Ledger
from benchmarks.harness.site import SERVER, SQLITE, WORKER, Site

DOWN = 1.5  # seconds between a kill and the new start, as a service manager leaves
TIMERS = 3  # made to fall due while everything is down


@contextmanager
def load(journey: Journey, clients: int, steps: int) -> Iterator[None]:
    """Clients file orders and act on them until the block is left; then what was begun is ended."""
    journey.closing.clear()
    crowd = threading.Thread(
        target=journey.share_out, args=(clients, lambda number: journey.go(number, number % steps + 1))
    )
    crowd.start()
    try:
        yield
    finally:
        journey.closing.set()
        crowd.join()


def kills(site: Site, ledger: Ledger, number: int, seed: int) -> list[float]:
    """``kill -9`` of the server, the worker or both, at random moments; seconds from each until the next answer."""
    chance = random.Random(seed)
    waits = []
    for turn in range(number):
        time.sleep(chance.uniform(1.0, 6.0))
        chosen = ((SERVER,), (WORKER,), (SERVER, WORKER))[turn % 3]
        timers_fall_due(site)
        began = time.monotonic()
        site.kill(*chosen)
        time.sleep(DOWN)
        if SERVER in chosen:
            site.serve()
        if WORKER in chosen:
            site.work()
        await_answer(ledger)
        waits.append(time.monotonic() - began)
    return waits


def timers_fall_due(site: Site) -> None:
    """Bring the newest timers for the first contact forward to this moment, so that they fall due while nobody works."""
    now = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')" if site.database == SQLITE else "now()"
    site.write(
        f"UPDATE events_obligation SET due_at = {now} WHERE id IN (SELECT id FROM events_obligation WHERE kind ="
        " 'assignment.contact_due' AND done_at IS NULL AND leased_until IS NULL ORDER BY id DESC LIMIT %s)",
        (TIMERS,),
    )


def await_answer(ledger: Ledger, seconds: float = 120) -> None:
    """Wait until somebody's filing or action is acknowledged."""
    known, deadline = answers(ledger), time.monotonic() + seconds
    while answers(ledger) == known:
        if time.monotonic() > deadline:
            raise RuntimeError(f"nobody was answered for {seconds:.0f} s: {ledger.counts} {ledger.wrong[-3:]}")
        time.sleep(0.05)


def answers(ledger: Ledger) -> int:
    return len(ledger.filed) + len(ledger.acted)


def outage(ledger: Ledger, begin: Callable[[], None], end: Callable[[], None], lasting: float) -> dict[str, float]:
    """Refusals told while something is out of order, and seconds from its end until people are answered again."""
    told = ledger.counts["unavailable"]
    begin()
    time.sleep(lasting)
    told = ledger.counts["unavailable"] - told
    end()
    ended = time.monotonic()
    await_answer(ledger)
    return {"told": told, "resumed_after_s": round(time.monotonic() - ended, 1)}
