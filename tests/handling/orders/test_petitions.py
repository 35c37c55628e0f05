"""Extension, suspension, ruling: who decides, what happens to the clocks."""

from datetime import date, timedelta

import pytest

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Obligation
from huying.handling.orders import actions, limits
from huying.handling.orders.models import Policy

pytestmark = pytest.mark.postgres


def local(moment) -> str:
    return clock.local(moment).strftime("%m-%d %H:%M")


@pytest.fixture
def work(town):
    """An order being handled with one assist: order, lead, the lead's clerk."""
    order = town.handling(assists=[town.units.police])
    lead = town.lead(order)
    return order, lead, town.clerks[lead.unit_id]


def test_an_approved_extension_moves_the_promise_and_is_told(town, work):
    order, lead, clerk = work
    actions.extend(actor=clerk, assignment=lead, reason="需现场检测", days=3)
    order.refresh_from_db()
    assert (lead.state, local(order.promised_at)) == ("extending", "06-23 17:30")
    actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
    order.refresh_from_db()
    assert (lead.state, local(order.promised_at), local(lead.due_at)) == ("handling", "06-26 17:30", "06-26 17:30")
    assert local(order.first_promised_at) == "06-23 17:30"
    assert local(town.of(order, town.units.police).due_at) == "06-25 17:30"
    assert Obligation.objects.filter(kind="notice.send", payload__code="extended").count() == 1
    overdue = Obligation.objects.filter(kind="order.overdue", done_at=None)
    assert [o.due_at for o in overdue] == [order.due_at]


def test_a_refused_extension_moves_nothing(town, work):
    order, lead, clerk = work
    actions.extend(actor=clerk, assignment=lead, reason="需现场检测", days=3)
    actions.decide_extension(actor=town.people["reviewer"], assignment=lead, granted=False, reason="不复杂")
    order.refresh_from_db()
    assert (lead.state, local(order.promised_at), order.extension_count) == ("handling", "06-23 17:30", 0)


def test_an_order_is_extended_once_before_its_time_and_not_beyond_the_limit(town, work, frozen_now):
    _, lead, clerk = work
    with pytest.raises(Invalid, match="最多延期 10"):
        actions.extend(actor=clerk, assignment=lead, reason="复杂", days=11)
    actions.extend(actor=clerk, assignment=lead, reason="复杂", days=10)
    actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
    with pytest.raises(Conflict, match="已延期 1 次"):
        actions.extend(actor=clerk, assignment=lead, reason="又要", days=1)


def test_no_extension_after_the_due_time(town, work, frozen_now):
    _, lead, clerk = work
    frozen_now.advance(timedelta(days=8))
    with pytest.raises(Conflict, match="已过办理期限"):
        actions.extend(actor=clerk, assignment=lead, reason="复杂", days=1)


def test_the_centre_may_allow_more_extensions(town, work):
    _, lead, clerk = work
    Policy.objects.create(key="extension.max_count", value=2, effective_from=date(2025, 1, 1))
    limits.forget()
    for _ in range(2):
        actions.extend(actor=clerk, assignment=lead, reason="复杂", days=1)
        actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
    assert local(lead.due_at) == "06-25 17:30"


def test_an_assists_extension_never_goes_beyond_the_lead(town, work):
    order, lead, _ = work
    assist = town.of(order, town.units.police)
    clerk = town.clerks[assist.unit_id]
    actions.sign(actor=clerk, assignment=assist)
    actions.extend(actor=clerk, assignment=assist, reason="复杂", days=9)
    actions.decide_extension(actor=town.people["dispatcher"], assignment=assist, granted=True, reason="同意")
    order.refresh_from_db()
    assert (assist.due_at, order.extension_count) == (lead.due_at, 0)


def test_the_clock_stands_still_only_once_the_suspension_is_approved(town, work, frozen_now):
    order, lead, clerk = work
    actions.suspend(actor=clerk, assignment=lead, reason="规划调整", review_on=date(2025, 7, 31))
    order.refresh_from_db()
    assert (lead.state, order.clock_stopped_at) == ("suspended", None)
    frozen_now.advance(timedelta(days=1))
    actions.decide_suspension(actor=town.people["duty_leader"], assignment=lead, granted=True, reason="同意")
    order.refresh_from_db()
    assert order.clock_stopped_at == lead.clock_stopped_at == clock.now()
    with pytest.raises(Conflict, match="已经批准"):
        actions.decide_suspension(actor=town.people["duty_leader"], assignment=lead, granted=False, reason="改主意")

    # when it stood still from Tuesday to Thursday at the same hour: two working days
    frozen_now.advance(timedelta(days=2))
    actions.resume(actor=clerk, assignment=lead)
    order.refresh_from_db()
    assert (order.clock_stopped_at, lead.clock_stopped_at) == (None, None)
    assert local(order.promised_at) == local(lead.due_at) == "06-25 17:30"
    assert local(town.of(order, town.units.police).due_at) == "06-24 17:30"


def test_an_urgent_order_that_stood_still_moves_by_natural_time(town, frozen_now):
    order = town.handling(urgency="urgent")
    promised, lead = order.promised_at, town.lead(order)
    clerk = town.clerks[lead.unit_id]
    actions.suspend(actor=clerk, assignment=lead, reason="等待产权人", review_on=date(2025, 6, 30))
    actions.decide_suspension(actor=town.people["duty_leader"], assignment=lead, granted=True, reason="同意")
    frozen_now.advance(timedelta(days=5, minutes=7))
    actions.resume(actor=clerk, assignment=lead)
    order.refresh_from_db()
    assert order.promised_at == promised + timedelta(days=5, minutes=7)


def test_a_suspension_needs_a_later_review_day(town, work):
    _, lead, clerk = work
    with pytest.raises(Invalid, match="以后的日期"):
        actions.suspend(actor=clerk, assignment=lead, reason="规划调整", review_on=date(2025, 6, 16))


def test_reassigning_a_suspended_order_starts_its_clock(town, frozen_now):
    order = town.suspended()
    frozen_now.advance(timedelta(days=1))
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="职责不符")
    assert order.clock_stopped_at is None
    assert local(order.promised_at) == "06-24 17:30"


def test_found_unreasonable_the_order_goes_to_audit_with_that_conclusion(town, work):
    order, lead, clerk = work
    town.submit_part(town.of(order, town.units.police))
    actions.ask_ruling(actor=clerk, assignment=lead, reason="要求超出政策")
    actions.decide_ruling(actor=town.people["judge"], assignment=lead, granted=True, reason="经核查，政策已落实。")
    order.refresh_from_db()
    assert (order.state, order.conclusion, order.unreasonable) == ("to_audit", "unreasonable", True)
    assert order.reply == "经核查，政策已落实。"


def test_a_refused_ruling_sends_the_unit_on(town, work):
    order, lead, clerk = work
    actions.ask_ruling(actor=clerk, assignment=lead, reason="要求超出政策")
    actions.decide_ruling(actor=town.people["judge"], assignment=lead, granted=False, reason="诉求合理")
    order.refresh_from_db()
    assert (lead.state, order.unreasonable) == ("handling", False)
