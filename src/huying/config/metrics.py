"""``/metrics`` for Prometheus: open to the addresses and to the token that the centre names, to nobody else.

With several web processes their counts are gathered through files (``PROMETHEUS_MULTIPROC_DIR``, set by ``huying
serve``); figures that come from the database or the disk are read once.
"""

import hmac
import ipaddress
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

from huying import __version__
from huying.base.errors import NotAllowed
from huying.config.options import BACKUP_MARK
from huying.config.problems import problem_response

SIZE_EVERY = 60.0  # seconds: the size of a database is asked no more often


def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads."""
    if not _allowed(request):
        return problem_response(
            NotAllowed("监控指标只对监控服务器开放（HUYING_METRICS_ALLOWED、HUYING_METRICS_TOKEN）。")
        )
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _allowed(request: HttpRequest) -> bool:
    """By address, unless somebody else's proxy stands between; or by the token."""
    given, token = request.headers.get("Authorization", ""), settings.OPTIONS.metrics_token
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if getattr(request, "forwarded_by_stranger", False):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
        return any(address in ipaddress.ip_network(known, strict=False) for known in settings.OPTIONS.metrics_allowed)
    except ValueError:
        return False


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    gathered = CollectorRegistry()
    multiprocess.MultiProcessCollector(gathered)
    for collector in list(REGISTRY._collector_to_names):
        if not isinstance(collector, MetricWrapperBase):
            gathered.register(collector)
    return gathered


class InstallationFigures(Collector):
    """Version, size of the database, room on the disk, age of the last backup."""

    def __init__(self) -> None:
        self._size: tuple[float, float] | None = None

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        version = GaugeMetricFamily("huying_version_info", "1, labelled with the version", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        size = self._database_bytes()
        if size is not None:
            yield GaugeMetricFamily("huying_database_bytes", "Size of the database", value=size)
        free = shutil.disk_usage(settings.DATA).free
        yield GaugeMetricFamily("huying_disk_free_bytes", "Room left where the data folder lies", value=free)
        made = last_backup()
        if made is not None:
            yield GaugeMetricFamily("huying_backup_age_seconds", "Since the last backup", value=time.time() - made)

    def _database_bytes(self) -> float | None:
        if self._size is not None and time.monotonic() - self._size[0] < SIZE_EVERY:
            return self._size[1]
        try:
            self._size = (time.monotonic(), float(_database_bytes()))
        except (Error, OSError):
            return None  # huying_database_up says so
        return self._size[1]


def _database_bytes() -> int:
    if connection.vendor == "sqlite":
        main = Path(str(settings.DATABASES["default"]["NAME"]))
        return sum(path.stat().st_size for path in (main, Path(f"{main}-wal")) if path.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def last_backup() -> float | None:
    """When ``huying backup`` last ended well (machine's time); None where it never did here."""
    try:
        return (Path(settings.DATA) / BACKUP_MARK).stat().st_mtime
    except FileNotFoundError:
        return None


REGISTRY.register(InstallationFigures())
