"""What falls due: met once, and not at all where the order went on."""

from datetime import date, datetime, timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Event, Obligation
from huying.base.events.obligations import run_due
from huying.handling.orders import actions, limits
from huying.handling.orders.models import Policy, Step

pytestmark = pytest.mark.postgres

KINDS = [
    "order.overdue", "order.info_due", "order.transfer_silent", "assignment.sign_due", "assignment.contact_due",
    "assignment.due_soon", "assignment.overdue", "objection.due", "petition.due", "suspension.review", "shelved.review",
    "milestone.due", "difficult.due",
]  # fmt: skip


def falls_due(now, **passed) -> None:
    """Time passes; the worker meets what has come due."""
    now.advance(timedelta(**passed))
    run_due(200, kinds=KINDS)
    assert not Obligation.objects.exclude(last_error__in=["", "released"]).exists()


def told(verb: str) -> int:
    return Event.objects.filter(type=verb).count()


def test_not_signed_in_time_counts_as_signed(town, frozen_now):
    order = town.dispatched()
    falls_due(frozen_now, hours=6)
    lead = town.lead(order)
    assert (lead.state, lead.signed_automatically) == ("handling", True)
    order.refresh_from_db()
    assert order.answerable_unit == town.units.housing


def test_or_goes_up_where_the_centre_wants_it_so(town, frozen_now):
    Policy.objects.create(key="sign.timeout", value="escalates", effective_from=date(2025, 1, 1))
    limits.forget()
    order = town.dispatched()
    falls_due(frozen_now, hours=6)
    falls_due(frozen_now, hours=6)
    assert town.lead(order).state == "to_sign"
    assert told("assignment.sign_overdue") == 1


def test_overdue_is_told_once_and_nobodys_form_goes_stale(town, frozen_now):
    order = town.handling()
    version = order.version
    falls_due(frozen_now, days=8)
    falls_due(frozen_now, days=8)
    order.refresh_from_db()
    assert (order.overdue, order.version) == (True, version)
    assert (told("order.overdue"), told("assignment.overdue"), told("assignment.due_soon")) == (1, 1, 0)
    assert told("assignment.contact_overdue") == 1
    assert Step.objects.filter(order=order, action="overdue").count() == 1


def test_the_unit_is_reminded_when_its_light_turns_red(town, frozen_now):
    town.handling()
    falls_due(frozen_now, days=4, hours=7)  # Friday 17:00: under a fifth of the time is left
    assert (told("assignment.due_soon"), told("assignment.overdue")) == (1, 0)


def test_a_moved_due_time_is_met_at_its_new_time_only(town, frozen_now):
    order = town.handling()
    lead = town.lead(order)
    actions.extend(actor=town.clerks[lead.unit_id], assignment=lead, reason="复杂", days=5)
    actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
    falls_due(frozen_now, days=8)
    assert told("order.overdue") == 0
    falls_due(frozen_now, days=7)
    assert told("order.overdue") == 1


def test_nothing_is_late_while_the_clock_stands_still(town, frozen_now):
    order = town.suspended(assists=[town.units.police])
    falls_due(frozen_now, days=19)
    order.refresh_from_db()
    assert (order.overdue, told("assignment.overdue")) == (False, 0)
    falls_due(frozen_now, days=1)  # the review day
    order.refresh_from_db()
    assert (town.lead(order).state, order.clock_stopped_at) == ("handling", None)
    assert order.promised_at > clock.now()


def test_no_answer_from_the_citizen_ends_the_order(town, frozen_now):
    order = town.file()
    actions.ask_info(actor=town.people["dispatcher"], order=order, question="请说明门牌号")
    falls_due(frozen_now, days=2, hours=8)
    order.refresh_from_db()
    assert (order.state, order.closing) == ("closed", "no_info")


def test_an_answer_in_time_keeps_it(town, frozen_now):
    order = town.file()
    actions.ask_info(actor=town.people["dispatcher"], order=order, question="请说明门牌号")
    actions.supplement(actor=town.system, order=order, words="门牌 12 号")
    falls_due(frozen_now, days=3)
    order.refresh_from_db()
    assert order.state == "to_dispatch"


def test_a_silent_transfer_comes_back(town, frozen_now):
    order = town.transferring()
    falls_due(frozen_now, minutes=16)
    order.refresh_from_db()
    assert (order.state, order.urgency) == ("to_dispatch", "urgent")
    assert Event.objects.get(type="order.transfer_refused").payload["tell"] == ["duty_leader"]


def test_undecided_objections_and_petitions_go_up(town, frozen_now):
    objected, asked = town.lead(town.dispatched()), town.lead(town.handling(unit=town.units.police))
    actions.object_to_dispatch(
        actor=town.clerks[objected.unit_id], assignment=objected, clause="一", reason="不属本单位"
    )
    actions.ask_ruling(actor=town.clerks[asked.unit_id], assignment=asked, reason="要求过高")
    falls_due(frozen_now, days=1, hours=8)
    assert told("assignment.decision_overdue") == 2


def test_a_shelved_judgement_closes_on_its_day(town, frozen_now):
    order = town.to_judge()
    actions.judge(
        actor=town.people["judge"], order=order, verdict="shelve", reason="列入计划", review_on=date(2025, 7, 1)
    )
    falls_due(frozen_now, days=14)
    order.refresh_from_db()
    assert order.state == "to_judge"
    frozen_now.advance_to(datetime(2025, 7, 1, 9, 1, tzinfo=clock.SHANGHAI))
    falls_due(frozen_now, minutes=1)
    order.refresh_from_db()
    assert (order.state, order.closing, order.shelved_until) == ("closed", "shelved", None)


def test_a_milestone_is_reached_or_missed(town, frozen_now):
    order = town.dispatched()
    actions.escalate_difficult(
        actor=town.people["supervisor"],
        order=order,
        leader="分管副县长",
        unit=town.units.housing,
        due=clock.now() + timedelta(days=90),
        milestones="2025-06-20 完成勘查\n2025-06-25 出具方案",
    )
    reach = {"actor": town.people["supervisor"], "order": order}
    with pytest.raises(Invalid, match="没有这个未完成的节点"):
        actions.reach_milestone(**reach, title="竣工")
    actions.reach_milestone(**reach, title="完成勘查")
    falls_due(frozen_now, days=10)
    assert told("order.milestone_overdue") == 1
    actions.reach_milestone(**reach, title="出具方案")
    with pytest.raises(Conflict, match="没有未完成的节点"):
        actions.reach_milestone(**reach, title="出具方案")
    falls_due(frozen_now, days=100)
    assert told("order.difficult_overdue") == 1
    assert order.steps.filter(action="difficult_overdue").exists()


def test_timers_of_an_ended_order_do_nothing(town, frozen_now):
    order = town.handling()
    actions.withdraw(actor=town.people["agent"], order=order, reason="已解决")
    before = Event.objects.count()
    falls_due(frozen_now, days=30)
    assert Event.objects.count() == before
