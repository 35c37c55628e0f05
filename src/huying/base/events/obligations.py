"""Obligations: what must be done once its time has come, exactly once where it is ours, at least once outside.

A handler that only changes our own database runs in the transaction that marks the obligation as done. A handler that
talks to the outside (``external=True``) runs first and is marked after, so it must carry an id the other side can tell
apart. A failure is retried with growing delay; after ``MAX_ATTEMPTS`` it is given up and shown by ``huying check``.
"""

import logging
import os
import socket
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from huying.base.calendars import clock
from huying.base.events.models import Obligation

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
WORKER = f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class _Handler:
    run: Callable[[Obligation], None]
    external: bool


_handlers: dict[str, _Handler] = {}


def handler(kind: str, *, external: bool = False):
    """Register the function that meets obligations of ``kind``."""

    def register(run: Callable[[Obligation], None]):
        assert kind not in _handlers or _handlers[kind].run.__qualname__ == run.__qualname__, f"two handlers for {kind}"
        _handlers[kind] = _Handler(run, external)
        return run

    return register


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
    )


def release(*keys: str) -> None:
    """An obligation that no longer holds (the order was withdrawn, the timer moved) is met by doing nothing."""
    Obligation.objects.filter(key__in=keys, done_at__isnull=True).update(done_at=clock.now(), last_error="released")


def run_due(limit: int = 100) -> int:
    """Meet what is due now, each under a lease; the number taken."""
    taken = 0
    while taken < limit and (obligation := _take()) is not None:
        _meet(obligation)
        taken += 1
    return taken


def _take() -> Obligation | None:
    now = clock.now()
    open_ = Obligation.objects.filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)
    free = open_.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now), kind__in=list(_handlers))
    if not free.exists():
        return None
    with transaction.atomic():
        rows = free.order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        obligation = rows.first()
        if obligation is None:
            return None
        obligation.leased_until, obligation.leased_by = now + LEASE, WORKER
        obligation.attempts += 1
        obligation.save(update_fields=["leased_until", "leased_by", "attempts"])
        return obligation


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
    except Exception:  # every failure is written down and tried again
        _failed(obligation, traceback.format_exc(limit=8))


def _done(obligation: Obligation) -> None:
    Obligation.objects.filter(pk=obligation.pk).update(done_at=clock.now(), leased_until=None)


def _failed(obligation: Obligation, error: str) -> None:
    log.error("obligation failed", extra={"kind": obligation.kind, "key": obligation.key, "error": error})
    now = clock.now()
    given_up = now if obligation.attempts >= MAX_ATTEMPTS else None
    delay = timedelta(seconds=min(3600, 2**obligation.attempts))
    Obligation.objects.filter(pk=obligation.pk).update(
        leased_until=None, due_at=now + delay, last_error=error[-4000:], given_up_at=given_up
    )
