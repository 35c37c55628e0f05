"""/metrics: who may read it, that it costs the same however much there is, and that the dashboard names what is there."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from huying.base.calendars import clock
from huying.base.events.models import Event, Obligation
from huying.base.events.sequencer import sequence_pending
from tests import factories
from tests.installation import Installation, installed, migrated

pytestmark = pytest.mark.django_db
DASHBOARD = Path(__file__).resolve().parents[2] / "deploy" / "grafana" / "huying.json"
_NAME = re.compile(r"\b(?:huying|django|process|python)_[a-z0-9_]+\b")


def read(**headers: str):
    return Client().get("/metrics", **headers)


def test_only_the_monitoring_reads_them(settings, monkeypatch):
    assert read(REMOTE_ADDR="127.0.0.1").status_code == 200
    assert read(REMOTE_ADDR="10.1.2.3").status_code == 403
    monkeypatch.setattr(settings.OPTIONS, "metrics_allowed", ["10.1.0.0/16"])
    assert read(REMOTE_ADDR="10.1.2.3").status_code == 200
    assert read(REMOTE_ADDR="127.0.0.1").status_code == 403


def test_a_proxy_that_is_not_named_does_not_lend_its_address():
    assert read(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6").status_code == 403


def test_a_token_opens_them_from_anywhere_and_an_empty_one_never(settings, monkeypatch):
    assert read(REMOTE_ADDR="6.6.6.6", HTTP_AUTHORIZATION="Bearer ").status_code == 403
    monkeypatch.setattr(settings.OPTIONS, "metrics_token", "s3cret-for-prometheus")
    assert read(REMOTE_ADDR="6.6.6.6", HTTP_AUTHORIZATION="Bearer s3cret-for-prometheus").status_code == 200
    assert read(REMOTE_ADDR="6.6.6.6", HTTP_AUTHORIZATION="Bearer s3cret").status_code == 403


def test_a_scrape_asks_the_same_of_the_database_however_much_there_is(django_assert_max_num_queries):
    now = clock.now()
    Obligation.objects.bulk_create(
        Obligation(kind=f"kind{n % 7}", key=f"k{n}", due_at=now, created_at=now, given_up_at=now if n % 3 else None)
        for n in range(300)
    )
    with django_assert_max_num_queries(9):
        text = read().content.decode()
    assert 'huying_obligations_due{kind="kind0"}' in text
    assert 'huying_obligations_given_up{kind="kind1"}' in text


def test_what_happened_is_counted_when_it_is_placed():
    def count(labels: str) -> float:
        found = re.search(rf"^huying_events_total{{{labels}}} (\S+)$", read().content.decode(), re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    by_itself, by_person = 'automatic="yes",type="order.dispatch"', 'automatic="no",type="order.dispatch"'
    before = count(by_itself), count(by_person)
    for automatic in (True, True, False):
        Event.objects.create(type="order.dispatch", at=clock.now(), payload={"automatic": automatic})
    sequence_pending()
    assert (count(by_itself) - before[0], count(by_person) - before[1]) == (2, 1)


def test_a_dead_database_is_told_as_a_figure(monkeypatch):
    from django.db import OperationalError

    from huying.base.events import figures

    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(figures, "backlog", gone)
    assert "huying_database_up 0.0" in read().content.decode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):
    template = migrated(tmp_path_factory.mktemp("metrics") / "data")
    with installed(template, tmp_path_factory.mktemp("metrics-run") / "data") as made:
        yield made


def test_the_dashboard_and_the_alerts_name_only_what_is_exported(running: Installation, tmp_path):
    """Asked of an installation that has served a page, worked in the background and been backed up."""
    running.huying("backup", str(tmp_path / "b.tar"))
    exported = set(_NAME.findall(running.python(EXPORTED)))
    named = set()
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel.get("targets", []):
            named |= set(_NAME.findall(target["expr"]))
    named |= set(_NAME.findall((DASHBOARD.parent.parent / "prometheus" / "huying.rules.yml").read_text("utf-8")))
    assert len(named) > 15
    assert named - exported == set()


EXPORTED = """
from django.test import Client
from huying.base.events import obligations
from huying.base.events.obligations import OUTCOMES
from huying.base.events.sequencer import sequence_pending
client = Client(HTTP_HOST="localhost")
client.get("/api/v1/session"); client.get("/nothing"); client.get("/api/v1/orders")
OUTCOMES.labels("notice.send", "done").inc()
sequence_pending()
print(client.get("/metrics").content.decode())
"""


def test_people_are_not_in_them():
    factories.person("agent", username="zhang-somebody")
    assert "zhang-somebody" not in read().content.decode()
