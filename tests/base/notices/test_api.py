"""Notices are read by the centre; templates are kept by the system administrator."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.notices import actions
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_centre_reads_an_orders_notices_and_the_look_is_written_down(client_for):
    agent = factories.person("agent")
    citizen = factories.citizen()
    order = factories.order(agent, citizen=citizen)
    due = actions.prepare(citizen=citizen, subject=order, code="closed", fields={"order_no": "1", "title": "路灯"})
    actions.send(key=due.key, payload=due.payload)
    answer = client_for(agent).get(f"/notices?subject_type=orders.workorder&subject={order.public_id}")
    assert answer.status_code == 200
    (item,) = answer.json()["items"]
    assert (item["label"], item["adapter"], item["error"]) == ("办结告知", "log", "")
    assert AuditEntry.objects.filter(verb="notice.list", subject_id=order.pk).count() == 1
    clerk = client_for(factories.person("unit_clerk"))
    assert clerk.get(f"/notices?subject_type=orders.workorder&subject={order.public_id}").status_code == 403


@pytest.mark.parametrize("kind", ["orders.workorder", "nonsense", "org.nothing", "events.event"])
def test_an_unknown_subject_is_not_found(client_for, kind: str):
    assert client_for(factories.person("agent")).get(f"/notices?subject_type={kind}&subject=x").status_code == 404


def test_the_administrator_keeps_the_templates(client_for):
    admin = client_for(factories.person("system_admin"))
    body = {"code": "closed", "body": "【12345】{order_no}已办结。", "effective_from": "2025-07-01"}
    made = admin.post("/notices/templates", body)
    assert made.status_code == 201
    key = made.json()["id"]
    assert admin.patch(f"/notices/templates/{key}", {"version": 1, "body": "{order_no}办结。"}).json()["version"] == 2
    assert admin.patch(f"/notices/templates/{key}", {"version": 1, "body": "旧"}).status_code == 409
    ended = admin.post(f"/notices/templates/{key}/end", {"version": 2, "effective_until": "2025-12-31"})
    assert ended.json()["effective_until"] == "2025-12-31"
    shown = admin.get("/notices/templates").json()
    assert len(shown["items"]) == 1
    assert {field["name"] for field in shown["fields"]} >= {"order_no", "promised"}
    assert admin.post("/notices/templates/preview", {"body": "{title}"}).json() == {
        "text": "示例路路灯不亮",
        "segments": 1,
    }


def test_a_bad_template_is_told_and_others_may_not_write(client_for):
    admin, agent = client_for(factories.person("system_admin")), client_for(factories.person("agent"))
    bad = {"code": "closed", "body": "{phone}", "effective_from": "2025-07-01"}
    assert admin.post("/notices/templates", bad).json()["code"] == "bad_template"
    assert agent.post("/notices/templates", {**bad, "body": "好"}).status_code == 403
