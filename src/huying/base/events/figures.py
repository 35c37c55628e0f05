"""How the machinery of events is doing, as numbers: for ``huying check`` and for ``/metrics``.

A scrape reads only what lies in small partial indexes (unplaced rows, due and given-up obligations) or in tables of a
few rows, and at most :data:`MOST` of them: it costs the same at a million orders as at a thousand.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error
from django.db.models import Count, Min
from prometheus_client import Counter, Gauge, disable_created_metrics
from prometheus_client.core import REGISTRY, CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events.models import Event, Obligation, Sequence, Webhook

MOST = 10_000  # a backlog is counted so far; beyond it the number no longer matters

PLACED = Counter(
    "huying_events_total",
    "Events placed in order by this process, by type; automatic: done without a person (a dispatch behind the gate)",
    ["type", "automatic"],
)
SOCKETS = Gauge("huying_live_sockets", "Pages that listen to this process", multiprocess_mode="livesum")


@dataclass(frozen=True)
class Waiting:
    count: int
    oldest: timedelta


def backlog() -> dict[str, Waiting]:
    """Rows that are written but not yet in order, by stream; how long the oldest has waited."""
    found = {}
    for stream, model in (("events", Event), ("audit", AuditEntry)):
        row = model.objects.filter(position__isnull=True).aggregate(count=Count("pk"), first=Min("at"))
        oldest = clock.now() - row["first"] if row["first"] else timedelta(0)
        found[stream] = Waiting(row["count"], max(oldest, timedelta(0)))
    return found


class EventFigures(Collector):
    """Reads the figures from the database when they are asked for, so that every process tells the same."""

    def describe(self) -> list[Metric]:
        return []  # nothing is read before the first scrape

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("huying_database_up", "1 where the database answers")
        try:
            yield from list(_figures())
            up.add_metric([], 1)
        except Error:
            up.add_metric([], 0)
        yield up


def _figures() -> Iterator[Metric]:
    placed = CounterMetricFamily("huying_placed_rows", "Rows given their place in order", labels=["stream"])
    positions = dict(Sequence.objects.values_list("stream", "position"))
    for stream, position in positions.items():
        placed.add_metric([stream], position)
    yield placed
    waiting = GaugeMetricFamily("huying_unplaced_rows", "Rows written and not yet in order", labels=["stream"])
    lag = GaugeMetricFamily("huying_unplaced_oldest_seconds", "Age of the oldest such row", labels=["stream"])
    for stream, rows in backlog().items():
        waiting.add_metric([stream], rows.count)
        lag.add_metric([stream], rows.oldest.total_seconds())
    yield waiting
    yield lag
    yield from _obligations()
    behind = GaugeMetricFamily("huying_webhook_behind", "Events an active webhook has yet to be handed", labels=["id"])
    for key, position in Webhook.objects.filter(active=True).values_list("public_id", "position"):
        behind.add_metric([key], max(0, positions.get("events", 0) - position))
    yield behind


def _obligations() -> Iterator[Metric]:
    """What is due and not yet met, and what was given up; both by kind, each counted up to :data:`MOST` in all."""
    still = Obligation.objects.filter(done_at__isnull=True)
    due = still.filter(given_up_at__isnull=True, due_at__lte=clock.now()).order_by("due_at", "id")
    lost = still.filter(given_up_at__isnull=False).order_by("id")
    states = (
        ("huying_obligations_due", "Obligations whose time has come, by kind", due),
        ("huying_obligations_given_up", "Obligations given up after too many failures, by kind", lost),
    )
    for name, words, rows in states:
        family = GaugeMetricFamily(name, words, labels=["kind"])
        for kind, count in sorted(Tally(rows.values_list("kind", flat=True)[:MOST]).items()):
            family.add_metric([kind], count)
        yield family
    first = due.values_list("due_at", flat=True).first()
    late = GaugeMetricFamily("huying_obligations_oldest_due_seconds", "How long the oldest due obligation has waited")
    late.add_metric([], max(0.0, (clock.now() - first).total_seconds()) if first else 0.0)
    yield late


def expose() -> None:
    """Hang these figures into ``/metrics`` of this process, once."""
    disable_created_metrics()
    if not any(isinstance(known, EventFigures) for known in list(REGISTRY._collector_to_names)):
        REGISTRY.register(EventFigures())
