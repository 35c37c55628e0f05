"""A server killed in the middle of work: what was acknowledged is there after the restart, once, and work goes on by itself.

The short form of the benchmark ``durability``, with real processes over HTTP.
"""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.installation import RUN, Installation, free_port, installed, wait_for

AGENT = """
from huying.base.org import actions
from huying.base.org.selectors import system_person
from tests import factories
units = factories.unit_tree()
person = factories.person("agent", unit=units.centre)
print(actions.issue_token(actor=system_person(), person=person, name="kills", scopes=["read", "write"]))
"""
LEFT = """
import json
from django.db.models import Count
from huying.base.audit.models import AuditEntry
from huying.base.events import obligations
from huying.base.events.models import Event
from huying.base.calendars import clock
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.models import Contact
keys = list(WorkOrder.objects.values_list("pk", flat=True))
def written(model, verb):
    rows = model.objects.filter(**{verb: "order.filed"}).values("subject_id").annotate(times=Count("pk"))
    return sorted(row["times"] for row in rows) == [1] * len(keys)
print(json.dumps({
    "orders": list(WorkOrder.objects.values_list("public_id", flat=True)),
    "texts": WorkOrder.objects.values("text").distinct().count(),
    "contacts": Contact.objects.count(),
    "events": written(Event, "type"),
    "audit": written(AuditEntry, "verb"),
    "waiting": Event.objects.filter(position=None).count()
    + AuditEntry.objects.filter(position=None).count()
    + obligations.open_obligations().filter(due_at__lte=clock.now()).count(),
}))
"""
CLIENTS = 4


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres_only)])
def place(request, template: Path, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "sqlite":
        with installed(template, tmp_path / "data") as made:
            yield made
        return
    import psycopg

    url = os.environ["HUYING_TEST_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS huying_kills WITH (FORCE)")
        server.execute("CREATE DATABASE huying_kills")
        made = Installation(
            tmp_path / "data", {"HUYING_DATABASE_URL": urlsplit(url)._replace(path="/huying_kills").geturl()}
        )
        made.huying("migrate")
        yield made
        made.end_all()
        server.execute("DROP DATABASE IF EXISTS huying_kills WITH (FORCE)")


@dataclass
class Clients:
    """File orders until told to stop; a filing that was not answered is sent again with the same key."""

    port: int
    token: str
    filed: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, client: int) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            body = {"text": f"第 {client}-{number} 盏路灯坏了，请维修。", "phone": f"1390000{client:02d}{number:02d}"}
            while not self.sent(json.dumps(body), f"kills-{client}-{number}"):
                time.sleep(0.1)

    def file_more(self) -> None:
        """Wait until some more were acknowledged."""
        known = len(self.filed)
        wait_for(lambda: len(self.filed) > known + 5, 60)

    def sent(self, body: str, key: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/contacts/orders", body.encode(), {**headers, "Idempotency-Key": key})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 503:
            return False
        assert answer.status == 201, content
        self.filed.append(json.loads(content)["id"])
        return True


@pytest.mark.timeout(300)
def test_what_was_acknowledged_is_there_once(place: Installation) -> None:
    clients = Clients(free_port(), place.python(AGENT).split()[-1])
    serve = [*RUN, "serve", "--port", str(clients.port)]
    process = place.start(*serve)
    crowd = [threading.Thread(target=clients.run, args=(n,)) for n in range(CLIENTS)]
    for thread in crowd:
        thread.start()

    clients.file_more()
    process.send_signal(signal.SIGKILL)
    process.wait(5)
    place.start(*serve)
    clients.file_more()
    clients.ended.set()
    for thread in crowd:
        thread.join(60)
    left = wait_for(lambda: (found := json.loads(place.python(LEFT).splitlines()[-1]))["waiting"] == 0 and found, 60)

    assert set(clients.filed) <= set(left["orders"]), "an acknowledged order is lost"
    assert len(left["orders"]) == len(set(clients.filed)) == left["texts"] == left["contacts"]
    assert left["events"]
    assert left["audit"]
    assert "✗" not in place.huying("check", "audit")
