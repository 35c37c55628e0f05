"""Filing, review, transfer, declining, asking for what is missing, marks, withdrawing."""

from datetime import date, datetime, timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Obligation
from huying.base.events.obligations import run_due
from huying.base.notices.templates import moment
from huying.handling.orders import actions, limits
from huying.handling.orders.models import DeclineRule, LimitRule, Policy
from tests import factories

pytestmark = pytest.mark.postgres


def open_kinds() -> set[str]:
    return set(Obligation.objects.filter(done_at=None).values_list("kind", flat=True))


def test_a_filed_order_has_number_code_and_promise(town):
    first, second = town.file(), town.file()
    assert first.order_no == "20250616000001"
    assert second.order_no == "20250616000002"
    assert len(first.query_code) == 8
    assert first.query_code != second.query_code
    assert first.first_promised_at == first.promised_at == first.due_at
    assert open_kinds() == {"order.auto_dispatch", "order.overdue", "notice.send"}


def test_what_a_citizen_wrote_is_reviewed_first(town):
    order = town.file(channel="wechat")
    assert order.state == "to_review"
    assert "order.auto_dispatch" not in open_kinds()
    actions.approve(actor=town.people["reviewer"], order=order)
    assert order.state == "to_dispatch"
    assert "order.auto_dispatch" in open_kinds()


def test_the_centre_chooses_which_channels_are_reviewed(town):
    Policy.objects.create(key="review.channels", value=["phone"], effective_from=date(2025, 1, 1))
    limits.forget()
    assert town.file(channel="phone").state == "to_review"
    assert town.file(channel="wechat").state == "to_dispatch"


def test_a_draft_promises_nothing_until_it_is_submitted(town, frozen_now):
    order = town.file(submit=False)
    assert (order.state, order.promised_at) == ("draft", None)
    assert open_kinds() == set()
    frozen_now.advance(timedelta(days=1))
    actions.submit(actor=town.people["agent"], order=order)
    assert clock.local(order.promised_at).strftime("%m-%d") == "06-24"
    assert "notice.send" in open_kinds()


def test_sent_back_and_submitted_again_the_promise_stays(town, frozen_now):
    order = town.file(channel="web")
    promised = order.promised_at
    actions.back(actor=town.people["reviewer"], order=order, reason="地点不详")
    frozen_now.advance(timedelta(days=1))
    actions.submit(actor=town.people["agent"], order=order)
    assert order.promised_at == promised


def test_the_limit_of_the_filing_day_holds(town):
    LimitRule.objects.create(purpose="handle", amount=3, measure="working_days", effective_from=date(2025, 1, 1))
    limits.forget()
    assert clock.local(town.file().promised_at).strftime("%m-%d") == "06-19"


def test_answered_comforted_and_declined_end_at_once(town):
    agent = town.people["agent"]
    answered, comforted, declined = (town.file(submit=False) for _ in range(3))
    actions.answer(actor=agent, order=answered, answer="请携带身份证到东风路 1 号办理，电话 13800138000。")
    assert (answered.state, answered.closed_at) == ("answered", clock.now())
    assert "13800138000" not in answered.reply
    actions.comfort(actor=agent, order=comforted)
    assert comforted.state == "answered"
    actions.decline(actor=agent, order=declined, rule="litigation")
    assert declined.state == "declined"
    assert "诉讼" in declined.reply
    assert Obligation.objects.filter(payload__code="declined").count() == 1


def test_declining_goes_by_a_rule_in_force(town):
    DeclineRule.objects.create(code="x", name="超出范围", tell="请走法定途径", effective_from=date(2025, 1, 1))
    order = town.file(submit=False)
    with pytest.raises(Invalid, match="不予受理的情形"):
        actions.decline(actor=town.people["agent"], order=order, rule="litigation")
    actions.decline(actor=town.people["agent"], order=order, rule="x")
    assert order.reply == "超出范围。请走法定途径"


def test_a_transfer_that_nobody_takes_comes_back_as_urgent(town, frozen_now):
    order = town.transferring()
    assert order.due_at - clock.now() == timedelta(minutes=15)
    assert open_kinds() == {"order.transfer_silent"}
    actions.transfer_refused(actor=town.people["agent"], order=order, reason="占线")
    assert (order.state, order.urgency) == ("to_dispatch", "urgent")
    assert order.promised_at - clock.now() == timedelta(hours=24)


def test_a_transfer_taken_ends_the_order(town):
    order = town.transferring()
    actions.transfer_accepted(actor=town.people["agent"], order=order)
    assert order.state == "transferred"
    assert open_kinds() == {"notice.send"}


def test_waiting_for_the_citizen_stops_the_clock_exactly(town, frozen_now):
    order = town.file()
    promised = order.promised_at
    actions.ask_info(actor=town.people["dispatcher"], order=order, question="请说明门牌号")
    assert (order.state, order.clock_stopped_at) == ("need_info", clock.now())
    assert "order.overdue" not in open_kinds()
    # from Monday 10:00 to Tuesday 10:00: one working day of 6.5 hours
    frozen_now.advance(timedelta(days=1))
    actions.supplement(actor=town.people["agent"], order=order, words="门牌 12 号")
    assert (order.state, order.clock_stopped_at, order.info_due_at) == ("to_dispatch", None, None)
    assert clock.local(promised).strftime("%m-%d %H:%M") == "06-23 17:30"
    assert clock.local(order.promised_at).strftime("%m-%d %H:%M") == "06-24 17:30"
    assert "order.overdue" in open_kinds()


def test_marks_and_urging_change_no_state(town):
    order = town.dispatched()
    agent, supervisor = town.people["agent"], town.people["supervisor"]
    actions.urge(actor=agent, order=order, words="三天了")
    actions.add_words(actor=agent, order=order, words="补充：在北门")
    actions.mark_sensitive(actor=agent, order=order, reason="涉及群体")
    actions.supervise(actor=supervisor, order=order, level="2")
    actions.supervise(actor=supervisor, order=order, level="1")
    assert (order.state, order.urge_count, order.sensitive, order.supervision_level) == ("in_hand", 1, True, 2)


def test_a_difficult_case_has_a_leader_and_milestones(town):
    order = town.dispatched()
    due = datetime(2025, 12, 31, 17, 0, tzinfo=clock.SHANGHAI)
    call = {"actor": town.people["duty_leader"], "order": order, "leader": "分管副县长", "unit": town.units.housing}
    with pytest.raises(Invalid, match="第 2 行"):
        actions.escalate_difficult(**call, due=due, milestones="2025-07-31 完成勘查\n明年 完工")
    actions.escalate_difficult(**call, due=due, milestones="2025-07-31 完成勘查\n2025-11-30 完工")
    assert order.difficult
    assert [m.title for m in order.difficult_case.milestones.order_by("due_on")] == ["完成勘查", "完工"]
    with pytest.raises(Conflict, match="已是疑难件"):
        actions.escalate_difficult(**call, due=due)


def test_withdrawing_cancels_the_units_and_ends_all_timers(town):
    order = town.handling(assists=[town.units.police])
    actions.withdraw(actor=town.people["agent"], order=order, reason="已自行解决")
    assert (order.state, order.closing) == ("withdrawn", "withdrawn")
    assert {a.state for a in order.assignments.all()} == {"cancelled"}
    assert open_kinds() == {"notice.send"}


def test_what_was_noted_wrongly_is_put_right_before_dispatch(town):
    order = town.file()
    words, promised = order.text, order.promised_at
    category = factories.categories().heating
    reviewer = town.people["reviewer"]
    actions.amend(actor=reviewer, order=order, title="暖气不热", category=category, request_type="complaint")
    assert (order.title, order.category, order.request_type) == ("暖气不热", category, "complaint")
    assert (order.text, order.promised_at, order.state) == (words, promised, "to_dispatch")


def test_urgency_is_only_raised_and_the_promise_only_shortened(town):
    order = town.file()
    actions.amend(actor=town.people["dispatcher"], order=order, urgency="urgent")
    assert order.promised_at - clock.now() == timedelta(hours=24)
    assert Obligation.objects.get(kind="order.overdue", done_at=None).due_at == order.promised_at
    told = Obligation.objects.filter(kind="notice.send", payload__code="accepted").order_by("id").last()
    assert told.payload["fields"]["promised"] == moment(order.promised_at)
    with pytest.raises(Invalid, match="只可调高"):
        actions.amend(actor=town.people["dispatcher"], order=order, urgency="general")


def test_whether_a_draft_is_reviewed_is_judged_by_the_day_it_was_written(town):
    draft = town.file(submit=False, channel="wechat")
    Policy.objects.create(key="review.channels", value=[], effective_from=clock.today() + timedelta(days=1))
    with clock.frozen(clock.now() + timedelta(days=1)):
        actions.submit(actor=town.people["agent"], order=draft)
        new = town.file(channel="wechat")
    assert (draft.state, new.state) == ("to_review", "to_dispatch")


class TestMerging:
    """Orders of several citizens about one matter."""

    def merged(self, town, **fields):
        master = town.file()
        child = town.file(**fields)
        actions.merge(actor=town.people["dispatcher"], order=child, master=master)
        return master, child

    def finished(self, town, master):
        actions.dispatch(actor=town.people["dispatcher"], order=master, unit=town.units.housing)
        town.submit_part(town.lead(master))
        master.refresh_from_db()
        actions.pass_audit(actor=town.people["auditor"], order=master)

    def test_a_child_is_answered_with_its_master_and_visited_by_itself(self, town):
        master, child = self.merged(town)
        assert (child.state, child.master) == ("merged", master)
        self.finished(town, master)
        child.refresh_from_db()
        assert (child.state, child.reply, child.conclusion) == ("to_visit", master.reply, "solved")
        notices = Obligation.objects.filter(kind="notice.send", payload__code="concluded")
        assert {n.payload["subject_id"] for n in notices} == {master.pk, child.pk}

    def test_its_citizen_hears_of_dispatch_and_extension_with_a_number_and_date_of_its_own(self, town):
        master, child = self.merged(town)
        promised = child.promised_at
        actions.dispatch(actor=town.people["dispatcher"], order=master, unit=town.units.housing)
        lead = town.lead(master)
        actions.sign(actor=town.clerks[lead.unit_id], assignment=lead)
        actions.extend(actor=town.clerks[lead.unit_id], assignment=lead, reason="待检测结果", days=3)
        actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
        child.refresh_from_db()
        sent = Obligation.objects.filter(kind="notice.send", payload__subject_id=child.pk).order_by("id")
        assert [n.payload["code"] for n in sent] == ["accepted", "dispatched", "extended"]
        assert {n.payload["fields"]["order_no"] for n in sent} == {child.order_no}
        assert child.promised_at > promised

    def test_a_dissatisfied_child_is_redone_by_its_masters_unit(self, town):
        master, child = self.merged(town)
        self.finished(town, master)
        child.refresh_from_db()
        town.dissatisfied(child)
        actions.judge(actor=town.people["judge"], order=child, verdict="reasonable", reason="确未解决")
        assert (child.state, town.lead(child).unit) == ("in_hand", town.units.housing)

    def test_the_same_citizen_again_is_an_urge_and_not_visited_twice(self, town):
        citizen = factories.citizen()
        master = town.file(citizen=citizen)
        again = town.file(citizen=citizen)
        actions.merge(actor=town.people["dispatcher"], order=again, master=master)
        assert master.urge_count == 1
        self.finished(town, master)
        again.refresh_from_db()
        assert (again.state, again.closing) == ("closed", "with_master")

    def test_a_withdrawn_master_leaves_the_others_matter_open(self, town):
        master, child = self.merged(town)
        actions.withdraw(actor=town.people["agent"], order=master, reason="不再反映")
        child.refresh_from_db()
        assert (child.state, child.master, child.closed_at) == ("to_dispatch", None, None)

    def test_a_master_whose_citizen_does_not_answer_leaves_the_others_matter_open(self, town, frozen_now):
        master, child = self.merged(town)
        actions.ask_info(actor=town.people["dispatcher"], order=master, question="哪一栋")
        frozen_now.advance(timedelta(days=10))
        run_due(100, kinds=["order.info_due"])
        child.refresh_from_db()
        assert (child.state, child.master) == ("to_dispatch", None)

    @pytest.mark.parametrize("ending", ["answer", "transfer"])
    def test_a_master_sent_back_and_ended_at_the_desk_takes_its_children_along(self, town, ending):
        master, child = town.file(channel="web"), town.file()
        actions.merge(actor=town.people["dispatcher"], order=child, master=master)
        actions.back(actor=town.people["reviewer"], order=master, reason="可以当场答复")
        if ending == "answer":
            actions.answer(actor=town.people["agent"], order=master, answer="工地已停工。")
        else:
            actions.transfer(actor=town.people["agent"], order=master, target="110")
            actions.transfer_accepted(actor=town.people["agent"], order=master)
        child.refresh_from_db()
        assert (child.state, child.closing, child.reply) == ("closed", "with_master", master.reply)

    def test_children_of_a_merged_order_go_to_the_new_master(self, town):
        master, child = self.merged(town)
        top = town.file()
        actions.merge(actor=town.people["dispatcher"], order=master, master=top)
        child.refresh_from_db()
        assert child.master == top
        self.finished(town, top)
        child.refresh_from_db()
        assert child.state == "to_visit"

    def test_into_itself_or_into_what_has_ended_nothing_is_merged(self, town):
        order, ended = town.file(), town.file()
        actions.withdraw(actor=town.people["agent"], order=ended, reason="不再反映")
        with pytest.raises(Invalid, match="并入自己"):
            actions.merge(actor=town.people["dispatcher"], order=order, master=order)
        with pytest.raises(Conflict, match="不能并入"):
            actions.merge(actor=town.people["dispatcher"], order=order, master=ended)
