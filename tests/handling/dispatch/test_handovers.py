"""Corrections gather into a proposed rule; a person sees what it rests on and agrees, and from then on it is followed."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Invalid, NotAllowed
from huying.base.events.models import Event
from huying.base.org.selectors import system_person
from huying.handling.dispatch import actions, knowledge
from huying.handling.dispatch.models import DirectedRule, LabelProposal
from huying.handling.dispatch.training import training_orders
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from tests import factories

pytestmark = pytest.mark.django_db

MATTERS = ("工地夜里打桩，吵得睡不着", "饭店空调外机嗡嗡响", "歌厅音响开到凌晨", "装修电钻一早就响", "广场喇叭声音太大")
MOVED, STAYED = "滨江新城{}号楼下{}，请核实处理。", "老城片区{}号院旁{}，请核实处理。"


@pytest.fixture
def keeper(county, monkeypatch):
    """The catalogue names 住建局 for noise; of late people sent all of 滨江新城 to the street instead."""
    monkeypatch.setattr(knowledge, "CHECK_EVERY_S", 0.0)
    county.entry(category=county.categories.noise, unit=county.units.housing)
    for number in range(10):
        decided(county, MOVED.format(number, MATTERS[number % 5]), county.units.street)
        decided(county, STAYED.format(number, MATTERS[number % 5]), county.units.housing)
    return factories.person("model_manager", unit=county.units.centre)


def decided(county, text: str, unit) -> None:
    order = factories.order(county.people["agent"], text=text, category=county.categories.noise)
    understand(text=text, category=county.categories.noise).row(order).save()
    orders.dispatch(actor=county.people["dispatcher"], order=order, unit=unit)


def proposed(county, text: str):
    return understand(text=text, category=county.categories.noise)


def gathered() -> LabelProposal:
    actions.gather_handovers(actor=system_person())
    return LabelProposal.objects.get(kind="handover")


def test_corrections_are_proposed_as_a_rule_with_what_they_rest_on(county, keeper):
    one = gathered()

    assert (one.subject, one.target, one.state) == (county.units.housing, county.units.street, "open")
    assert any(mark in "滨江新城" for mark in one.marks)
    assert (one.count, one.confidence) == (10, 1.0)
    assert "人工定了 10 件：10 件派给东风街道" in one.reason
    assert not DirectedRule.objects.exists()
    told = Event.objects.get(type="dispatch.handovers_gathered")
    assert told.payload["tell"] == ["model_manager"]
    assert actions.gather_handovers(actor=system_person()) == (0, 0)


def test_agreed_to_it_is_live_at_once_and_only_where_the_former_unit_would_be_proposed(county, keeper):
    actions.settle_label(actor=keeper, proposal=gathered(), agree=True, words="滨江新城自本月起由街道负责")

    moved, stayed = (proposed(county, text.format(77, "有人深夜放烟花")) for text in (MOVED, STAYED))
    assert (moved.proposed_unit, moved.step) == (county.units.street, "rule")
    assert "原由住建局承办，改由东风街道承办（滨江新城自本月起由街道负责）" in moved.reasons[0]
    assert stayed.proposed_unit == county.units.housing
    assert understand(text=MOVED.format(78, "暖气不热"), category=county.categories.heating).step != "rule"
    assert actions.gather_handovers(actor=system_person()) == (0, 0)


def test_not_agreed_to_after_all_its_rule_ends(county, keeper):
    settled = actions.settle_label(actor=keeper, proposal=gathered(), agree=True)
    actions.settle_label(actor=keeper, proposal=settled, agree=False, words="是临时安排")

    assert proposed(county, MOVED.format(77, "有人放烟花")).proposed_unit == county.units.housing
    assert DirectedRule.objects.get().ends_at is not None


def test_agreed_to_for_another_unit_the_former_rule_ends(county, keeper):
    settled = actions.settle_label(actor=keeper, proposal=gathered(), agree=True)
    actions.settle_label(actor=keeper, proposal=settled, agree=True, target=county.units.police)

    assert proposed(county, MOVED.format(77, "有人放烟花")).proposed_unit == county.units.police
    assert DirectedRule.objects.filter(ends_at=None).count() == 1


def test_a_ban_is_stronger_than_a_handover(county, keeper):
    one = gathered()
    actions.create_rule(
        actor=keeper, kind="bans", category=county.categories.noise, unit=county.units.street, basis="街道无执法权",
        effective_from=clock.today(),
    )  # fmt: skip

    actions.settle_label(actor=keeper, proposal=one, agree=True)

    assert proposed(county, MOVED.format(77, "有人放烟花")).proposed_unit == county.units.housing


def test_the_next_training_learns_earlier_orders_as_the_handover_says(county, keeper):
    for number, text in enumerate([MOVED, STAYED] * 3):
        at = clock.now() - timedelta(days=40) + timedelta(hours=number)
        order = factories.order(
            county.people["agent"],
            text=text.format(number, "旧事"),
            filed_at=at,
            state="closed",
            lead_unit=county.units.housing,
        )
        factories.assignment(order, county.units.housing, state="submitted", dispatched_at=at, due_from=at)
    before = {one.text: one.unit for one in training_orders(knowledge.current()) if "旧事" in one.text}
    actions.settle_label(actor=keeper, proposal=gathered(), agree=True)
    after = {one.text: one.unit for one in training_orders(knowledge.current()) if "旧事" in one.text}

    assert set(before.values()) == {county.units.housing.name}
    assert {unit for text, unit in after.items() if "滨江" in text} == {county.units.street.name}
    assert {unit for text, unit in after.items() if "老城" in text} == {county.units.housing.name}


def test_only_the_manager_of_rules_agrees_and_the_unit_itself_can_not_take_over(county, keeper):
    one = gathered()

    with pytest.raises(NotAllowed):
        actions.settle_label(actor=county.people["dispatcher"], proposal=one, agree=True)
    with pytest.raises(Invalid):
        actions.settle_label(actor=keeper, proposal=one, agree=True, target=county.units.housing)
