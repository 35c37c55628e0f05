"""Obligations: what must be done once its time has come, exactly once where it is ours, at least once outside.

A handler that only changes our own database runs in the transaction that marks the obligation as done. A handler that
talks to the outside (``external=True``) runs first and is marked after, so it must carry an id the other side can tell
apart. A failure is retried with growing delay; after ``MAX_ATTEMPTS`` it is given up and shown by ``huying check``.

The lease and the number of attempts together are the right to finish: a worker that was thought dead and comes back
finds that its attempt no longer counts, and what it did is rolled back.
"""

import logging
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, Q
from prometheus_client import Counter

from huying.base.calendars import clock
from huying.base.events.leases import is_dead, worker_name
from huying.base.events.models import Obligation

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
LONGEST_DELAY = timedelta(hours=1)
RELEASED = "released"
AT_ONCE = 8  # taken under one lease; short enough that the last of them starts well inside the lease

OUTCOMES = Counter(
    "huying_obligations_total", "Obligations met by this process, by kind and outcome", ["kind", "outcome"]
)


@dataclass(frozen=True)
class _Handler:
    run: Callable[[Obligation], None]
    external: bool


_handlers: dict[str, _Handler] = {}


class TryAgain(Exception):
    """An expected failure (the other side did not answer): retried later; its words are kept, no traceback."""


class _LeaseLost(Exception):
    """Another worker took this obligation over."""


def handler(kind: str, *, external: bool = False):
    """Register the function that meets obligations of ``kind``."""

    def register(run: Callable[[Obligation], None]):
        assert kind not in _handlers or _handlers[kind].run.__qualname__ == run.__qualname__, f"two handlers for {kind}"
        _handlers[kind] = _Handler(run, external)
        return run

    return register


def known_kinds(*, external: bool | None = None) -> list[str]:
    """Kinds somebody in this process can meet; with ``external`` only those that do, or don't, talk to the outside."""
    return [kind for kind, chosen in _handlers.items() if external is None or chosen.external == external]


@dataclass(frozen=True)
class Due:
    kind: str
    key: str
    due_at: datetime
    payload: dict[str, Any]


def oblige(*, kind: str, key: str, due_at: datetime, payload: dict[str, Any] | None = None) -> None:
    oblige_many([Due(kind, key, due_at, payload or {})])


def oblige_many(dues: list[Due]) -> None:
    """Write obligations in the caller's transaction. A key that exists already is left as it is."""
    now = clock.now()
    Obligation.objects.bulk_create(
        [Obligation(kind=d.kind, key=d.key, due_at=d.due_at, payload=d.payload, created_at=now) for d in dues],
        ignore_conflicts=True,
        batch_size=500,
    )


def release(*keys: str) -> None:
    """An obligation that no longer holds (the order was withdrawn, the timer moved) is met by doing nothing."""
    Obligation.objects.filter(key__in=keys, done_at__isnull=True).update(done_at=clock.now(), last_error=RELEASED)


def hold_again(*keys: str) -> None:
    """A released obligation holds once more (the unit has to answer again); one that was met stays met."""
    Obligation.objects.filter(key__in=keys, last_error=RELEASED).update(done_at=None, last_error="", attempts=0)


def renew(obligation: Obligation) -> None:
    """A handler that works longer than a lease (a trial, a training) says that it is still at it.

    Raises where another worker has taken it over: this one's work no longer counts.
    """
    if not _ours(obligation).update(leased_until=clock.now() + LEASE):
        raise _LeaseLost


def open_obligations():
    """What is neither done nor given up."""
    return Obligation.objects.filter(done_at__isnull=True, given_up_at__isnull=True)


def run_due(limit: int = 100, *, kinds: Collection[str] | None = None) -> int:
    """Meet what is due now, each under a lease; the number taken. ``kinds`` narrows it (default: all known)."""
    taken = 0
    while taken < limit:
        batch = _take(min(AT_ONCE, limit - taken), known_kinds() if kinds is None else list(kinds))
        for obligation in batch:
            _meet(obligation)
        taken += len(batch)
        if not batch:
            break
    return taken


def drain(manual: clock.ManualClock | None = None, until: datetime | None = None) -> int:
    """Meet everything due now; with a manual clock also what falls due up to ``until``, each at its own time.

    For tests and replay, where nobody else works on the same database. The clock ends at ``until``. The number taken.
    """
    taken = 0
    while True:
        while batch := run_due(1000):
            taken += batch
        if manual is None or until is None:
            return taken
        later = open_obligations().filter(kind__in=known_kinds(), due_at__gt=clock.now())
        following = later.aggregate(at=Min("due_at"))["at"]
        if following is None or following > until:
            manual.advance_to(until)
            return taken
        manual.advance_to(following)


def recover() -> int:
    """Free the leases of dead processes of this host, so that a restart need not wait for them to run out."""
    holders = open_obligations().filter(leased_until__isnull=False).values_list("leased_by", flat=True).distinct()
    dead = [holder for holder in holders if is_dead(holder)]
    return open_obligations().filter(leased_by__in=dead).update(leased_until=None) if dead else 0


def _take(limit: int, kinds: list[str]) -> list[Obligation]:
    now = clock.now()
    free = open_obligations().filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now), due_at__lte=now, kind__in=kinds
    )
    if not free.exists():  # looking costs no write lock
        return []
    with transaction.atomic():
        rows = free.order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        batch = list(rows[:limit])
        leased = {"leased_until": now + LEASE, "leased_by": worker_name()}
        Obligation.objects.filter(pk__in=[o.pk for o in batch]).update(attempts=F("attempts") + 1, **leased)
    for obligation in batch:
        obligation.attempts += 1
        obligation.leased_until, obligation.leased_by = leased["leased_until"], leased["leased_by"]
    return batch


def _meet(obligation: Obligation) -> None:
    chosen = _handlers[obligation.kind]
    try:
        if chosen.external:
            chosen.run(obligation)
            _done(obligation)
        else:
            with transaction.atomic():
                chosen.run(obligation)
                _done(obligation)
    except _LeaseLost:
        OUTCOMES.labels(obligation.kind, "lost").inc()
        log.warning("lease lost", extra={"kind": obligation.kind, "key": obligation.key})
    except TryAgain as error:
        _failed(obligation, str(error))
    except Exception as error:  # every failure is written down and tried again
        words = _words(error)
        log.error("obligation failed", extra={"kind": obligation.kind, "key": obligation.key, "error": words})
        _failed(obligation, words)
    else:
        OUTCOMES.labels(obligation.kind, "done").inc()


def _words(error: Exception) -> str:
    """The error's first line and where it arose. Later lines (a database's DETAIL) may quote a row, so they go."""
    message = str(error).partition("\n")[0][:300]
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([f"{type(error).__name__}: {message}", *places])


def _ours(obligation: Obligation):
    return Obligation.objects.filter(pk=obligation.pk, leased_by=obligation.leased_by, attempts=obligation.attempts)


def _done(obligation: Obligation) -> None:
    """Also where the handler's own action released the obligation: that is a way of meeting it."""
    if not _ours(obligation).update(done_at=clock.now(), leased_until=None):
        raise _LeaseLost


def _failed(obligation: Obligation, error: str) -> None:
    now = clock.now()
    last = obligation.attempts >= MAX_ATTEMPTS
    delay = min(LONGEST_DELAY, timedelta(seconds=2**obligation.attempts))
    _ours(obligation).filter(done_at__isnull=True).update(
        leased_until=None, due_at=now + delay, last_error=error[-4000:], given_up_at=now if last else None
    )
    OUTCOMES.labels(obligation.kind, "given_up" if last else "failed").inc()
