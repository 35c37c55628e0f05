"""What is removed once its period of retention has passed: a registry that rooms fill and ``huying purge`` works off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from huying.base.calendars import clock
from huying.base.retention import Retention

BATCH = 1000


@dataclass(frozen=True)
class Job:
    """What a purger is asked: remove what is older than ``before``, or with ``dry_run`` only count it."""

    before: datetime
    dry_run: bool
    actor: Any


@dataclass(frozen=True)
class Purger:
    """Removes, or erases in place, the rows of one kind whose time has passed, and returns their number."""

    name: str
    retention: Retention
    run: Callable[[Job], int]


purgers: dict[str, Purger] = {}


def purger(name: str, retention: Retention):
    """Register ``function(job) -> rows`` under a Chinese name (in the room's ``purging.py``)."""

    def register(run: Callable[[Job], int]):
        purgers[name] = Purger(name, retention, run)
        return run

    return register


def days(retention: Retention) -> int | None:
    """How many days this centre keeps a class of rows; none: for good."""
    return None if retention is Retention.REFERENCE else getattr(settings.OPTIONS, f"retention_{retention.value}")


def cutoff(retention: Retention) -> datetime | None:
    """Rows older than this moment have served their time."""
    kept = days(retention)
    return None if kept is None else clock.now() - timedelta(days=kept)


def delete_rows(rows: QuerySet, job: Job) -> int:
    """Delete rows in short transactions, so that nobody waits long for the database; the number deleted or found."""
    if job.dry_run:
        return rows.count()
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
