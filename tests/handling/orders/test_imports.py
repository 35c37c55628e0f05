"""The bulk path: idempotent, in one go, with pasts that could have happened."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.base.audit.models import AuditEntry
from huying.base.calendars.clock import SHANGHAI
from huying.base.events.models import Event
from huying.handling.orders import selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.imports import ImportedOrder, import_orders
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.pasts import IllegalPast, PastMove, played, usual_moves
from tests import factories
from tests.handling.orders.life import check_assignment, check_order, check_timeline

pytestmark = pytest.mark.postgres

DAY = datetime(2025, 3, 3, tzinfo=SHANGHAI)


@pytest.fixture
def actor(db, frozen_now):
    return factories.person("system_admin")


def imported(number, **fields) -> ImportedOrder:
    return ImportedOrder(
        **{"source": "old", "source_no": str(number), "text": f"路灯不亮 {number}", "filed_at": DAY} | fields
    )


def test_a_batch_is_written_once(actor):
    unit = factories.unit()
    batch = [imported(n, unit=unit) for n in range(30)]
    assert import_orders(actor=actor, batch=[*batch, batch[0]]).added == 30
    again = import_orders(actor=actor, batch=batch)
    assert (again.added, again.present) == (0, 30)
    assert WorkOrder.objects.count() == 30
    assert Event.objects.filter(type="order.imported").count() == 30
    assert AuditEntry.objects.filter(verb="order.imported").count() == 1
    assert len(set(WorkOrder.objects.values_list("order_no", flat=True))) == 30


def test_statements_do_not_grow_with_the_batch(actor):
    unit = factories.unit()

    def cost(start: int, number: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            import_orders(actor=actor, batch=[imported(n, unit=unit) for n in range(start, start + number)])
        return len([q for q in seen.captured_queries if "INSERT" not in q["sql"]])

    cost(0, 5)
    assert cost(100, 40) == cost(1000, 5)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "closed"),
        ({"status": "open"}, "in_hand"),
        ({"solved": "solved", "satisfied": "satisfied"}, "closed"),
        ({"times_known": False}, "closed"),
        ({"closed_at": DAY + timedelta(days=3)}, "closed"),
    ],
)
def test_every_imported_timeline_is_legal(actor, fields, state):
    unit, other = factories.unit(), factories.unit()
    order = import_orders(actor=actor, batch=[imported(1, unit=unit, assists=[other], **fields)]).orders[0]
    order.refresh_from_db()
    parts = list(order.assignments.all())
    assert (order.state, len(parts)) == (state, 2)
    if state == "closed":
        check_timeline(order)
        for part in parts:
            check_assignment_state(part)
    else:
        check_order(order, parts)
        for part in parts:
            check_assignment(order, part)


def check_assignment_state(part: Assignment) -> None:
    assert part.state == "submitted"
    assert part.due_at >= part.dispatched_at


def test_without_a_unit_it_was_answered_or_still_waits(actor):
    batch = [imported(1), imported(2, status="open")]
    orders = import_orders(actor=actor, batch=batch).orders
    assert [o.state for o in orders] == ["answered", "to_dispatch"]


def test_a_time_the_source_does_not_tell_stays_empty(actor):
    unit = factories.unit()
    order = import_orders(actor=actor, batch=[imported(1, unit=unit, times_known=False)]).orders[0]
    order.refresh_from_db()
    assert (order.times_known, order.dispatched_at, order.concluded_at, order.closed_at) == (False, None, None, None)
    part = order.assignments.get()
    assert (part.signed_at, part.submitted_at) == (None, None)
    assert all(data.get("not_in_source") for data in Step.objects.filter(order=order).values_list("data", flat=True))


def test_what_the_source_tells_is_kept(actor):
    unit = factories.unit()
    closed, due = DAY + timedelta(days=9), DAY + timedelta(days=7)
    order = import_orders(
        actor=actor, batch=[imported(1, unit=unit, closed_at=closed, due_at=due, reply="已修复")]
    ).orders[0]
    order.refresh_from_db()
    assert (order.closed_at, order.promised_at, order.overdue, order.reply) == (closed, due, True, "已修复")
    assert order.closing == "source"
    assert Step.objects.get(order=order, action="pass_audit").data == {}


def test_a_lived_past_is_kept_move_by_move(actor):
    unit = factories.unit()
    clerk = factories.person("unit_clerk", unit=unit)
    hours = [DAY + timedelta(hours=h) for h in range(9, 18)]
    moves = [
        PastMove("submit", hours[0], to="to_dispatch"),
        PastMove("dispatch", hours[1]),
        PastMove("sign", hours[2], 0, by=clerk),
        PastMove("record_outreach", hours[3], 0, by=clerk, note="已联系"),
        PastMove("finish", hours[4], 0, by=clerk),
        PastMove("sign_off", hours[5], 0),
        PastMove("units_done", hours[5]),
        PastMove("pass_audit", hours[6], to="to_visit"),
        PastMove("record_visit", hours[7], to="closed", data={"reached": True}),
    ]
    order = import_orders(
        actor=actor, batch=[imported(1, unit=unit, filed_at=hours[0], moves=moves, conclusion="solved")]
    ).orders[0]
    order.refresh_from_db()
    part = order.assignments.get()
    assert (order.state, order.closing, order.closed_at) == ("closed", "visited", hours[7])
    assert (part.signed_at, part.submitted_at, part.conclusion) == (hours[2], hours[5], "solved")
    assert order.promised_at > order.filed_at
    assert Step.objects.get(order=order, action="sign").by == clerk
    check_timeline(order)


@pytest.mark.parametrize(
    "moves",
    [
        [PastMove("dispatch", DAY)],
        [PastMove("submit", DAY, to="closed")],
        [PastMove("submit", DAY, to="to_dispatch"), PastMove("sign", DAY, 0)],
        [PastMove("submit", DAY, to="to_dispatch"), PastMove("unclear", DAY - timedelta(hours=1))],
        [*usual_moves(filed_at=DAY, closed_at=None, closed=False, units=1), PastMove("units_done", DAY)],
        [PastMove("submit", DAY, to="to_dispatch"), PastMove("sign", DAY, 3)],
    ],
)
def test_a_past_that_cannot_have_happened_is_refused(actor, moves):
    with pytest.raises(IllegalPast):
        played(moves, parts=1, start=DAY)
    with pytest.raises(IllegalPast):
        import_orders(actor=actor, batch=[imported(1, unit=factories.unit(), moves=moves), imported(2)])
    assert not WorkOrder.objects.exists()


def test_imported_orders_are_in_their_units_lists(actor):
    units = factories.unit_tree()
    clerk = factories.person("unit_clerk", unit=units.district)
    import_orders(actor=actor, batch=[imported(1, unit=units.community), imported(2, unit=units.police)])
    page = selectors.order_page(clerk, OrderFilters())
    assert [WorkOrder.objects.get(order_no=item["order_no"]).source_no for item in page["items"]] == ["1"]
