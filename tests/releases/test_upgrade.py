"""A centre that began with an earlier release goes on with this one: nothing is lost, and work goes on the same day."""

import json
import lzma
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.installation import Installation

RELEASES = Path(__file__).resolve().parents[1] / "fixtures" / "releases"
SQLITE = sorted(RELEASES.glob("*-sqlite.tar.xz"))
POSTGRES = sorted(RELEASES.glob("*-postgresql.tar.xz"))

# What fell due while the centre stood still is met first; then people look and one of them acts.
WORK = """
import json
from django.test import Client
from huying.base.events import obligations
from huying.base.events.models import Event, Obligation
from huying.base.events.sequencer import sequence_pending
from huying.base.audit.models import AuditEntry
from huying.base.org import actions
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.handling.orders.models import WorkOrder

def client(role):
    person = next(p for p in Person.objects.filter(is_active=True).order_by("id") if p.has_role(role))
    secret = actions.issue_token(actor=system_person(), person=person, name="upgrade", scopes=["read", "write"])
    return Client(HTTP_AUTHORIZATION=f"Bearer {secret}", SERVER_NAME="127.0.0.1")

while obligations.run_due(1000):
    pass
late = obligations.open_obligations().filter(attempts__gt=0).count()
agent = client("agent")
listed, cursor = [], ""
while cursor is not None:
    page = agent.get(f"/api/v1/orders?limit=50&sort=newest&cursor={cursor}").json()
    listed += [item["id"] for item in page["items"]]
    cursor = page["next"]
opened = [agent.get(f"/api/v1/orders/{one}").status_code for one in listed]
chosen = WorkOrder.objects.filter(state="in_hand").order_by("id").first()
before = [model.objects.count() for model in (Event, AuditEntry)]
page = agent.get(f"/api/v1/orders/{chosen.public_id}").json()
body = {"version": page["version"], "values": {"words": "请尽快"}}
acted = agent.post(f"/api/v1/orders/{chosen.public_id}/actions/urge", body, "application/json")
text = {"text": "滨江路 3 号门口路灯坏了，请维修。", "channel": "phone", "phone": "13900001111"}
filed = agent.post("/api/v1/contacts/orders", text, "application/json", HTTP_IDEMPOTENCY_KEY="upgrade-1")
again = agent.post("/api/v1/contacts/orders", text, "application/json", HTTP_IDEMPOTENCY_KEY="upgrade-1")
sequence_pending()
print(json.dumps({
    "late": late,
    "failed": Obligation.objects.exclude(last_error__in=["", "released"]).count(),
    "listed": len(set(listed)),
    "orders": WorkOrder.objects.count() - 1,
    "opened": sorted(set(opened)),
    "urged": [page["urge_count"], acted.json().get("urge_count")],
    "acted": acted.status_code,
    "filed": [filed.status_code, again.json() == filed.json()],
    "events": Event.objects.filter(type="order.urge", subject_id=chosen.pk).count(),
    "unplaced": Event.objects.filter(position=None).count(),
}))
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """Address of an empty database on the test server."""
    import psycopg

    url = os.environ["HUYING_TEST_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS huying_upgrade WITH (FORCE)")
        server.execute("CREATE DATABASE huying_upgrade")
        yield urlsplit(url)._replace(path="/huying_upgrade").geturl()
        server.execute("DROP DATABASE IF EXISTS huying_upgrade WITH (FORCE)")


def upgraded(backup: Path, place: Installation, folder: Path) -> None:
    """Bring a release's backup back, upgrade it, and work a little."""
    tar, keys = folder / "backup.tar", folder / "keys.json"
    tar.write_bytes(lzma.decompress(backup.read_bytes()))
    shutil.copy(backup.with_name(backup.name.replace(".tar.xz", ".keys.json")), keys)

    place.huying("restore", str(tar), "--keys", str(keys))
    place.huying("migrate")
    said = json.loads(place.python(WORK).splitlines()[-1])

    assert said["late"] == 0, "an obligation of the earlier release can't be met"
    assert said["failed"] == 0
    assert said["listed"] == said["orders"] > 100
    assert said["opened"] == [200]
    assert said["acted"] == 200
    assert said["urged"][1] == said["urged"][0] + 1
    assert said["filed"] == [201, True]
    assert said["events"] >= 1
    assert said["unplaced"] == 0
    assert "✗" not in place.huying("check", "all")
    place.huying("backup", str(folder / "after.tar"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("backup", SQLITE, ids=lambda path: path.name)
def test_from_a_release_on_sqlite(backup: Path, tmp_path: Path) -> None:
    upgraded(backup, Installation(tmp_path / "data"), tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.postgres_only
@pytest.mark.skipif(shutil.which("pg_restore") is None, reason="needs pg_restore")
@pytest.mark.parametrize("backup", POSTGRES, ids=lambda path: path.name)
def test_from_a_release_on_postgres(backup: Path, database: str, tmp_path: Path) -> None:
    upgraded(backup, Installation(tmp_path / "data", {"HUYING_DATABASE_URL": database}), tmp_path)
