"""Giving orders to units and taking them back, as parts of larger actions."""

from datetime import datetime

from huying.base.calendars.selectors import current_calendar
from huying.base.errors import Invalid
from huying.base.org.models import Unit, UnitKind
from huying.handling.orders import clockwork, rules, timers
from huying.handling.orders.engine import Act
from huying.handling.orders.guards import is_lead
from huying.handling.orders.limits import due, limit_for, margin
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES

LEAD, ASSIST = "lead", "assist"


def give_lead(act: Act, unit: Unit, *, by: str, opinion: str = "", own_time: bool = False) -> Assignment:
    """A new lead unit. It is due with the promise; after a reassignment it has a limit of its own, the promise stays.

    首接负责: the first unit answers for the order from now on, also while it objects, until another has signed.
    """
    order = act.order
    handle = limit_for(order, "handle")
    target = order.due_at or order.promised_at
    until = rules.unit_due(None if own_time else target, act.at, handle, current_calendar())
    if unit.kind == UnitKind.SUB_CENTRE:
        until = rules.inner_due(until, margin(order, "sub_centre"), act.at, current_calendar())
    order.lead_unit = unit
    if order.answerable_unit_id is None:
        order.answerable_unit = unit
    contact = min(due(order, "contact", act.at), until)
    return _new(act, unit, LEAD, until, by=by, opinion=opinion, contact_due_at=contact)


def give_assist(act: Act, unit: Unit, *, by: str, opinion: str = "") -> Assignment:
    """An assisting unit, due one working day before the lead."""
    _not_twice(act, unit)
    lead = act.lead
    until = (
        lead.due_at
        if lead
        else rules.unit_due(act.order.due_at, act.at, limit_for(act.order, "handle"), current_calendar())
    )
    until = rules.inner_due(until, margin(act.order, "assist"), act.at, current_calendar())
    return _new(act, unit, ASSIST, until, by=by, opinion=opinion)


def give_child(act: Act, parent: Assignment, unit: Unit, *, opinion: str = "") -> Assignment:
    """二级派单: work handed on inside, due before its parent, who stays responsible."""
    _not_twice(act, unit)
    until = child_due(act.order, parent, act.at)
    return _new(act, unit, parent.part, until, by="person", opinion=opinion, parent=parent)


def child_due(order: WorkOrder, parent: Assignment, at: datetime) -> datetime:
    """When work handed on at ``at`` is due: counted backwards from the level above."""
    above = "sub_centre" if parent.unit.kind == UnitKind.SUB_CENTRE else "child"
    return rules.inner_due(parent.due_at, margin(order, above), at, current_calendar())


def sign_due(order: WorkOrder, at: datetime, until: datetime) -> datetime:
    """By when what is given at ``at`` and due at ``until`` has to be signed."""
    return max(at, min(due(order, "sign", at), until))


def end(act: Act, assignment: Assignment, action: str, note: str = "") -> None:
    """``release`` or ``cancel`` an assignment with all handed on below it; its timers end, a stopped clock runs on."""
    for child in act.assignments:
        if child.parent_id == assignment.pk and child.state in OPEN_ASSIGNMENT_STATES:
            end(act, child, action)
    clockwork.start_assignment(act, assignment)
    act.released += timers.keys_of_assignment(assignment)
    act.dues = [due for due in act.dues if due.key not in set(timers.keys_of_assignment(assignment))]
    act.carry(assignment, action, note=note)
    assignment.ended_at = act.at


def end_all(act: Act, action: str) -> None:
    for assignment in act.open_assignments:
        if assignment.state in OPEN_ASSIGNMENT_STATES:  # a child may have ended with its parent
            end(act, assignment, action)


def when_units_done(act: Act) -> None:
    """The order goes to audit once the lead has submitted and each assist has submitted or was waived."""
    lead = act.lead
    waiting = [a for a in act.assignments if a.parent_id is None and a.state in OPEN_ASSIGNMENT_STATES]
    if act.order.state != "in_hand" or lead is None or lead.state != "submitted" or waiting:
        return
    act.order.conclusion = lead.conclusion
    act.order.reply, act.order.reply_identifiers_sealed = lead.answer, lead.answer_identifiers_sealed
    act.carry(act.order, "units_done")


def signed(act: Act, assignment: Assignment) -> None:
    """The lead unit that has signed answers for the order from now on."""
    if is_lead(assignment):
        act.order.answerable_unit_id = assignment.unit_id


def _new(
    act: Act, unit: Unit, part: str, until, *, by: str, opinion: str, parent=None, contact_due_at=None
) -> Assignment:
    until = max(until, act.at)
    assignment = Assignment(
        order=act.order,
        unit=unit,
        part=part,
        parent=parent,
        state="to_sign",
        state_since=act.at,
        opinion=opinion,
        dispatched_at=act.at,
        dispatched_by=by,
        sign_due_at=sign_due(act.order, act.at, until),
        contact_due_at=contact_due_at,
        due_from=act.at,
        due_at=until,
    )
    act.add(assignment)
    act.dues += timers.of_assignment(assignment)
    return assignment


def _not_twice(act: Act, unit: Unit) -> None:
    if any(a.unit_id == unit.pk for a in act.open_assignments):
        raise Invalid(f"{unit.name}已在承办这件工单。", errors=[{"field": "unit", "message": "已在承办"}])
