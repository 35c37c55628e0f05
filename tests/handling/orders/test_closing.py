"""Audit, visit, judgement, redo, shelving, reopening."""

from datetime import date, timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Event, Obligation
from huying.base.events.recorder import record
from huying.handling.orders import actions
from huying.handling.orders.models import Step

pytestmark = pytest.mark.postgres

MISSED = {"reached": False}


def visit(town, order, **answers):
    usual = {"reached": True, "contacted": "yes", "solved": "solved", "satisfied": "satisfied"}
    actions.record_visit(actor=town.people["visitor"], order=order, **(answers or usual))


def reasonable(town, order):
    actions.judge(actor=town.people["judge"], order=order, verdict="reasonable", reason="诉求合理")


def test_a_failed_audit_sends_the_lead_back_to_its_answer(town):
    order = town.to_audit()
    actions.fail_audit(actor=town.people["auditor"], order=order, reason="未回应第二个诉求")
    lead = town.lead(order)
    assert (order.state, lead.state, lead.submitted_at) == ("in_hand", "handling", None)
    assert Obligation.objects.filter(kind="assignment.overdue", done_at=None).count() == 1
    town.submit_part(lead)
    order.refresh_from_db()
    assert order.state == "to_audit"


@pytest.mark.parametrize("fields", [{"request_type": "consult"}, {"anonymous": True}])
def test_who_need_not_be_visited_is_closed_after_audit(town, fields):
    order = town.to_visit(**fields)
    assert (order.state, order.closing, order.closed_at) == ("closed", "no_visit", clock.now())


def test_three_misses_in_two_time_bands_close_the_order(town, frozen_now):
    order = town.to_visit()
    visit(town, order, **MISSED)
    visit(town, order, **MISSED)
    visit(town, order, **MISSED)
    assert order.state == "to_visit"  # all on one morning
    frozen_now.advance(timedelta(hours=9))
    visit(town, order, **MISSED)
    assert (order.state, order.closing, order.satisfied) == ("closed", "visit_invalid", "")


def test_misses_of_an_earlier_round_do_not_count(town, frozen_now):
    order = town.to_visit()
    visit(town, order, **MISSED)
    frozen_now.advance(timedelta(hours=9))
    visit(town, order, **MISSED)
    town.dissatisfied(order)
    reasonable(town, order)
    town.submit_part(town.lead(order))
    order.refresh_from_db()
    actions.pass_audit(actor=town.people["auditor"], order=order)
    visit(town, order, **MISSED)
    assert order.state == "to_visit"


def test_a_reached_citizen_is_asked_all_three(town):
    order = town.to_visit()
    with pytest.raises(Invalid) as refused:
        visit(town, order, reached=True, solved="solved")
    assert {e["field"] for e in refused.value.extra["errors"]} == {"contacted", "satisfied"}


def test_a_redo_keeps_the_promise_and_has_a_time_of_its_own(town, frozen_now):
    order = town.to_judge()
    promised = order.promised_at
    frozen_now.advance(timedelta(days=10))  # Thursday 26 June
    reasonable(town, order)
    lead = town.lead(order)
    assert (order.state, order.redo_count, order.promised_at) == ("in_hand", 1, promised)
    assert (lead.state, lead.redo_round, lead.must_sign) == ("to_sign", 1, True)
    assert clock.local(order.due_at).strftime("%m-%d %H:%M") == "07-01 17:30"
    assert lead.due_at == order.due_at
    town.submit_part(lead)
    order.refresh_from_db()
    assert order.state == "to_audit"


def test_the_third_redo_asks_for_supervision(town):
    order = town.to_judge()
    for count in (1, 2, 3):
        reasonable(town, order)
        event = Event.objects.filter(type="order.judge").latest("id")
        assert (event.payload["redo"], event.payload["supervise"]) == (count, count == 3)
        if count < 3:
            town.submit_part(town.lead(order))
            order.refresh_from_db()
            actions.pass_audit(actor=town.people["auditor"], order=order)
            town.dissatisfied(order)


def test_an_unreasonable_demand_is_closed_and_flagged(town):
    order = town.to_judge()
    actions.judge(actor=town.people["judge"], order=order, verdict="unreasonable", reason="超出政策")
    assert (order.state, order.unreasonable, order.closing) == ("closed", True, "unreasonable")


def test_shelved_until_its_day(town):
    order = town.to_judge()
    judge = {"actor": town.people["judge"], "order": order, "verdict": "shelve", "reason": "列入明年计划"}
    with pytest.raises(Invalid, match="以后的日期"):
        actions.judge(**judge)
    with pytest.raises(Conflict, match="没有挂账"):
        actions.close_shelved(actor=town.people["judge"], order=order)
    actions.judge(**judge, review_on=date(2025, 9, 1))
    assert (order.state, order.shelved_until) == ("to_judge", date(2025, 9, 1))
    review = Obligation.objects.get(kind="shelved.review", done_at=None)
    assert clock.local(review.due_at).isoformat() == "2025-09-01T09:00:00+08:00"
    actions.judge(actor=town.people["judge"], order=order, verdict="reasonable", reason="条件已具备")
    assert (order.state, order.shelved_until) == ("in_hand", None)
    assert not Obligation.objects.filter(kind="shelved.review", done_at=None).exists()


def test_the_room_above_records_the_visit_it_settles(town):
    order = town.to_visit()
    before = Event.objects.count()
    settled = actions.settle_visit(
        order, actor=town.people["visitor"], reached=True, contacted="no", solved="partly", satisfied="basic"
    )
    assert (order.state, order.contacted) == ("to_judge", "no")
    assert Event.objects.count() == before
    record(
        actor=town.people["visitor"],
        verb="order.record_visit",
        subject=order,
        payload=settled.payload,
        changes=settled.changes,
    )
    assert settled.changes["state"] == ["to_visit", "to_judge"]


def test_a_reopened_order_is_dispatched_anew_with_a_new_promise(town, frozen_now):
    order = town.to_visit()
    visit(town, order)
    first = order.promised_at
    frozen_now.advance(timedelta(days=20))
    actions.reopen(actor=town.people["agent"], order=order, reason="夜间又施工")
    assert (order.state, order.repeat, order.first_promised_at) == ("to_dispatch", True, first)
    assert order.promised_at > clock.now()
    actions.dispatch(actor=town.people["dispatcher"], order=order, unit=town.units.police)
    assert order.state == "in_hand"
    assert [a.state for a in order.assignments.order_by("id")] == ["released", "to_sign"]


def test_a_reopened_order_may_be_reassigned_as_often_as_a_new_one(town):
    order = town.dispatched()
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="改派")
    town.submit_part(town.lead(order))
    order.refresh_from_db()
    actions.pass_audit(actor=town.people["auditor"], order=order)
    visit(town, order)
    assert order.reassign_count == 1

    actions.reopen(actor=town.people["agent"], order=order, reason="夜间又施工")

    assert order.reassign_count == 0


def test_archiving_ends_it(town):
    order = town.to_visit()
    visit(town, order)
    actions.archive(actor=town.people["auditor"], order=order)
    with pytest.raises(Conflict):
        actions.reopen(actor=town.people["agent"], order=order, reason="再来")


def test_every_step_stands_in_the_timeline(town):
    order = town.to_visit()
    visit(town, order)
    assert list(Step.objects.filter(order=order).order_by("id").values_list("action", flat=True)) == [
        "submit", "dispatch", "sign", "finish", "sign_off", "units_done", "pass_audit", "record_visit",
    ]  # fmt: skip
