"""The audit administrator reads the log; the reading is in the log."""

import csv
import io

import pytest
from django.db import transaction

from huying.base.audit.models import AuditEntry
from huying.base.events.recorder import record
from huying.base.events.sequencer import sequence_pending
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client_for):
    return client_for(factories.person("audit_admin"))


def act(person, verb="unit.update", subject=None, **changes):
    with transaction.atomic():
        record(actor=person, verb=verb, subject=subject, changes=changes)


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "duty_leader", "agent"])
def test_nobody_else_reads_the_log(client_for, role):
    client = client_for(factories.person(role))
    for path in ("/audit", "/audit/export.csv", "/audit/chain"):
        assert client.get(path).status_code == 403


def test_the_log_is_found_by_actor_verb_and_subject(auditor):
    one, other = factories.person("agent"), factories.person("agent")
    unit = factories.unit("住建局")
    act(one, subject=unit, name=["a", "b"])
    act(other, verb="unit.rename", subject=unit)
    act(other, verb="order.sign")

    def verbs(**query):
        return [row["verb"] for row in auditor.get("/audit", query).json()["items"]]

    assert verbs(actor=one.public_id) == ["unit.update"]
    assert verbs(verb="unit.") == ["unit.rename", "unit.update"]
    assert verbs(subject_type="org.unit", subject=unit.public_id, actor=other.public_id) == ["unit.rename"]
    assert verbs(actor=other.public_id, succeeded=False) == []
    assert verbs(verb="order.sign", since="2000-01-01T00:00:00Z", until="2001-01-01T00:00:00Z") == []
    entry = auditor.get("/audit", {"actor": one.public_id}).json()["items"][0]
    assert entry["actor"] == {"id": one.public_id, "name": one.name}
    assert entry["changes"] == {"name": ["a", "b"]}


def test_pages_follow_each_other_without_gap(auditor):
    person = factories.person("agent")
    for number in range(7):
        act(person, n=number)
    seen, cursor = [], ""
    for _ in range(3):
        page = auditor.get("/audit", {"verb": "unit.update", "limit": 3, "cursor": cursor}).json()
        seen += [row["changes"]["n"] for row in page["items"]]
        cursor = page["next"]
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert cursor is None
    assert page["count"] == 7


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"subject": "5"}, {"since": "soon"}, {"limit": 0}])
def test_a_query_that_makes_no_sense_is_told(auditor, query):
    answer = auditor.get("/audit", query)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_reading_and_exporting_are_audited(auditor):
    act(factories.person("agent"), note="=1+1")
    sequence_pending()
    auditor.get("/audit", {"verb": "unit.update"})
    answer = auditor.get("/audit/export.csv", {"verb": "unit.update"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert len(rows[1][-1]) == 64
    noted = AuditEntry.objects.filter(verb__in=["audit.view", "audit.export"]).order_by("id")
    assert [(row.verb, row.changes["rows"]) for row in noted] == [("audit.view", 1), ("audit.export", 1)]


def test_the_chain_is_checked_over_http(auditor):
    act(factories.person("agent"))
    sequence_pending()
    assert auditor.get("/audit/chain").json()["sound"]
    AuditEntry.objects.filter(position=1).update(reason="x")
    report = auditor.get("/audit/chain").json()
    assert (report["sound"], report["broken_at"]) == (False, 1)


def test_a_page_costs_the_same_however_many_rows(auditor, django_assert_max_num_queries):
    person = factories.person("agent")
    for number in range(60):
        act(person, n=number)
    auditor.get("/audit", {"limit": 1})
    with django_assert_max_num_queries(8):
        auditor.get("/audit", {"limit": 50})
