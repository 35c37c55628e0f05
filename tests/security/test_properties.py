"""API3 Broken object property level authorisation: nobody writes what is not theirs to write, nobody reads what is
masked for them."""

import json

import pytest

from huying.base.org.models import Person
from huying.base.parties.selectors import reveal
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.actions import Filing, file_order
from tests import factories
from tests.security.surface import Stage

PHONE, NAME = "13912348765", "欧阳小明"
POWERS = {
    "is_superuser": True, "is_staff": True, "is_system": True, "is_active": True, "version": 99,
    "public_id": "x" * 20, "id": 1, "password": "Known-pass-123", "must_change_password": False,
}  # fmt: skip


def test_a_new_account_gets_no_power_that_its_maker_may_not_give(stage: Stage, client_for):
    maker = client_for(stage.town.people["system_admin"])
    made = maker.post("/org/people", {"username": "newly", "name": "新人", **POWERS})
    person = Person.objects.get(username="newly")
    assert made.status_code == 201
    assert (person.is_superuser, person.is_staff, person.is_system, person.must_change_password) == (False,) * 3 + (
        True,
    )
    assert not person.check_password("Known-pass-123")
    roles = maker.post("/org/people", {"username": "other", "name": "又一人", "roles": ["security_admin"]})
    assert roles.status_code == 403
    assert not Person.objects.filter(username="other").exists()


def test_an_account_cannot_be_lifted_by_an_edit(stage: Stage, client_for):
    person = stage.colleague
    body = {"telephone": "110", "roles": ["security_admin"], **(POWERS | {"version": person.version})}
    client_for(stage.town.people["system_admin"]).patch(f"/org/people/{person.public_id}", body)
    person.refresh_from_db()
    assert (person.is_superuser, person.is_staff, person.roles) == (False, False, ["unit_clerk"])
    assert person.check_password(factories.PASSWORD)


def test_nobody_gives_roles_to_oneself_nor_the_three_offices_to_one(stage: Stage, client_for):
    security = stage.town.people["security_admin"]
    client = client_for(security)
    own = client.put(f"/org/people/{security.public_id}/roles", {"roles": ["security_admin", "agent"]})
    assert (own.status_code, own.json()["code"]) == (403, "own_roles")
    both = client.put(f"/org/people/{stage.colleague.public_id}/roles", {"roles": ["system_admin", "audit_admin"]})
    assert both.status_code == 422
    assert "三员分离" in both.json()["detail"]


def test_a_filed_order_takes_nothing_but_what_an_agent_may_say(stage: Stage, client_for):
    forged = {
        "text": "东风社区路灯不亮", "phone": "13800138000", "state": "closed", "order_no": "X1", "query_code": "AAAAAAAA",
        "promised_at": "2099-01-01T00:00:00Z", "filed_at": "2001-01-01T00:00:00Z", "satisfied": "satisfied",
        "supervision_level": 3, "lead_unit": stage.town.units.police.public_id, "automatic": True, "closing": "solved",
    }  # fmt: skip
    answer = client_for(stage.town.people["agent"]).post("/contacts/orders", forged)
    order = WorkOrder.objects.get(public_id=answer.json()["id"])
    assert order.state in ("to_review", "to_dispatch")
    assert order.order_no != "X1"
    assert order.query_code != "AAAAAAAA"
    assert order.filed_at.year > 2001
    assert (order.satisfied, order.supervision_level, order.lead_unit_id, order.automatic) == ("", 0, None, False)


@pytest.mark.parametrize("extra", [{"state": "closed"}, {"urgency": "emergency", "order": 1}, {"__class__": "x"}])
def test_a_move_takes_only_its_own_fields(stage: Stage, client_for, extra):
    before = WorkOrder.objects.get(pk=stage.order.pk)
    body = {"version": before.version, "values": {"words": "请快一点", **extra}}
    client_for(stage.town.people["agent"]).post(f"/orders/{stage.order.public_id}/actions/urge", body)
    after = WorkOrder.objects.get(pk=stage.order.pk)
    assert (after.state, after.urgency, after.filed_at) == (before.state, before.urgency, before.filed_at)


@pytest.fixture
def confidential(stage: Stage) -> WorkOrder:
    """A confidential order in the hands of 住建局, in whose text the citizen left the number."""
    text = f"请回电{PHONE}，东风社区工地夜里施工。"
    filing = Filing(text=text, phone=PHONE, name=NAME, confidential=True, caller_place="东风路1号3单元502室")
    order = file_order(actor=stage.town.people["team_leader"], filing=filing)
    if order.state == "to_review":
        orders.approve(actor=stage.town.people["reviewer"], order=order)
    orders.dispatch(actor=stage.town.people["dispatcher"], order=order, unit=stage.town.units.housing)
    return order


def everything_shown(client, order: WorkOrder) -> str:
    paths = [f"/orders/{order.public_id}", f"/orders/{order.public_id}/timeline", "/orders", "/assignments"]
    return "\n".join(json.dumps(client.get(path).json(), ensure_ascii=False) for path in paths)


@pytest.mark.parametrize(
    "role", ["agent", "dispatcher", "duty_leader", "unit_clerk", "unit_leader", "auditor", "leader", "integrator"]
)
def test_no_page_shows_a_number_in_the_clear(stage: Stage, client_for, confidential, role):
    shown = everything_shown(client_for(stage.town.people[role]), confidential)
    assert PHONE not in shown
    assert PHONE[3:] not in shown


def test_a_unit_learns_nothing_of_who_asked_in_confidence(stage: Stage, client_for, confidential):
    client = client_for(stage.town.people["unit_clerk"])
    page = client.get(f"/orders/{confidential.public_id}").json()
    assert page["citizen"] == {"name_masked": "保密", "phone_masked": "由热线中心转接"}
    assert NAME[0] not in page["citizen"]["name_masked"]
    assert page["query_code"] == ""
    assert page["caller_place_masked"] == ""
    for field in ("phone", "name"):
        body = {"field": field, "reason": "核对联系方式"}
        assert client.post(f"/orders/{confidential.public_id}/reveal", body).status_code == 403
    assert reveal(confidential.citizen, "phone") == f"+86{PHONE}"


def test_a_reader_who_keeps_no_accounts_sees_no_login_names(stage: Stage, client_for):
    page = client_for(stage.town.people["analyst"]).get(f"/org/people/{stage.colleague.public_id}").json()
    assert stage.colleague.username not in json.dumps(page, ensure_ascii=False)


def test_secrets_told_once_are_in_no_later_answer(stage: Stage, client_for):
    admin, security = client_for(stage.town.people["system_admin"]), client_for(stage.town.people["security_admin"])
    told = json.dumps([admin.get("/webhooks").json(), security.get("/org/tokens").json()])
    assert "whsec_" not in told
    assert "hy_" not in told
    assert stage.token.digest not in told
    assert stage.webhook.secret_sealed not in told
