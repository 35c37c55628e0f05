"""What a unit does: signing, handing on, reaching the citizen, answering, its leader's approval."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Obligation
from huying.handling.orders import actions
from huying.handling.orders.models import Outreach, Step

pytestmark = pytest.mark.postgres


@pytest.fixture
def street(town):
    """An order in the street's hands, signed; the lead assignment and the street's clerk."""
    order = town.handling(unit=town.units.street)
    return order, town.lead(order), town.clerks[town.units.street.pk]


def test_work_handed_on_is_due_a_day_before_its_parent_who_stays_responsible(town, street):
    order, lead, clerk = street
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.community, opinion="请现场查看")
    child = town.of(order, town.units.community)
    assert (child.parent, child.part, child.state) == (lead, "lead", "to_sign")
    assert clock.local(child.due_at).strftime("%m-%d %H:%M") == "06-20 17:30"
    assert lead.state == "handling"
    with pytest.raises(Conflict, match="下级任务还有 1 件"):
        actions.finish(actor=clerk, assignment=lead, conclusion="solved", answer="已办")


def test_the_parent_answers_once_its_children_have(town, street):
    order, lead, clerk = street
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.community)
    town.submit_part(town.of(order, town.units.community))
    order.refresh_from_db()
    assert order.state == "in_hand"
    town.submit_part(lead)
    order.refresh_from_db()
    assert order.state == "to_audit"


def test_work_can_be_taken_back(town, street):
    order, lead, clerk = street
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.community)
    actions.recall_child(actor=clerk, assignment=lead, unit=town.units.community, reason="街道自办")
    assert town.of(order, town.units.community).state == "cancelled"
    actions.finish(actor=clerk, assignment=lead, conclusion="solved", answer="已办")


def test_only_units_below_can_be_given_work(town, street):
    _, lead, clerk = street
    for unit in (town.units.police, town.units.street, town.units.district):
        with pytest.raises(Invalid, match="下级单位"):
            actions.delegate(actor=clerk, assignment=lead, unit=unit)


def test_the_first_connected_call_counts_up_to_the_lead(town, street):
    order, lead, clerk = street
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.community)
    child = town.of(order, town.units.community)
    grid = town.clerks[town.units.community.pk]
    actions.sign(actor=grid, assignment=child)
    actions.record_outreach(actor=grid, assignment=child, connected=False, summary="无人接听")
    lead.refresh_from_db()
    assert lead.first_contact_at is None
    actions.record_outreach(actor=grid, assignment=child, connected=True, summary="已联系")
    lead.refresh_from_db()
    assert lead.first_contact_at == child.first_contact_at == clock.now()
    assert not Obligation.objects.filter(kind="assignment.contact_due", done_at=None).exists()


def test_calls_of_a_confidential_order_are_relayed(town):
    order = town.handling(confidential=True)
    lead = town.lead(order)
    clerk = town.clerks[lead.unit_id]
    actions.record_outreach(actor=clerk, assignment=lead, connected=True, summary="已联系，电话 13800138000")
    attempt = Outreach.objects.get()
    assert attempt.relayed is True
    assert "13800138000" not in attempt.summary
    assert "‹电话1›" in attempt.summary


def test_words_lie_in_the_timeline_with_identifiers_sealed(town):
    order = town.handling()
    lead = town.lead(order)
    actions.finish(
        actor=town.clerks[lead.unit_id], assignment=lead, conclusion="explained", answer="请致电 13900139000 咨询。"
    )
    step = Step.objects.filter(action="finish").get()
    assert "13900139000" not in step.note + step.identifiers_sealed
    assert step.identifiers_sealed == lead.answer_identifiers_sealed != ""


def test_the_units_leader_may_send_an_answer_back(town):
    order = town.handling()
    lead = town.lead(order)
    clerk, leader = town.clerks[lead.unit_id], town.leaders[lead.unit_id]
    actions.finish(actor=clerk, assignment=lead, conclusion="solved", answer="已办")
    actions.send_back(actor=leader, assignment=lead, reason="请附照片")
    assert lead.state == "handling"
    actions.finish(actor=clerk, assignment=lead, conclusion="partly_solved", answer="已办，附照片")
    actions.sign_off(actor=leader, assignment=lead)
    order.refresh_from_db()
    assert (order.state, order.conclusion, order.reply) == ("to_audit", "partly_solved", "已办，附照片")


def test_an_answer_needs_a_known_kind_of_conclusion(town):
    lead = town.lead(town.handling())
    with pytest.raises(Invalid, match="办结类型"):
        actions.finish(actor=town.clerks[lead.unit_id], assignment=lead, conclusion="fine", answer="已办")


def test_submitting_ends_the_units_timers(town, frozen_now):
    order = town.to_audit()
    open_kinds = set(Obligation.objects.filter(done_at=None).values_list("kind", flat=True))
    assert open_kinds == {"notice.send", "order.overdue"}
    frozen_now.advance(timedelta(days=1))
    actions.pass_audit(actor=town.people["auditor"], order=order)
    assert not Obligation.objects.filter(kind="order.overdue", done_at=None).exists()
