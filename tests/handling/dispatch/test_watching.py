"""Automation is withdrawn where wrong dispatch rises, the manager is told, and it returns by a person or by proof."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Conflict, NotAllowed
from huying.base.events import obligations
from huying.base.events.models import Event
from huying.base.org.selectors import system_person
from huying.handling.dispatch import actions, watching
from huying.handling.dispatch.actions import automation
from huying.handling.dispatch.models import Analysis, Decision, Withdrawal
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from huying.handling.orders import timers
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOISE = "东风社区工地夜里十二点还在施工，噪声很大，无法休息，希望处理。"
OTHER = "和平社区的菜市场早晨四点卸货，喇叭和货车吵得老人睡不着觉。"


@pytest.fixture
def desk(county):
    """Orders of one kind that the catalogue sends to 住建局 without a person."""
    county.entry(category=county.categories.noise, unit=county.units.housing)
    return county


def automatic(county, text: str = NOISE):
    """Filed, read and dispatched by the worker."""
    text = f"{text}第{Decision.objects.count()}次反映。"
    order = factories.order(county.people["agent"], text=text, category=county.categories.noise)
    understand(text=text, category=county.categories.noise).row(order).save()
    obligations.oblige_many([timers.auto_dispatch(order)])
    obligations.run_due(kinds=["order.auto_dispatch"])
    order.refresh_from_db()
    return order


def object_with_success(county, order) -> None:
    lead = order.assignments.get(part="lead")
    orders.object_to_dispatch(actor=county.people["unit_clerk"], assignment=lead, clause="三定", reason="不属职责")
    orders.accept_objection(
        actor=county.people["dispatcher"], assignment=lead, unit=county.units.police, reason="同意改派"
    )


def settled(county, count: int, state: str) -> None:
    """Automatic dispatches whose outcome is known: signed and going on, or released again."""
    for number in range(count):
        order = factories.order(county.people["agent"], text=NOISE)
        at = clock.now() - timedelta(days=2) + timedelta(minutes=number)
        Decision.objects.create(order=order, at=at, by=system_person(), kind="automatic", chosen=county.units.housing)
        factories.assignment(order, county.units.housing, state=state, state_since=at, dispatched_at=at)


def test_accepted_objections_withdraw_automation_from_the_unit_and_tell_the_manager(desk):
    wrong = [automatic(desk) for _ in range(4)]
    assert {order.state for order in wrong} == {"in_hand"}

    for order in wrong:
        object_with_success(desk, order)
        obligations.run_due(kinds=["dispatch.watch_unit"])

    row = Withdrawal.objects.get(unit=desk.units.housing)
    told = Event.objects.get(type="dispatch.automation_withdrawn", subject_id=row.pk)
    assert (row.cause, row.by, row.figures["wrong"]) == ("test", system_person(), 3)
    assert "错派 3 件" in row.reason
    assert "model_manager" in told.payload["tell"]
    assert AuditEntry.objects.filter(verb="dispatch.automation_withdrawn", subject_id=row.pk).count() == 1
    left = automatic(desk, text=OTHER)
    assert (left.state, left.analyses.get().held) == ("to_dispatch", "withdrawn")
    assert "暂停自动派单" in left.analyses.get().reasons[-2]


def test_a_withdrawal_between_reading_and_dispatching_counts(desk):
    order = factories.order(desk.people["agent"], text=NOISE, category=desk.categories.noise)
    understand(text=NOISE, category=desk.categories.noise).row(order).save()
    actions.withdraw_automation(actor=desk.people["model_manager"], unit=None, reason="系统检修")

    obligations.oblige_many([timers.auto_dispatch(order)])
    obligations.run_due(kinds=["order.auto_dispatch"])

    order.refresh_from_db()
    assert (order.state, order.analyses.get().held) == ("to_dispatch", "withdrawn")


def test_a_few_wrong_ones_among_many_right_ones_withdraw_nothing(desk):
    settled(desk, 150, "handling")
    settled(desk, 1, "released")
    settled(desk, 5, "to_sign")

    made = automation.watch_automation([desk.units.housing.pk])

    found = watching.look(desk.units.housing.pk, 0.02)
    assert made == []
    assert (found.rise.outcomes, found.rise.wrong) == (151, 1)


def test_wrong_ones_spread_over_units_withdraw_automation_altogether(desk):
    settled(desk, 6, "released")

    made = automation.watch_automation([])

    assert [row.unit for row in made] == [None]
    assert understand(text=OTHER, category=desk.categories.noise).held == "withdrawn"


def test_automation_returns_by_proof_on_later_orders_and_begins_afresh(desk):
    settled(desk, 4, "released")
    (row,) = automation.watch_automation([desk.units.housing.pk])[:1]
    public_id = desk.units.housing.public_id
    for number in range(200):
        order = factories.order(desk.people["agent"], text=NOISE)
        Analysis.objects.create(order=order, at=clock.now(), units=[{"id": public_id}], held="withdrawn")
        factories.assignment(order, desk.units.housing, state="handling")
        if number == 99:
            assert automation.prove_automation() == []

    returned = {one.pk for one in automation.prove_automation()}

    row.refresh_from_db()
    assert row.pk in returned
    assert (row.return_cause, row.return_figures["wrong"]) == ("proof", 0)
    assert automation.watch_automation([desk.units.housing.pk]) == []
    assert understand(text=OTHER, category=desk.categories.noise).automatic


def test_what_a_person_withdrew_only_a_person_gives_back(desk, client_for):
    manager = client_for(desk.people["model_manager"])
    body = {"unit": desk.units.housing.public_id, "reason": "职能调整期间"}

    made = manager.post("/dispatch/automation/withdrawals", body)
    twice = manager.post("/dispatch/automation/withdrawals", body)
    refused = client_for(desk.people["dispatcher"]).post("/dispatch/automation/withdrawals", body)
    proved = automation.prove_automation()
    back = manager.post(f"/dispatch/automation/withdrawals/{made.json()['id']}/return", {"reason": "调整完成"})
    proof = manager.get(f"/dispatch/automation/withdrawals/{made.json()['id']}/proof").json()

    assert (made.status_code, twice.status_code, refused.status_code) == (201, 409, 403)
    assert proved == []
    assert back.json()["return_cause"] == "person"
    assert proof == {"orders": 0, "wrong": 0, "evidence": 1.0, "needed": 20.0, "proved": False}
    assert understand(text=NOISE, category=desk.categories.noise).automatic
    with pytest.raises(Conflict):
        actions.return_automation(
            actor=desk.people["model_manager"], withdrawal=Withdrawal.objects.get(), reason="再次恢复"
        )
    with pytest.raises(NotAllowed):
        actions.withdraw_automation(actor=desk.people["agent"], unit=None, reason="不想用")


def test_the_manager_sees_what_happened_by_unit_and_agreement_apart_from_non_objection(desk, client_for):
    settled(desk, 8, "handling")
    settled(desk, 2, "to_sign")
    object_with_success(desk, automatic(desk))
    confirmed = factories.order(desk.people["agent"], text=OTHER)
    understand(text=OTHER, category=desk.categories.noise).row(confirmed).save()
    orders.dispatch(actor=desk.people["dispatcher"], order=confirmed, unit=desk.units.housing)
    manager = client_for(desk.people["model_manager"])

    whole = manager.get("/dispatch/automation").json()
    units = manager.get("/dispatch/automation/units").json()["items"]
    other = manager.get("/dispatch/automation/at?limit=0.05").json()

    assert whole["non_objection"] == {"automatic": 11, "pending": 2, "wrong": 1, "wrong_per_hundred": 11.11}
    assert whole["agreement"] == {"judged": 1, "agreed": 1, "share": 1.0}
    assert units == [
        {
            "unit": {"id": desk.units.housing.public_id, "name": "住房和城乡建设局"},
            **whole["non_objection"],
            "withdrawn": False,
        }
    ]
    assert other == {"limit": 0.05, "share": 0.0, "threshold": None}


def test_the_same_words_many_times_a_minute_are_left_to_a_person(desk):
    filed = [factories.order(desk.people["agent"], text=NOISE, category=desk.categories.noise) for _ in range(20)]
    for order in filed:
        understand(text=NOISE, category=desk.categories.noise).row(order).save()
        obligations.oblige_many([timers.auto_dispatch(order)])

    obligations.run_due(kinds=["order.auto_dispatch"])

    assert {order.__class__.objects.get(pk=order.pk).state for order in filed} == {"to_dispatch"}
    assert {order.analyses.get().held for order in filed} == {"burst"}
    obligations.run_due(kinds=["dispatch.tell_burst"])
    (told,) = Event.objects.filter(type="dispatch.burst_noticed")
    assert (told.payload["orders"], told.payload["tell"]) == (20, ["team_leader", "duty_leader"])


def test_of_a_thousand_identical_texts_a_minute_the_first_few_at_most_go_by_themselves(desk, frozen_now):
    """The first seconds: filed and taken up by the worker at the same time, as a machine does it."""
    agent, category = desk.people["agent"], desk.categories.noise
    analysis = understand(text=NOISE, category=category)
    assert analysis.automatic
    for number in range(150):
        order = factories.order(agent, text=NOISE, category=category)
        analysis.row(order).save()
        obligations.oblige_many([timers.auto_dispatch(order)])
        if number < 10 or number % 50 == 0:
            obligations.run_due(kinds=["order.auto_dispatch"])
        frozen_now.advance(timedelta(seconds=0.06))
    obligations.run_due(kinds=["order.auto_dispatch", "dispatch.tell_burst"])

    automatic = Decision.objects.filter(kind="automatic").count()
    told = Event.objects.filter(type="dispatch.burst_noticed")
    assert automatic == 2
    assert told.count() <= 2
    assert all(one.payload["tell"][0] == "team_leader" for one in told)
