"""Due times while an action is carried out: promising, stopping and starting clocks, moving due times together."""

from huying.base.calendars import arithmetic
from huying.base.calendars.selectors import current_calendar
from huying.handling.orders import rules, timers
from huying.handling.orders.engine import Act
from huying.handling.orders.guards import is_lead
from huying.handling.orders.limits import Shift, due, limit_for, shift_by_pause
from huying.handling.orders.models import Assignment, WorkOrder


def promise(order: WorkOrder, start) -> None:
    """Give the citizen a time: the limit for this order counted from ``start``. The first promise is kept for ever."""
    expect(order, start)
    order.promised_at = order.due_at
    order.first_promised_at = order.first_promised_at or order.promised_at


def expect(order: WorkOrder, start) -> None:
    """By when it ought to be done. A draft has this for its place in the queue; nothing is promised yet."""
    limit = limit_for(order, "handle")
    order.clock_kind = rules.clock_kind(limit)
    order.due_from, order.due_at = start, arithmetic.due(start, limit, current_calendar()).at


def new_round(order: WorkOrder, start) -> None:
    """A redo has its own due time; the promise given to the citizen stays what it was."""
    limit = limit_for(order, "redo")
    order.clock_kind = rules.clock_kind(limit)
    order.due_from, order.due_at = start, due(order, "redo", start)


def renew_timers(act: Act) -> None:
    """Replace the order's timers by those of its present state and due time."""
    end_timers(act)
    act.dues += timers.of_order(act.order)


def end_timers(act: Act) -> None:
    """Nothing of this order is waited for by the clock any more."""
    act.released += act.order_timers
    act.dues = [due for due in act.dues if due.kind not in timers.ORDER_KINDS]


def stop_order(act: Act) -> None:
    """待补充: the promised time stands still from now."""
    end_timers(act)
    if act.order.due_at is not None:
        act.order.clock_stopped_at = act.at


def start_order(act: Act) -> None:
    """The clock runs on: what was promised moves by exactly the time it stood still."""
    order = act.order
    if order.clock_stopped_at is None:
        return
    shift = shift_by_pause(order.clock_stopped_at, act.at, order.clock_kind)
    order.clock_stopped_at = None
    _shift_order(order, shift)


def stop_assignment(act: Act, assignment: Assignment) -> None:
    """An approved 挂账 stops the unit's clock; the lead's also the citizen's, and so everybody's."""
    stopped = act.open_assignments if is_lead(assignment) else [assignment, *_below(act, assignment)]
    for each in stopped:
        act.released += timers.keys_of_assignment(each)
    assignment.clock_stopped_at = act.at
    if is_lead(assignment):
        stop_order(act)


def start_assignment(act: Act, assignment: Assignment) -> None:
    """The unit goes on: its due time, those below it, and for the lead everybody's, move by the stopped time."""
    since = assignment.clock_stopped_at
    if since is None:
        return
    shift = shift_by_pause(since, act.at, act.order.clock_kind)
    assignment.clock_stopped_at = None
    if is_lead(assignment):
        start_order(act)
        renew_timers(act)
        moved = [a for a in act.open_assignments if a is not assignment]
    else:
        moved = _below(act, assignment)
    for each in [assignment, *moved]:
        if each.clock_stopped_at is None:
            shift_assignment(act, each, shift)


def shift_assignment(act: Act, assignment: Assignment, shift: Shift) -> None:
    act.released += timers.keys_of_assignment(assignment)
    assignment.due_from = shift(assignment.due_from) or assignment.due_from
    assignment.due_at = shift(assignment.due_at) or assignment.due_at
    act.dues += timers.of_assignment(assignment)


def extend_assignment(act: Act, assignment: Assignment, shift: Shift) -> None:
    """An approved extension: the lead's moves the promise and all that is counted back from it."""
    if not is_lead(assignment):
        above = next((a for a in act.assignments if a.pk == assignment.parent_id), act.lead)
        latest = above.due_at if above else assignment.due_at
        _set_due(act, assignment, max(assignment.due_at, min(shift(assignment.due_at) or latest, latest)))
        return
    order = act.order
    order.promised_at, order.due_at = shift(order.promised_at), shift(order.due_at)
    renew_timers(act)
    for each in act.open_assignments:
        if each.clock_stopped_at is None:
            _set_due(act, each, shift(each.due_at) or each.due_at)


def _set_due(act: Act, assignment: Assignment, at) -> None:
    act.released += timers.keys_of_assignment(assignment)
    assignment.due_at = at
    act.dues += timers.of_assignment(assignment)


def _shift_order(order: WorkOrder, shift: Shift) -> None:
    order.promised_at, order.due_at = shift(order.promised_at), shift(order.due_at)
    order.due_from = shift(order.due_from)


def _below(act: Act, assignment: Assignment) -> list[Assignment]:
    return [a for a in act.open_assignments if a.parent_id == assignment.pk]
