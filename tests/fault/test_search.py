"""What was filed is found within two seconds, and the index mends itself when its process or its folder is lost."""

import json
import shutil
import signal
import statistics
import time
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.installation import RUN, Installation, fetch, free_port, wait_for

AGENT = """
from huying.base.org import actions
from huying.base.org.selectors import system_person
from tests import factories
person = factories.person("agent", unit=factories.unit_tree().centre)
print(actions.issue_token(actor=system_person(), person=person, name="search", scopes=["read", "write"]))
"""
FRESH_S = 2.0


@dataclass
class Agent:
    """Files orders over HTTP and looks them up by their words."""

    url: str
    token: str

    def ask(self, path: str, body: dict[str, Any] | None = None, key: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=20) as reply:
            return json.load(reply)

    def file(self, place: str) -> str:
        body = {
            "text": f"{place}门口的路灯坏了三天，晚上看不清路。",
            "channel": "phone",
            "submit": True,
            "anonymous": True,
        }
        return self.ask("/api/v1/contacts/orders", body, key=uuid.uuid4().hex)["id"]

    def finds(self, place: str) -> list[str]:
        return [item["id"] for item in self.ask(f"/api/v1/orders?words={quote(place)}")["items"]]


@pytest.fixture
def agent(installation: Installation) -> Agent:
    token, port = installation.python(AGENT).split()[-1], free_port()
    installation.start(*RUN, "serve", "--no-worker", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: fetch(f"{url}/readyz"), 60)
    return Agent(url, token)


def test_a_filed_order_is_found_and_a_lost_index_comes_back(installation: Installation, agent: Agent) -> None:
    worker = installation.start(*RUN, "worker")
    first = agent.file("银杏广场")
    wait_for(lambda: agent.finds("银杏广场") == [first], 60)

    waits = []
    for place in ("白鹭公园", "听涛码头", "青石牌坊"):
        filed, began = agent.file(place), time.monotonic()
        wait_for(lambda place=place, filed=filed: agent.finds(place) == [filed])
        waits.append(time.monotonic() - began)
    assert statistics.median(waits) < FRESH_S, waits

    worker.send_signal(signal.SIGKILL)
    worker.wait(5)
    while_down = agent.file("临江书院")
    assert agent.finds("银杏广场") == [first]
    assert agent.finds("临江书院") == []

    shutil.rmtree(installation.data / "search")
    assert agent.finds("银杏广场") == []
    installation.start(*RUN, "worker")
    wait_for(lambda: agent.finds("临江书院") == [while_down], 60)
    assert agent.finds("银杏广场") == [first]
