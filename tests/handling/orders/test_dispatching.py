"""Dispatch, first responsibility, reassignment, objections, consulting, assists."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.calendars.models import CalendarDay
from huying.base.errors import Conflict, Invalid
from huying.base.events.models import Event, Obligation
from huying.handling.orders import actions, hooks
from huying.handling.orders.models import Objection, Step

pytestmark = pytest.mark.postgres


def local(moment) -> str:
    return clock.local(moment).strftime("%m-%d %H:%M")


def holiday(*days: str) -> None:
    for day in days:
        CalendarDay.objects.create(day=day, kind="holiday", name="端午节", source="manual")


def test_due_times_count_backwards_from_the_promise(town):
    # given an order of Monday 16 June, general, five working days from the next day
    order = town.dispatched(assists=[town.units.police])
    # then the lead has the promise, the assist a working day less
    assert local(order.promised_at) == "06-23 17:30"
    assert local(town.lead(order).due_at) == "06-23 17:30"
    assert local(town.of(order, town.units.police).due_at) == "06-20 17:30"
    assert local(town.lead(order).sign_due_at) == "06-16 12:00"  # two working hours


def test_a_holiday_moves_them_all(town):
    holiday("2025-06-18", "2025-06-19")
    order = town.dispatched(assists=[town.units.police])
    assert local(order.promised_at) == "06-25 17:30"
    assert local(town.of(order, town.units.police).due_at) == "06-24 17:30"


def test_a_sub_centre_is_due_half_a_day_before_the_city_and_its_street_half_a_day_before_it(town):
    sub = town.units.district
    type(sub).objects.filter(pk=sub.pk).update(kind="sub_centre")
    sub.refresh_from_db()
    order = town.dispatched(unit=sub)
    lead = town.lead(order)
    clerk = town.clerks[sub.pk]
    actions.sign(actor=clerk, assignment=lead)
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.street)
    assert local(lead.due_at) == "06-23 11:45"  # 4.5 days: half of a day of 6.5 hours before the close
    assert local(town.of(order, town.units.street).due_at) == "06-20 17:30"


def test_an_urgent_order_runs_on_the_natural_clock(town):
    order = town.dispatched(urgency="urgent", assists=[town.units.police])
    lead = town.lead(order)
    assert order.promised_at - order.filed_at == timedelta(hours=24)
    assert lead.sign_due_at - lead.dispatched_at == timedelta(minutes=30)
    assert lead.due_at - town.of(order, town.units.police).due_at == timedelta(hours=4.8)


def test_the_first_unit_answers_until_another_has_signed(town, frozen_now):
    order = town.dispatched(unit=town.units.housing)
    lead = town.lead(order)
    assert order.answerable_unit == town.units.housing
    clerk = town.clerks[town.units.housing.pk]
    actions.object_to_dispatch(actor=clerk, assignment=lead, clause="三定第五条", reason="属公安职责")
    actions.accept_objection(actor=town.people["dispatcher"], assignment=lead, unit=town.units.police, reason="同意")
    order.refresh_from_db()
    assert (order.lead_unit, order.answerable_unit) == (town.units.police, town.units.housing)
    actions.sign(actor=town.clerks[town.units.police.pk], assignment=town.lead(order))
    order.refresh_from_db()
    assert order.answerable_unit == town.units.police


def test_reassignment_gives_the_new_unit_its_own_time_and_keeps_the_promise(town, frozen_now):
    order = town.dispatched()
    promised = order.promised_at
    frozen_now.advance(timedelta(days=4))
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="职责不符")
    assert order.promised_at == promised
    assert local(town.lead(order).due_at) == "06-27 17:30"
    assert town.of(order, town.units.housing).state == "released"


def test_the_third_reassignment_goes_to_consulting(town):
    order = town.dispatched()
    dispatcher = town.people["dispatcher"]
    for unit in (town.units.police, town.units.street):
        actions.reassign(actor=dispatcher, order=order, unit=unit, reason="职责不符")
        assert order.state == "in_hand"
    actions.reassign(actor=dispatcher, order=order, unit=town.units.heating, reason="职责不符")
    assert (order.state, order.reassign_count, order.lead_unit) == ("consulting", 3, None)
    assert order.answerable_unit == town.units.housing
    actions.designate(
        actor=town.people["panelist"],
        order=order,
        unit=town.units.street,
        assists=[town.units.police],
        basis="编办意见",
    )
    assert (order.state, town.lead(order).must_sign) == ("in_hand", True)


def test_a_unit_objects_once_within_a_day_citing_the_clause(town, frozen_now):
    order = town.dispatched()
    lead, clerk = town.lead(order), town.clerks[town.units.housing.pk]
    actions.object_to_dispatch(actor=clerk, assignment=lead, clause="三定第五条", reason="属公安职责")
    assert lead.state == "objected"
    assert Obligation.objects.filter(kind="objection.due", done_at=None).count() == 1

    actions.uphold_dispatch(actor=town.people["dispatcher"], assignment=lead, reason="目录第 12 条")
    assert (lead.state, lead.must_sign) == ("to_sign", True)
    assert Obligation.objects.filter(kind="objection.due", done_at=None).count() == 0
    with pytest.raises(Conflict, match="须签收"):
        actions.object_to_dispatch(actor=clerk, assignment=lead, clause="再次", reason="再次")


def test_an_objection_after_the_day_is_too_late(town, frozen_now):
    lead = town.lead(town.dispatched())
    frozen_now.advance(timedelta(days=1, hours=8))  # Tuesday 18:00: the working day that began on Tuesday is over
    with pytest.raises(Conflict, match="退单时限"):
        actions.object_to_dispatch(actor=town.clerks[town.units.housing.pk], assignment=lead, clause="一", reason="二")


def test_the_same_unit_does_not_object_again_when_the_order_comes_back(town):
    order = town.dispatched()
    clerk, dispatcher = town.clerks[town.units.housing.pk], town.people["dispatcher"]
    lead = town.lead(order)
    actions.object_to_dispatch(actor=clerk, assignment=lead, clause="一", reason="二")
    actions.accept_objection(actor=dispatcher, assignment=lead, unit=town.units.police, reason="同意")
    order.refresh_from_db()
    actions.reassign(actor=dispatcher, order=order, unit=town.units.housing, reason="复核后仍属住建")
    with pytest.raises(Conflict, match="退单一次"):
        actions.object_to_dispatch(actor=clerk, assignment=town.lead(order), clause="一", reason="二")


def test_an_accepted_objection_counts_a_rejected_one_does_not(town):
    order = town.dispatched()
    lead, clerk = town.lead(order), town.clerks[town.units.housing.pk]
    actions.object_to_dispatch(actor=clerk, assignment=lead, clause="一", reason="属公安", suggested=town.units.police)
    actions.accept_objection(actor=town.people["dispatcher"], assignment=lead, unit=town.units.police, reason="同意")
    order.refresh_from_db()
    assert (order.upheld_objections, order.reassign_count) == (1, 1)
    objection = Objection.objects.get()
    assert (objection.accepted, objection.suggested) == (True, town.units.police)
    with pytest.raises(Conflict):
        actions.accept_objection(
            actor=town.people["dispatcher"], assignment=lead, unit=town.units.street, reason="又一次"
        )


def test_an_assist_that_objects_is_replaced_by_another_assist(town):
    order = town.dispatched(assists=[town.units.police])
    assist = town.of(order, town.units.police)
    actions.object_to_dispatch(
        actor=town.clerks[town.units.police.pk], assignment=assist, clause="一", reason="与本单位无关"
    )
    actions.accept_objection(actor=town.people["dispatcher"], assignment=assist, unit=town.units.heating, reason="同意")
    order.refresh_from_db()
    assert order.reassign_count == 0
    assert town.of(order, town.units.heating).part == "assist"


def test_the_order_waits_for_every_assist(town):
    order = town.dispatched(assists=[town.units.police, town.units.heating])
    town.submit_part(town.lead(order))
    town.submit_part(town.of(order, town.units.police))
    order.refresh_from_db()
    assert order.state == "in_hand"
    actions.waive_assist(actor=town.people["dispatcher"], order=order, unit=town.units.heating, reason="现场无供热设施")
    assert order.state == "to_audit"
    waived = town.of(order, town.units.heating)
    assert (waived.state, waived.waived) == ("cancelled", "现场无供热设施")
    steps = Step.objects.filter(order=order).order_by("id").values_list("action", "from_state", "to_state")
    assert list(steps)[-3:] == [
        ("waive_assist", "in_hand", "in_hand"),
        ("cancel", "to_sign", "cancelled"),
        ("units_done", "in_hand", "to_audit"),
    ]


def test_a_unit_is_given_an_order_once(town):
    order = town.dispatched(assists=[town.units.police])
    with pytest.raises(Invalid, match="已在承办"):
        actions.add_assist(actor=town.people["dispatcher"], order=order, unit=town.units.police)
    order.refresh_from_db()
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="协办改主办")
    parts = [(a.part, a.state) for a in order.assignments.filter(unit=town.units.police).order_by("id")]
    assert parts == [("assist", "released"), ("lead", "to_sign")]


def test_rooms_above_hear_of_every_new_lead_unit(town, monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "dispatched", [lambda o, a, p, kind, basis: heard.append((kind, a.unit.name, basis))])
    order = town.dispatched()
    actions.reassign(actor=town.people["dispatcher"], order=order, unit=town.units.police, reason="职责不符")
    assert heard == [("dispatch", "住房和城乡建设局", ""), ("reassign", "公安局", "")]


def test_dispatch_tells_the_citizen_and_sets_the_timers(town):
    order = town.dispatched()
    kinds = set(Obligation.objects.filter(done_at=None).values_list("kind", flat=True))
    assert {"assignment.sign_due", "assignment.contact_due", "assignment.due_soon", "assignment.overdue"} <= kinds
    notices = Obligation.objects.filter(kind="notice.send").order_by("id")
    assert [n.payload["code"] for n in notices] == ["accepted", "dispatched"]
    assert notices[1].payload["fields"]["order_no"] == order.order_no
    assert not Obligation.objects.filter(kind="order.auto_dispatch", done_at=None).exists()


def test_the_event_holds_ids_and_no_words(town):
    citizen_words = "我叫某某，电话 13800138000"
    order = town.dispatched(text=citizen_words)
    actions.urge(actor=town.people["agent"], order=order, words="电话 13800138000，急")
    for event in Event.objects.all():
        assert "13800138000" not in str(event.payload)
        assert "急" not in str(event.payload)
