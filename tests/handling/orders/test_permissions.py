"""Who may do what: roles, units, versions, states; what a refusal tells."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.errors import Conflict, Invalid, NotAllowed, NotFound
from huying.handling.orders import actions, selectors
from huying.handling.orders.models import WorkOrder

pytestmark = pytest.mark.postgres


def test_a_role_that_has_no_part_in_a_move_is_refused(town):
    order = town.file()
    with pytest.raises(NotAllowed) as refused:
        actions.dispatch(actor=town.people["agent"], order=order, unit=town.units.housing)
    assert "派单员" in refused.value.detail
    order.refresh_from_db()
    assert order.state == "to_dispatch"


def test_a_unit_acts_only_on_what_is_its_own_or_below(town):
    lead = town.lead(town.dispatched(unit=town.units.street))
    with pytest.raises(NotAllowed) as refused:
        actions.sign(actor=town.clerks[town.units.police.pk], assignment=lead)
    assert refused.value.code == "scope"
    with pytest.raises(NotAllowed):
        actions.sign(actor=town.clerks[town.units.community.pk], assignment=lead)
    actions.sign(actor=town.clerks[town.units.district.pk], assignment=lead)
    assert lead.state == "handling"


def test_a_stale_version_gets_the_present_state_and_what_is_allowed(town):
    order = town.file()
    seen = order.version
    actions.urge(actor=town.people["agent"], order=order, words="请快一点")
    with pytest.raises(Conflict) as refused:
        actions.dispatch(actor=town.people["dispatcher"], order=order, unit=town.units.housing, expected_version=seen)
    assert refused.value.code == "stale"
    assert refused.value.extra["current"] == {"state": "to_dispatch", "version": seen + 1}
    assert "dispatch" in [move["action"] for move in refused.value.extra["allowed_actions"]]


def test_a_move_of_another_state_is_refused_in_words(town):
    order = town.to_audit()
    with pytest.raises(Conflict) as refused:
        actions.dispatch(actor=town.people["dispatcher"], order=order, unit=town.units.housing)
    assert refused.value.code == "not_in_state"
    assert "办结待审" in refused.value.detail


def test_the_system_makes_only_its_own_moves(town):
    order = town.file()
    with pytest.raises(NotAllowed):
        actions.unclear(actor=town.system, order=order, reason="不清楚")
    actions.dispatch(actor=town.system, order=order, unit=town.units.housing, by="model", automatic=True)
    assert (order.state, order.automatic) == ("in_hand", True)


def test_a_refusal_leaves_nothing_behind(town):
    order = town.dispatched()
    rows = AuditEntry.objects.count()
    with pytest.raises(Invalid):
        actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.housing, reason="同一单位")
    fresh = WorkOrder.objects.get(pk=order.pk)
    assert (fresh.version, fresh.reassign_count, AuditEntry.objects.count()) == (order.version, 0, rows)
    assert town.lead(order).state == "to_sign"


@pytest.mark.parametrize("role", ["dispatcher", "analyst", "system_admin", "firm_admin", "unit_clerk", "grid_worker"])
def test_each_sees_only_within_reach(town, role):
    order = town.dispatched(unit=town.units.police)
    seen = selectors.visible_orders(town.people[role]).filter(pk=order.pk).exists()
    assert seen is (role in ("dispatcher", "analyst"))


def test_a_unit_sees_what_it_was_given_even_after_its_release(town):
    order = town.dispatched(unit=town.units.street)
    street, community = town.clerks[town.units.street.pk], town.clerks[town.units.community.pk]
    assert selectors.get_order(street, order.public_id) == order
    with pytest.raises(NotFound):
        selectors.get_order(community, order.public_id)
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="职责不符")
    assert selectors.get_order(street, order.public_id) == order


def test_allowed_actions_are_those_of_state_role_and_guards(town):
    order = town.dispatched()
    lead = town.lead(order)
    clerk = town.clerks[lead.unit_id]
    assert [m.action for m in selectors.allowed_assignment_actions(clerk, lead)] == ["sign", "object_to_dispatch"]
    lead.must_sign = True
    assert [m.action for m in selectors.allowed_assignment_actions(clerk, lead)] == ["sign"]
    assert [m.action for m in selectors.allowed_actions(clerk, order)] == []
    dispatcher = {m.action for m in selectors.allowed_actions(town.people["dispatcher"], order)}
    assert {"reassign", "add_assist"} <= dispatcher
    assert "waive_assist" not in dispatcher


def test_performing_an_unknown_action_or_wrong_values_is_told_in_chinese(town):
    order = town.file()
    actor = town.people["dispatcher"]
    with pytest.raises(NotFound):
        actions.perform_order(actor=actor, order=order, action="explode", values={})
    with pytest.raises(NotFound):
        actions.perform_order(actor=actor, order=order, action="units_done", values={})
    with pytest.raises(Invalid) as refused:
        actions.perform_order(actor=actor, order=order, action="dispatch", values={"assists": "x", "colour": "red"})
    wrong = {error["field"]: error["message"] for error in refused.value.extra["errors"]}
    assert wrong == {"unit": "请填写", "assists": "请选择单位", "colour": "没有这一项"}
    with pytest.raises(Invalid) as refused:
        actions.perform_order(actor=actor, order=order, action="dispatch", values={"unit": "nobody"})
    assert refused.value.extra["errors"] == [{"field": "unit", "message": "没有这个单位"}]


def test_performing_resolves_ids_and_acts(town):
    order = town.file()
    values = {"unit": town.units.housing.public_id, "assists": [town.units.police.public_id], "opinion": "请核实"}
    actions.perform_order(actor=town.people["dispatcher"], order=order, action="dispatch", values=values)
    assert {(a.unit_id, a.part) for a in order.assignments.all()} == {
        (town.units.housing.pk, "lead"),
        (town.units.police.pk, "assist"),
    }


def test_an_agent_merges_what_they_filed_and_nothing_of_others(town):
    master, own, others = town.file(), town.file(), town.file()
    WorkOrder.objects.filter(pk=own.pk).update(filed_by=town.people["agent"])
    WorkOrder.objects.filter(pk=others.pk).update(filed_by=town.people["team_leader"])
    own.refresh_from_db(), others.refresh_from_db()
    agent = town.people["agent"]

    offered = [[m.action for m in selectors.allowed_actions(agent, order)] for order in (own, others)]
    with pytest.raises(NotAllowed) as refused:
        actions.merge(actor=agent, order=others, master=master)
    actions.merge(actor=agent, order=own, master=master)

    assert ["merge" in names for names in offered] == [True, False]
    assert refused.value.code == "own_only"
    others.refresh_from_db()
    assert (own.state, others.state) == ("merged", "to_dispatch")
