"""Transfers with words and record, enterprises that settle or do not, lead and assists with reasons."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid, NotAllowed
from huying.base.events import obligations
from huying.base.events.models import Event
from huying.base.org.selectors import system_person
from huying.handling.dispatch.understanding import understand
from huying.handling.linkage import actions, network, teaming
from huying.handling.linkage.models import Contract, Handover, Mediation
from huying.handling.orders import actions as orders
from tests.handling.dispatch.conftest import County, county  # noqa: F401
from tests.handling.orders.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HEATING = "家里暖气不热，室温只有十二度，交了取暖费没人管。"


@pytest.fixture
def town(county: County) -> Town:  # noqa: F811
    return Town(county.units, county.people, {}, {}, system_person())


def contract(town: Town, county: County, kind: str = "mediation", **values) -> Contract:  # noqa: F811
    given = {"enterprise": town.units.heating, "regulator": town.units.housing, "category": county.categories.heating}
    return actions.create_contract(
        actor=town.people["duty_leader"], kind=kind, telephone="96009", **{**given, **values}
    )


# ---- 转接


def test_a_transfer_keeps_what_was_said_and_a_refused_one_comes_back_urgent(town, client_for):
    order = town.file(submit=False, text="楼下有人持刀打架，已经有人受伤。")
    agent = client_for(town.people["agent"])
    events, audits = Event.objects.count(), AuditEntry.objects.count()

    made = agent.post(
        f"/linkage/orders/{order.public_id}/handover", {"version": order.version, "target": "110", "note": "已告知地点"}
    )
    assert made.status_code == 201, made.content
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events + 1, audits + 1)
    waiting = agent.get("/linkage/handovers?waiting=true").json()["items"]
    order.refresh_from_db()
    refused = agent.post(
        f"/orders/{order.public_id}/actions/transfer_refused", {"version": order.version, "values": {"reason": "占线"}}
    )
    kept = agent.get(f"/linkage/orders/{order.public_id}/handovers").json()["items"]

    assert "转接 110" in made.json()["told"]
    assert [one["order"] for one in waiting] == [order.public_id]
    assert refused.status_code == 200, refused.content
    assert (refused.json()["state"], refused.json()["urgency"]) == ("to_dispatch", "urgent")
    assert [(one["outcome"], one["note"]) for one in kept] == [("refused", "已告知地点")]
    assert Event.objects.get(type="order.transfer_refused").payload["tell"] == ["duty_leader"]


def test_silence_comes_back_urgent_too_and_reads_as_silence(town, client_for, frozen_now):
    order = town.file(submit=False, text="路口有人晕倒了。")
    orders.perform_order(actor=town.people["agent"], order=order, action="transfer", values={"target": "120"})

    frozen_now.advance(timedelta(hours=1))
    obligations.run_due(kinds=["order.transfer_silent"])

    order.refresh_from_db()
    seen = client_for(town.people["duty_leader"]).get(f"/linkage/orders/{order.public_id}/handovers").json()
    assert (order.state, order.urgency) == ("to_dispatch", "urgent")
    assert seen["items"][0]["outcome"] == "silent"
    assert "急救" in Handover.objects.get().told


def test_a_taken_transfer_is_recorded_by_the_orders_own_button(town):
    order = town.file(submit=False)
    agent = town.people["agent"]
    orders.perform_order(actor=agent, order=order, action="transfer", values={"target": "122"})
    orders.perform_order(actor=agent, order=order, action="transfer_accepted", values={})

    row = Handover.objects.get()
    assert (row.outcome, row.outcome_by, order.state) == ("taken", agent, "transferred")


def test_a_hot_transfer_names_its_contract(town, county, client_for):  # noqa: F811
    hot = contract(town, county, kind="hot")
    order = town.file(submit=False, text=HEATING, category=county.categories.heating)
    agent = client_for(town.people["agent"])

    fitting = agent.get(f"/linkage/contracts?order={order.public_id}").json()["items"]
    made = agent.post(
        f"/linkage/orders/{order.public_id}/handover",
        {"version": order.version, "target": "enterprise", "contract": hot.public_id},
    )

    assert [(one["telephone"], one["regulator"]["name"]) for one in fitting] == [("96009", "住房和城乡建设局")]
    assert made.json()["enterprise"]["name"] == "供热公司"


# ---- 直派企业和解


def test_what_the_enterprise_does_not_settle_falls_back_with_the_same_promised_date(town, county, frozen_now):  # noqa: F811
    agreed = contract(town, county, working_days=2)
    order = town.file(text=HEATING, category=county.categories.heating)
    promised = order.promised_at

    row = actions.send_to_mediation(actor=town.people["dispatcher"], order=order, contract=agreed)
    assert (order.state, order.lead_unit) == ("in_hand", town.units.heating)
    assert "由住房和城乡建设局继续办理" in order.opinion
    assert row.due_at < promised
    frozen_now.advance(timedelta(days=4))
    obligations.run_due(kinds=[actions.MEDIATION_DUE])

    order.refresh_from_db()
    row.refresh_from_db()
    assert (row.outcome, order.lead_unit, order.promised_at) == ("back", town.units.housing, promised)


def test_what_the_enterprise_has_answered_is_settled(town, county, frozen_now):  # noqa: F811
    order = town.file(text=HEATING, category=county.categories.heating)
    row = actions.send_to_mediation(
        actor=town.people["dispatcher"], order=order, contract=contract(town, county, working_days=2)
    )
    lead = town.lead(order)
    lead.state = "submitted"
    lead.save()

    frozen_now.advance(timedelta(days=4))
    obligations.run_due(kinds=[actions.MEDIATION_DUE])

    row.refresh_from_db()
    assert (row.outcome, row.order.lead_unit) == ("settled", town.units.heating)


def test_a_dispatcher_may_end_a_reconciliation_early_once(town, county, client_for):  # noqa: F811
    order = town.file(text=HEATING, category=county.categories.heating)
    agreed = contract(town, county)
    desk = client_for(town.people["dispatcher"])
    sent = desk.post(
        f"/linkage/orders/{order.public_id}/mediation", {"version": order.version, "contract": agreed.public_id}
    )
    assert sent.status_code == 201, sent.content

    back = desk.post(f"/linkage/mediations/{sent.json()['id']}/back", {"reason": "企业拒绝和解"})
    again = desk.post(f"/linkage/mediations/{sent.json()['id']}/back", {"reason": "再转一次"})

    assert (back.json()["outcome"], again.status_code) == ("back", 409)
    assert desk.get("/linkage/mediations").json()["items"] == []
    assert Mediation.objects.get().order.lead_unit == town.units.housing


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"enterprise": "housing"}, "enterprise"),
        ({"regulator": "heating"}, "regulator"),
        ({"working_days": 0}, "working_days"),
        ({"category": None}, "names"),
    ],
)
def test_a_contract_that_cannot_be_right_is_refused_naming_the_field(town, county, values, field):  # noqa: F811
    units = {"housing": town.units.housing, "heating": town.units.heating}
    with pytest.raises(Invalid) as refused:
        contract(town, county, **{name: units.get(value, value) for name, value in values.items()})

    assert field in [error["field"] for error in refused.value.extra["errors"]]


def test_a_contract_ends_and_only_its_keepers_write_it(town, county, client_for):  # noqa: F811
    row = contract(town, county)
    keeper = client_for(town.people["model_manager"])

    ended = keeper.post(
        f"/linkage/contracts/{row.public_id}/end",
        {"last_day": (clock.today() - timedelta(days=1)).isoformat(), "version": 1},
    )

    assert ended.status_code == 200
    assert keeper.get("/linkage/contracts").json()["items"] == []
    assert len(keeper.get("/linkage/contracts?everything=true").json()["items"]) == 1
    with pytest.raises(NotAllowed):
        actions.create_contract(actor=town.people["agent"], kind="hot")
    order, hot = town.file(text=HEATING), contract(town, county, kind="hot")
    with pytest.raises(Invalid):
        actions.send_to_mediation(actor=town.people["dispatcher"], order=order, contract=hot)


# ---- 主办与协办


def test_lead_and_assists_of_two_matters_come_with_their_reasons(town, county, client_for):  # noqa: F811
    county.entry(category=county.categories.noise, unit=town.units.housing)
    county.entry(category=county.categories.noise, unit=town.units.street, part="assist", clause="3.3")
    for _ in range(6):
        together = town.dispatched(assists=[town.units.police], category=county.categories.noise)
    assert together.lead_unit == town.units.housing
    network.rebuild(actor=town.system)
    order = town.file(
        text="一是东风社区工地夜里施工噪声很大，无法休息；二是小区供热管道漏水，暖气不热，希望处理。",
        category=county.categories.noise,
    )
    county.entry(category=county.categories.heating, unit=town.units.heating)

    seen = client_for(town.people["dispatcher"]).get(f"/linkage/orders/{order.public_id}/team").json()
    drawn = client_for(town.people["leader"]).get("/linkage/network").json()

    reasons = {one["name"]: one["reasons"] for one in seen["assists"]}
    assert seen["lead"]["name"] == "住房和城乡建设局"
    assert seen["lead"]["reasons"][0].startswith("目录 3.2 条")
    assert reasons["东风街道"] == ["派单目录列为协办"]
    assert reasons["公安局"] == ["近365天与住建局共同办理此类 6 件"]
    assert reasons["供热公司"][0].startswith("诉求之2属其职责：目录 3.2 条")
    assert [one["unit"]["name"] for one in seen["matters"]] == ["住房和城乡建设局", "供热公司"]
    assert [edge["orders"] for edge in drawn["edges"]] == [6]


@pytest.mark.parametrize("text", ["", "一是", "噪" * 5000, "1、2、3、4、5、6、7、8、", HEATING])
def test_any_text_can_be_cut_into_matters(text):
    parts = teaming.matters(text)

    assert 1 <= len(parts) <= teaming.MOST_MATTERS


# ---- 紧急与情绪


def test_an_emergency_is_told_to_the_team_leader_and_a_calm_order_is_not(town):
    calm, urgent = town.file(), town.file(text="东风社区三号楼着火了，浓烟很大，有人被困！")
    for order in (calm, urgent):
        understand(text=order.text, urgency=order.urgency).row(order).save(force_insert=True)

    obligations.run_due(kinds=["linkage.alarm"])

    told = Event.objects.filter(type="linkage.alarmed")
    assert [(one.subject_id, one.payload["why"], one.payload["tell"]) for one in told] == [
        (urgent.pk, ["emergency"], ["team_leader"])
    ]


# ---- pages


def test_what_may_be_done_stands_beside_each_row(town, county, client_for):  # noqa: F811
    agreed = contract(town, county)
    row = actions.send_to_mediation(
        actor=town.people["dispatcher"],
        order=town.file(text=HEATING, category=county.categories.heating),
        contract=agreed,
    )
    waiting = town.file(submit=False, text="路口有人晕倒了。")
    orders.perform_order(actor=town.people["agent"], order=waiting, action="transfer", values={"target": "120"})
    leader, agent = client_for(town.people["duty_leader"]), client_for(town.people["agent"])

    contracts = [client.get("/linkage/contracts").json()["items"][0] for client in (leader, agent)]
    mediations = [client.get("/linkage/mediations").json()["items"][0] for client in (leader, agent)]
    (handover,) = agent.get("/linkage/handovers?waiting=true").json()["items"]
    stale = leader.post(f"/linkage/mediations/{row.public_id}/back", {"version": 1, "reason": "谈不成"})

    assert [(one["in_force"], one["allowed_actions"]) for one in contracts] == [(True, ["end"]), (True, [])]
    assert [one["allowed_actions"] for one in mediations] == [["back"], []]
    assert handover["allowed_actions"] == ["transfer_accepted", "transfer_refused"]
    assert stale.status_code == 409
    version = mediations[0]["order_version"]
    back = leader.post(f"/linkage/mediations/{row.public_id}/back", {"version": version, "reason": "谈不成"})
    assert (back.status_code, back.json()["allowed_actions"]) == (200, [])


def test_a_page_of_transfers_costs_the_same_however_long(town, client_for, django_assert_max_num_queries):
    order, now = town.file(submit=False), clock.now()
    agent = town.people["agent"]
    Handover.objects.bulk_create(
        Handover(order=order, target="110", told="请稍候", at=now - timedelta(minutes=n), by=agent) for n in range(30)
    )
    reader = client_for(agent)

    with django_assert_max_num_queries(6):
        first = reader.get("/linkage/handovers?limit=20").json()
    second = reader.get(f"/linkage/handovers?limit=20&cursor={first['next']}").json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (20, 10, None)
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert len(set(ids)) == 30
