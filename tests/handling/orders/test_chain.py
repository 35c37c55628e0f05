"""The whole way of an order: filed, dispatched, signed, answered, audited, visited, closed."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.events.models import Event
from huying.handling.orders import actions
from huying.handling.orders.models import Step

pytestmark = pytest.mark.postgres


def test_an_order_goes_from_filing_to_closing(town):
    order = town.file()
    assert order.state == "to_dispatch"
    assert order.promised_at > order.filed_at

    actions.dispatch(actor=town.people["dispatcher"], order=order, unit=town.units.housing)
    assert order.state == "in_hand"
    lead = town.lead(order)
    assert (lead.state, lead.due_at) == ("to_sign", order.promised_at)

    town.submit_part(lead)
    order.refresh_from_db()
    assert (order.state, order.conclusion) == ("to_audit", "solved")

    actions.pass_audit(actor=town.people["auditor"], order=order)
    assert order.state == "to_visit"
    answers = {"reached": True, "contacted": "yes", "solved": "solved", "satisfied": "basic"}
    actions.record_visit(actor=town.people["visitor"], order=order, **answers)

    assert (order.state, order.closing) == ("closed", "visited")
    order.refresh_from_db()
    assert order.state == "closed"


def test_each_action_writes_one_event_one_audit_row_and_its_steps(town):
    order = town.file()
    before = Event.objects.count(), AuditEntry.objects.count(), Step.objects.count()
    actions.dispatch(actor=town.people["dispatcher"], order=order, unit=town.units.housing, assists=[town.units.police])
    assert (Event.objects.count(), AuditEntry.objects.count()) == (before[0] + 1, before[1] + 1)
    assert Event.objects.latest("id").type == "order.dispatch"
    step = Step.objects.filter(order=order).latest("id")
    assert (step.action, step.from_state, step.to_state) == ("dispatch", "to_dispatch", "in_hand")
