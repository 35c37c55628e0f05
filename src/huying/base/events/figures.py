"""How the machinery of events is doing, as numbers: for ``huying check`` and for ``/metrics``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error
from django.db.models import Count, Min, Q
from prometheus_client import disable_created_metrics
from prometheus_client.core import REGISTRY, CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events.models import Event, Obligation, Sequence


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
    for stream, position in Sequence.objects.values_list("stream", "position"):
        placed.add_metric([stream], position)
    yield placed
    waiting = GaugeMetricFamily("huying_unplaced_rows", "Rows written and not yet in order", labels=["stream"])
    lag = GaugeMetricFamily("huying_unplaced_oldest_seconds", "Age of the oldest such row", labels=["stream"])
    for stream, rows in backlog().items():
        waiting.add_metric([stream], rows.count)
        lag.add_metric([stream], rows.oldest.total_seconds())
    yield waiting
    yield lag
    yield _obligations()


def _obligations() -> Metric:
    family = GaugeMetricFamily(
        "huying_obligations_open", "Obligations by kind: waiting, due, given_up", labels=["kind", "state"]
    )
    rows = (
        Obligation.objects.filter(done_at__isnull=True)
        .values("kind")
        .annotate(
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
            due=Count("pk", filter=Q(given_up_at__isnull=True, due_at__lte=clock.now())),
            waiting=Count("pk", filter=Q(given_up_at__isnull=True, due_at__gt=clock.now())),
        )
    )
    for row in rows.order_by("kind"):
        for state in ("waiting", "due", "given_up"):
            family.add_metric([row["kind"], state], row[state])
    return family


def expose() -> None:
    """Hang these figures into ``/metrics`` of this process, once."""
    disable_created_metrics()
    if not any(isinstance(known, EventFigures) for known in list(REGISTRY._collector_to_names)):
        REGISTRY.register(EventFigures())
