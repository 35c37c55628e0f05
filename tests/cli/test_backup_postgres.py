"""On PostgreSQL too a backup brings everything back, by PostgreSQL's own tools."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.installation import Installation

WRITE = """
from django.db import transaction
from huying.base.events.recorder import record
from huying.base.events.sequencer import sequence_pending
from huying.base.org.selectors import system_person
with transaction.atomic():
    for n in range(5):
        record(actor=system_person(), verb="test.made")
sequence_pending()
"""
COUNT = "from huying.base.events.models import Event; print(Event.objects.count())"


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Addresses of two empty databases on the test server."""
    import psycopg

    url = os.environ["HUYING_TEST_DATABASE_URL"]
    names = ["huying_backup_one", "huying_backup_two"]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
            server.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        yield [urlsplit(url)._replace(path=f"/{name}").geturl() for name in names]
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]


@pytest.mark.postgres_only
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="needs pg_dump")
def test_everything_comes_back(databases: list[str], tmp_path: Path) -> None:
    one, two = (
        Installation(tmp_path / n, {"HUYING_DATABASE_URL": url}) for n, url in zip("ab", databases, strict=True)
    )
    one.huying("migrate")
    one.python(WRITE)
    one.huying("backup", str(tmp_path / "b.tar"), "--with-keys", str(tmp_path / "k.json"))

    two.huying("restore", str(tmp_path / "b.tar"), "--keys", str(tmp_path / "k.json"))

    assert "✗" not in two.huying("check", "all")
    assert int(two.python(COUNT)) >= 5
    assert "只在空的地方" in two.huying("restore", str(tmp_path / "b.tar"), code=1)
