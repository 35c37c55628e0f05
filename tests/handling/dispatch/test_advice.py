"""Beside the candidates: the clause, precedents with their day, like settled orders, the same matter among open ones."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.events.sequencer import sequence_pending
from huying.handling.dispatch import same_matter
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from tests import factories

pytestmark = pytest.mark.django_db

NOISE = "东风社区滨江路12号工地夜里十二点还在施工，混凝土搅拌车噪声很大，无法休息。"
AGAIN = "滨江路12号的工地又是半夜施工，混凝土搅拌车噪声大得睡不着。"
PIPES = "家里暖气不热，室温只有十二度，交了取暖费没人管。"


@pytest.fixture
def now_and_then(monkeypatch) -> None:
    monkeypatch.setattr(same_matter, "CHECK_EVERY_S", 0.0)


def filed(county, text: str, **fields):
    order = factories.order(county.people["agent"], text=text, category=county.categories.noise, **fields)
    understand(text=text, category=county.categories.noise).row(order).save()
    return order


def test_a_dispatcher_sees_clause_precedent_settled_and_open_orders(county, client_for):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    disputed = filed(county, NOISE)
    orders.unclear(actor=county.people["dispatcher"], order=disputed, reason="职责交叉")
    orders.designate(
        actor=county.people["panelist"], order=disputed, unit=county.units.police, basis="会商纪要〔2025〕3 号"
    )
    for text, unit in ((AGAIN, county.units.street), (NOISE, county.units.housing), (PIPES, county.units.heating)):
        past = filed(county, text, state="closed", filed_at=clock.now() - timedelta(days=40))
        factories.assignment(past, unit, state="submitted")
    order = filed(county, AGAIN + "希望尽快处理。")

    seen = client_for(county.people["dispatcher"]).get(f"/dispatch/orders/{order.public_id}/advice").json()

    today = clock.today().isoformat()
    assert [(one["clause"], one["unit"]["name"]) for one in seen["clauses"]] == [("3.2", "住房和城乡建设局")]
    assert seen["precedents"][0]["words"] == f"{today} 会商：由公安局主办"
    assert seen["precedents"][0]["basis"] == "会商纪要〔2025〕3 号"
    assert [one["final_unit"] for one in seen["settled"]][:2] == ["东风街道", "住房和城乡建设局"]
    assert all(not one["open"] for one in seen["settled"])
    assert seen["similar"]["ready"] is True
    assert seen["similar"]["orders"][0]["id"] == disputed.public_id
    assert seen["analysis"]["units"][0]["load"] == {"open": 0, "overdue": 0, "staff": 0}


def test_an_agent_is_shown_the_same_matter_while_writing_and_no_longer_once_it_ended(county, client_for, now_and_then):
    agent = client_for(county.people["agent"])
    order = filed(county, NOISE)
    other = filed(county, PIPES)

    first = agent.post("/dispatch/analyse", {"text": AGAIN}).json()["similar"]["orders"]
    orders.withdraw(actor=county.people["agent"], order=order, reason="市民撤回")
    sequence_pending()
    later = agent.post("/dispatch/analyse", {"text": AGAIN}).json()["similar"]["orders"]

    assert first[0]["id"] == order.public_id
    assert first[0]["why"]
    assert order.public_id not in [one["id"] for one in later]
    assert other.public_id not in [one["id"] for one in later if one["same"]]


def test_an_order_filed_meanwhile_comes_into_the_index_by_its_event(county, client_for, now_and_then):
    agent = client_for(county.people["agent"])
    assert agent.post("/dispatch/analyse", {"text": AGAIN}).json()["similar"]["orders"] == []

    made = agent.post("/contacts/orders", {"text": NOISE, "channel": "phone", "phone": "13800001234"})
    sequence_pending()

    seen = agent.post("/dispatch/analyse", {"text": AGAIN}).json()["similar"]["orders"]
    assert [one["order_no"] for one in seen] == [made.json()["order_no"]]


def test_a_cited_order_is_linked_at_once_even_where_it_ended(county, client_for):
    ended = filed(county, PIPES, state="closed", order_no="202506160001")

    seen = client_for(county.people["agent"]).post(
        "/dispatch/analyse", {"text": "202506160001号工单的答复我不认可，噪声还是很大，要求重新处理。"}
    )

    assert [(one["id"], one["open"]) for one in seen.json()["cited"]] == [(ended.public_id, False)]


def test_many_open_orders_are_read_beside_and_the_answer_says_so(county, client_for, monkeypatch):
    monkeypatch.setattr(same_matter, "AT_ONCE", 1)
    monkeypatch.setattr(same_matter.OpenOrders, "_fill_beside", lambda self: None)
    filed(county, NOISE)
    filed(county, PIPES)

    seen = client_for(county.people["agent"]).post("/dispatch/analyse", {"text": AGAIN}).json()

    assert seen["similar"] == {"orders": [], "ready": False}
