"""Automatic dispatch happens once, only while it is right, and everything chosen is written down."""

from collections.abc import Callable

import pytest

from huying.base.events import obligations
from huying.base.events.models import Event
from huying.base.org.models import Unit
from huying.handling.dispatch import actions, selectors
from huying.handling.dispatch.models import Ban, Decision, Precedent
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from huying.handling.orders import timers
from huying.handling.orders.models import Assignment, WorkOrder
from tests import factories
from tests.handling.dispatch.conftest import LONG_AGO

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOISE = "东风社区工地夜里十二点还在施工，噪声很大，无法休息，希望处理。"


@pytest.fixture
def filed(county) -> Callable[..., WorkOrder]:
    """An order just filed with its analysis; the catalogue sends its category to 住建局."""
    county.entry(category=county.categories.noise, unit=county.units.housing)

    def file(text: str = NOISE, **fields) -> WorkOrder:
        order = factories.order(county.people["agent"], text=text, category=county.categories.noise, **fields)
        understand(text=text, category=county.categories.noise).row(order).save()
        return order

    return file


def drain(order: WorkOrder) -> WorkOrder:
    obligations.oblige_many([timers.auto_dispatch(order)])
    obligations.run_due(kinds=["order.auto_dispatch"])
    order.refresh_from_db()
    return order


def lead(order: WorkOrder) -> Assignment:
    return order.assignments.exclude(state__in=["released", "cancelled"]).get(part="lead", parent=None)


def decisions(order: WorkOrder) -> list[tuple[str, Unit | None, Unit]]:
    return [(row.kind, row.proposed, row.chosen) for row in Decision.objects.filter(order=order).order_by("id")]


def test_what_the_gate_lets_through_is_dispatched_at_once(county, filed):
    order = drain(filed())

    assert (order.state, order.automatic, order.dispatched_by) == ("in_hand", True, "catalogue")
    assert lead(order).unit == county.units.housing
    assert lead(order).opinion.endswith("前联系诉求人并答复。")
    assert decisions(order) == [("automatic", county.units.housing, county.units.housing)]


def test_a_second_try_changes_nothing(county, filed):
    order = drain(filed())
    events = Event.objects.count()

    obligations.oblige(kind="order.auto_dispatch", key="again", due_at=order.filed_at, payload={"workorder": order.pk})
    obligations.run_due(kinds=["order.auto_dispatch"])

    assert (Assignment.objects.count(), Event.objects.count(), Decision.objects.count()) == (1, events, 1)


def test_an_order_for_a_person_is_left_waiting(county, filed):
    order = filed()
    order.fresh_analysis.automatic = False
    order.fresh_analysis.save()

    obligations.oblige(kind="order.auto_dispatch", key="try", due_at=order.filed_at, payload={"workorder": order.pk})
    obligations.run_due(kinds=["order.auto_dispatch"])
    order.refresh_from_db()

    assert order.state == "to_dispatch"


@pytest.mark.parametrize("meanwhile", ["banned", "abolished", "switched_off"])
def test_what_changed_between_reading_and_dispatching_counts(county, filed, meanwhile):
    order = filed()
    dues = [timers.auto_dispatch(order)]
    if meanwhile == "banned":
        Ban.objects.create(
            category=county.categories.noise, unit=county.units.housing, basis="新规定", effective_from=LONG_AGO
        )
    elif meanwhile == "abolished":
        county.units.housing.active_until = LONG_AGO
        county.units.housing.save()
    else:
        actions.set_automation(actor=county.people["model_manager"], limit=0.02, enabled=False)

    obligations.oblige_many(dues)
    obligations.run_due(kinds=["order.auto_dispatch"])
    order.refresh_from_db()

    assert order.state == "to_dispatch"


def test_a_reopened_order_is_a_persons_to_dispatch(county, filed):
    order = filed(dispatched_at=factories.clock.now())

    assert drain(order).state == "to_dispatch"


def test_an_order_without_analysis_is_read_when_it_is_tried(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    order = factories.order(county.people["agent"], text=NOISE, category=county.categories.noise)

    obligations.oblige(kind="order.auto_dispatch", key="try", due_at=order.filed_at, payload={"workorder": order.pk})
    obligations.run_due(kinds=["order.auto_dispatch"])
    order.refresh_from_db()

    assert order.state == "in_hand"
    assert selectors.latest_analysis(order).step == "catalogue"


def test_a_dispatcher_confirms_or_corrects(county, filed):
    confirmed, corrected = filed(), filed()
    dispatcher = county.people["dispatcher"]

    orders.dispatch(actor=dispatcher, order=confirmed, unit=county.units.housing)
    orders.dispatch(actor=dispatcher, order=corrected, unit=county.units.police)

    assert decisions(confirmed) == [("confirmed", county.units.housing, county.units.housing)]
    assert decisions(corrected) == [("corrected", county.units.housing, county.units.police)]


def test_an_accepted_objection_is_a_label_and_counts_as_wrong(county, filed):
    order = drain(filed())
    clerk, dispatcher = county.people["unit_clerk"], county.people["dispatcher"]
    orders.object_to_dispatch(actor=clerk, assignment=lead(order), clause="三定", reason="不属本单位职责")

    orders.accept_objection(actor=dispatcher, assignment=lead(order), unit=county.units.police, reason="同意改派")

    kinds = [kind for kind, _, _ in decisions(order)]
    figures = selectors.automation_figures()
    assert kinds == ["automatic", "objection"]
    assert (figures["automatic"], figures["share"], figures["wrong"], figures["wrong_per_hundred"]) == (
        1,
        1.0,
        1,
        100.0,
    )


def test_a_reassignment_counts_as_wrong(county, filed):
    order = drain(filed())

    orders.reassign(actor=county.people["dispatcher"], order=order, unit=county.units.police, reason="职责不符")

    assert selectors.automation_figures()["wrong"] == 1


def test_an_objection_that_was_not_accepted_spoils_nothing(county, filed):
    order = drain(filed())
    clerk, dispatcher = county.people["unit_clerk"], county.people["dispatcher"]
    orders.object_to_dispatch(actor=clerk, assignment=lead(order), clause="三定", reason="不属本单位职责")

    orders.uphold_dispatch(actor=dispatcher, assignment=lead(order), reason="按目录 3.2 条")

    assert selectors.automation_figures()["wrong"] == 0


def test_what_a_panel_designated_is_shown_at_the_next_like_case(county, filed):
    order = filed()
    orders.unclear(actor=county.people["dispatcher"], order=order, reason="职责交叉")

    orders.designate(
        actor=county.people["panelist"],
        order=order,
        unit=county.units.police,
        assists=[county.units.housing],
        basis="会商纪要〔2025〕3 号",
    )

    precedent = Precedent.objects.get()
    assert (precedent.unit, precedent.basis) == (county.units.police, "会商纪要〔2025〕3 号")
    assert precedent.assists == [county.units.housing.public_id]
    assert decisions(order)[-1][0] == "panel"
    seen = understand(text=NOISE, category=county.categories.noise)
    assert any("会商：由公安局主办" in reason for one in seen.units for reason in one.reasons)


def test_the_centre_sees_the_analysis_on_the_orders_page_and_a_unit_does_not(county, filed, client_for):
    order = drain(filed())

    centre = client_for(county.people["dispatcher"]).get(f"/orders/{order.public_id}").json()
    unit = client_for(county.people["unit_clerk"]).get(f"/orders/{order.public_id}").json()

    assert centre["analysis"]["units"][0]["name"] == county.units.housing.name
    assert centre["analysis"]["units"][0]["load"] == {"open": 1, "overdue": 0, "staff": 0}
    assert unit["analysis"] is None
