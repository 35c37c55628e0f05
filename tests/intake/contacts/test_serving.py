"""A caller asks about an open order: no new order is opened, the contact is kept, the unit hears of it."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts import actions
from huying.intake.contacts.models import Contact
from tests import factories

pytestmark = pytest.mark.django_db
PHONE = "13800001111"


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


@pytest.fixture
def order(people):
    filing = actions.Filing(text="工地夜间施工太吵", phone=PHONE, name="张三")
    made = actions.file_order(actor=people["agent"], filing=filing)
    return orders.dispatch(actor=people["dispatcher"], order=made, unit=people["unit_clerk"].unit)


@pytest.mark.parametrize(
    ("matter", "result", "step"),
    [("urge", "urged", "urge"), ("add_words", "supplemented", "add_words"), ("withdraw", "withdrawn", "withdraw")],
)
def test_a_caller_is_served_without_a_new_order(client_for, people, order, matter, result, step):
    body = {"matter": matter, "text": "昨晚又到两点，请快一点", "phone": PHONE}
    reply = client_for(people["agent"]).post(f"/contacts/orders/{order.public_id}/serve", body)
    assert reply.status_code == 201
    contact = Contact.objects.order_by("-id")[0]
    assert (contact.result, contact.order_id, contact.agent) == (result, order.pk, people["agent"])
    assert order.steps.filter(action=step, by=people["agent"]).count() == 1
    assert WorkOrder.objects.count() == 1


def test_progress_is_told_and_kept_as_what_was_told(client_for, people, order):
    agent = client_for(people["agent"])
    shown = agent.get(f"/contacts/orders/{order.public_id}/progress").json()
    assert (shown["state_label"], shown["unit"]) == ("承办中", people["unit_clerk"].unit.name)
    agent.post(f"/contacts/orders/{order.public_id}/serve", {"matter": "ask", "phone": PHONE})
    contact = Contact.objects.order_by("-id")[0]
    assert contact.result == "asked"
    assert contact.answer == f"承办中，由{people['unit_clerk'].unit.name}办理。"
    assert order.steps.filter(action__in=("urge", "add_words")).count() == 0


def test_sent_twice_with_its_key_it_is_done_once(client_for, people, order):
    body = {"matter": "urge", "text": "请快一点", "phone": PHONE}
    for _ in range(2):
        sent = client_for(people["agent"]).post(
            f"/contacts/orders/{order.public_id}/serve", body, HTTP_IDEMPOTENCY_KEY="call-1"
        )
        assert sent.status_code == 201
    order.refresh_from_db()
    assert order.urge_count == 1


@pytest.mark.parametrize(("body", "status"), [({"matter": "urge"}, 422), ({"matter": "dance", "text": "x"}, 422)])
def test_what_can_not_be_served_keeps_nothing(client_for, people, order, body, status):
    before = Contact.objects.count()
    reply = client_for(people["agent"]).post(f"/contacts/orders/{order.public_id}/serve", body)
    assert reply.status_code == status
    assert Contact.objects.count() == before


def test_an_order_that_changed_meanwhile_is_not_withdrawn_blindly(client_for, people, order):
    body = {"matter": "withdraw", "text": "不用了", "phone": PHONE, "version": 1}
    reply = client_for(people["agent"]).post(f"/contacts/orders/{order.public_id}/serve", body)
    assert reply.status_code == 409
    assert Contact.objects.filter(result="withdrawn").count() == 0


def test_an_ended_order_asks_for_a_new_one(client_for, people, order):
    orders.withdraw(actor=people["agent"], order=order, reason="不用了")
    body = {"matter": "urge", "text": "怎么还没好", "phone": PHONE}
    reply = client_for(people["agent"]).post(f"/contacts/orders/{order.public_id}/serve", body)
    assert (reply.status_code, reply.json()["code"]) == (409, "ended")


def test_the_caller_of_a_merged_order_is_heard_where_it_is_handled(client_for, people, order):
    other = actions.Filing(text="工地夜里施工", phone="13800002222", master=order)
    child = actions.file_order(actor=people["agent"], filing=other)
    assert (child.state, child.master_id) == ("merged", order.pk)
    body = {"matter": "urge", "text": "我也一样", "phone": "13800002222"}
    client_for(people["agent"]).post(f"/contacts/orders/{child.public_id}/serve", body)
    order.refresh_from_db()
    assert order.urge_count == 1
    assert order.steps.filter(action="urge").count() == 1


def test_an_order_filed_as_the_same_matter_is_merged_at_once(client_for, people, order):
    body = {"text": "翡翠园楼下工地夜里施工", "phone": "13800003333", "master": order.public_id}
    made = client_for(people["agent"]).post("/contacts/orders", body).json()
    assert made["state"] == "merged"
    assert Contact.objects.filter(result="order").count() == 2


def test_an_order_can_not_be_filed_into_one_that_ended(client_for, people, order):
    orders.withdraw(actor=people["agent"], order=order, reason="不用了")
    body = {"text": "工地夜里施工", "phone": "13800003333", "master": order.public_id}
    reply = client_for(people["agent"]).post("/contacts/orders", body)
    assert reply.status_code == 422
    assert WorkOrder.objects.count() == 1


def test_who_calls_is_shown_masked_with_what_is_open_and_what_was_said(client_for, people, order):
    for _ in range(2):
        actions.close_contact(
            actor=people["agent"], filing=actions.Filing(text="问社保", phone=PHONE), result="comforted"
        )
    reply = client_for(people["agent"]).post("/contacts/caller", {"phone": "138 0000 1111"})
    caller = reply.json()["caller"]
    assert "13800001111" not in reply.content.decode()
    assert (caller["phone_masked"], caller["name_masked"]) == ("138****1111", "张**")
    assert [each["order_no"] for each in caller["open_orders"]] == [order.order_no]
    assert caller["open_orders"][0]["allowed"] == ["ask", "urge", "add_words", "withdraw"]
    assert [each["result"] for each in caller["history"]] == ["comforted", "comforted", "order"]
    assert (caller["contacts_in_month"], caller["often"]) == (3, True)
    assert AuditEntry.objects.filter(verb="caller.seen", actor_id=people["agent"].pk).count() == 1


def test_the_callers_name_is_opened_for_a_reason_and_written_down(client_for, people, order):
    agent = client_for(people["agent"])
    path = f"/contacts/caller/{order.citizen.public_id}/reveal"
    assert agent.post(path, {"field": "name", "reason": "核对来电人"}).json() == {"value": "张三"}
    seen = AuditEntry.objects.get(verb="citizen.reveal")
    assert (seen.actor_id, seen.reason, seen.changes["field"]) == (people["agent"].pk, "核对来电人", "name")


def test_a_new_number_and_a_wrong_one(client_for, people):
    agent = client_for(people["agent"])
    assert agent.post("/contacts/caller", {"phone": "13800009999"}).json() == {"caller": None}
    assert agent.post("/contacts/caller", {"phone": "abc"}).status_code == 422


def test_a_caller_with_many_orders_costs_no_more_statements(client_for, people, django_assert_max_num_queries):
    agent = client_for(people["agent"])
    for number in range(6):
        filing = actions.Filing(text=f"第{number}个路灯不亮", phone=PHONE)
        made = actions.file_order(actor=people["agent"], filing=filing)
        if number % 2:
            orders.dispatch(actor=people["dispatcher"], order=made, unit=people["unit_clerk"].unit)
    agent.post("/contacts/caller", {"phone": PHONE})
    with django_assert_max_num_queries(9):  # session and person, five of the caller, one audit row
        agent.post("/contacts/caller", {"phone": PHONE})


def test_of_a_merged_order_the_caller_is_shown_and_not_the_masters_citizen(client_for, people, order):
    other = actions.Filing(text="工地夜里施工", phone="13900002222", name="李四", master=order)
    actions.file_order(actor=people["agent"], filing=other)
    caller = client_for(people["agent"]).post("/contacts/caller", {"phone": "13900002222"}).json()["caller"]
    assert caller["open_orders"][0]["citizen"] == {"name_masked": "李**", "phone_masked": "139****2222"}
