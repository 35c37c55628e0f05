"""The same over HTTP: keys, limits, refusals, public pages."""

import pytest

from huying.base.parties.texts import restore
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts import actions
from huying.intake.contacts.models import Contact
from tests import factories
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db
BODY = {"text": "东风路路灯不亮三天了", "phone": "13800001111", "channel": "phone"}


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


def test_a_key_files_once(client_for, people):
    agent = client_for(people["agent"])
    first = agent.post("/contacts/orders", BODY, HTTP_IDEMPOTENCY_KEY="k1")
    again = agent.post("/contacts/orders", BODY, HTTP_IDEMPOTENCY_KEY="k1")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert WorkOrder.objects.count() == 1


def test_a_key_for_other_words_is_refused(client_for, people):
    agent = client_for(people["agent"])
    agent.post("/contacts/orders", BODY, HTTP_IDEMPOTENCY_KEY="k1")
    reply = agent.post("/contacts/orders", {**BODY, "text": "别的事"}, HTTP_IDEMPOTENCY_KEY="k1")
    assert reply.status_code == 422
    assert reply.json()["code"] == "idempotency_key_reused"


def test_filing_takes_at_most_sixteen_statements(client_for, people, django_assert_max_num_queries):
    agent = client_for(people["agent"])
    agent.post("/contacts/orders", BODY)
    with django_assert_max_num_queries(20):  # 16, and the savepoints and session of a logged-in page
        agent.post("/contacts/orders", {**BODY, "phone": "13800002222"}, HTTP_IDEMPOTENCY_KEY="k2")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "长" * 20_001}, 422),
        ({"channel": "pigeon"}, 422),
        ({"category": 999_999}, 422),
        ({"incident_division": "999999999999"}, 422),
        ({"phone": "abc"}, 422),
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(client_for, people, change, status):
    reply = client_for(people["agent"]).post("/contacts/orders", {**BODY, **change})
    assert reply.status_code == status
    assert reply["Content-Type"].startswith("application/problem+json")
    assert not WorkOrder.objects.exists()


def test_contacts_without_order_and_their_list(client_for, people):
    agent = client_for(people["agent"])
    made = agent.post("/contacts", {**BODY, "result": "answered", "answer": "请拨打供电服务热线报修。"})
    assert made.status_code == 201
    page = agent.get("/contacts").json()
    assert [c["result"] for c in page["items"]] == ["answered"]
    assert "13800001111" not in str(page)


def test_a_number_in_the_answer_is_kept_sealed(client_for, people):
    said = "请联系窗口，电话13900002222。"
    client_for(people["agent"]).post("/contacts", {**BODY, "result": "answered", "answer": said})
    contact = Contact.objects.get()
    assert "13900002222" not in contact.answer + contact.answer_identifiers_sealed
    assert restore(contact.answer, contact.answer_identifiers_sealed) == said


def test_a_contact_is_declined_by_a_rule_and_told_the_legal_way(client_for, people):
    agent = client_for(people["agent"])
    made = agent.post("/contacts", {**BODY, "result": "declined", "rule": "petition", "answer": "已当面说明。"})
    assert made.status_code == 201
    assert Contact.objects.get().answer == "已进入信访渠道。该事项已由信访部门受理，请向信访部门查询。已当面说明。"


@pytest.mark.parametrize("rule", ["", "whim"])
def test_nobody_is_declined_without_a_rule_in_force(client_for, people, rule):
    reply = client_for(people["agent"]).post(
        "/contacts", {**BODY, "result": "declined", "rule": rule, "answer": "不办"}
    )
    assert reply.status_code == 422
    assert reply.json()["errors"] == [{"field": "rule", "message": "不在可选范围"}]
    assert not Contact.objects.exists()


def test_a_firm_sees_only_its_own_agents_contacts(client_for, people):
    firm = factories.unit("另一外包公司", kind="firm")
    own = factories.person("agent", unit=people["agent"].unit, firm=firm)
    admin = factories.person("firm_admin", firm=firm)
    for agent in (own, people["agent"]):
        actions.close_contact(actor=agent, filing=actions.Filing(text="咨询"), result="comforted")
    assert len(client_for(admin).get("/contacts").json()["items"]) == 1


def test_a_shift_is_handed_over_and_signed_by_another(client_for, people):
    urgent = actions.file_order(
        actor=people["agent"], filing=actions.Filing(text="煤气味很大", phone="13800001111", urgency="urgent")
    )
    made = client_for(people["agent"]).post("/contacts/handovers", {"note": "盯住燃气这件"}).json()
    assert [item["order_no"] for item in made["items"]] == [urgent.order_no]
    own = client_for(people["agent"]).post(f"/contacts/handovers/{made['id']}/sign")
    other = client_for(people["team_leader"]).post(f"/contacts/handovers/{made['id']}/sign")
    assert (own.status_code, other.status_code) == (409, 200)


def test_number_and_query_code_open_one_order_and_nothing_else(people):
    client = ApiClient()
    order = actions.file_order(actor=people["agent"], filing=actions.Filing(text="路灯不亮", phone="13800001111"))
    good = {"order_no": order.order_no, "query_code": order.query_code.lower()}
    assert client.post("/public/query", good).json()["state_label"] == "待派单"
    wrong = client.post("/public/query", {**good, "query_code": "AAAAAA"})
    unknown = client.post("/public/query", {**good, "order_no": "209901010001"})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json()["detail"] == unknown.json()["detail"]
    added = client.post("/public/supplement", {**good, "words": "在三单元门口"})
    assert added.status_code == 200
    assert order.steps.filter(action="add_words").exists()


def test_a_citizen_who_sends_the_form_twice_files_once():
    body = {"text": "东风路路灯不亮三天了", "phone": "13800001111"}
    first, again = (ApiClient().post("/public/orders", body, HTTP_IDEMPOTENCY_KEY="form-1") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["order_no"] == again.json()["order_no"]
    assert WorkOrder.objects.count() == 1


def test_a_citizen_whose_order_was_merged_is_told_and_heard_where_it_is_handled(people):
    def file(phone: str) -> WorkOrder:
        return actions.file_order(actor=people["agent"], filing=actions.Filing(text="工地夜间施工太吵", phone=phone))

    master, child = file("13800001111"), file("13800002222")
    orders.merge(actor=people["dispatcher"], order=child, master=master)
    orders.dispatch(actor=people["dispatcher"], order=master, unit=people["unit_clerk"].unit)
    pair = {"order_no": child.order_no, "query_code": child.query_code}
    shown = ApiClient().post("/public/query", pair).json()
    assert (shown["state_label"], shown["unit"]) == ("与同类诉求一并办理中", people["unit_clerk"].unit.name)
    assert ApiClient().post("/public/supplement", {**pair, "words": "昨晚又到两点"}).status_code == 200
    assert master.steps.filter(action="add_words").exists()
