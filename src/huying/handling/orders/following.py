"""Master and children: orders of different citizens about one matter. A child ends with its master.

Each child keeps its own notices and its own visit; a second order of the master's own citizen is not visited twice.
"""

from typing import Any

from huying.handling.orders import rules, timers
from huying.handling.orders.engine import Act
from huying.handling.orders.limits import Shift, policy_for
from huying.handling.orders.models import WorkOrder


def followers(act: Act) -> list[WorkOrder]:
    """The children that wait for this order, locked and saved with the action."""
    rows = WorkOrder.objects.select_for_update().filter(master=act.order, state="merged").order_by("id")
    children = list(rows)
    for child in children:
        act.track(child)
    if children:
        act.payload["children"] = [child.pk for child in children]
    return children


def followers_told(act: Act, code: str, **fields: Any) -> None:
    """What the master's citizen is told, the citizens of its children are told with their own numbers and dates."""
    for child in WorkOrder.objects.filter(master=act.order, state="merged").order_by("id"):
        act.dues += timers.notice(child, code, number=act.order.version, **fields)


def followers_extended(act: Act, shift: Shift, reason: str) -> None:
    """The master's extension moves the promises to the others too, and each of them is told."""
    for child in followers(act):
        child.promised_at, child.due_at = shift(child.promised_at), shift(child.due_at)
        act.dues += timers.notice(child, "extended", reason=reason)


def followers_concluded(act: Act) -> None:
    """The master passed audit: its children have the same answer, and are visited or closed."""
    for child in followers(act):
        child.conclusion, child.concluded_at = act.order.conclusion, act.at
        child.reply, child.reply_identifiers_sealed = act.order.reply, act.order.reply_identifiers_sealed
        child.lead_unit_id, child.answerable_unit_id = act.order.lead_unit_id, act.order.answerable_unit_id
        own_visit = needs_visit(child) and child.citizen_id != act.order.citizen_id
        _end(act, child, "to_visit" if own_visit else "closed")
        act.dues += timers.notice(child, "concluded", unit=unit_name(child), reply=child.reply)


def followers_end(act: Act, to: str) -> None:
    """The master ended without audit (declined, answered at once, transferred): so do its children."""
    for child in followers(act):
        child.reply = act.order.reply
        _end(act, child, to)
        act.dues += timers.notice(child, "declined" if to == "declined" else "closed", **_reason(act, to))


def followers_freed(act: Act) -> None:
    """The master ended for reasons of its own citizen (withdrawn, 无法补充): the others' matter has still to be handled."""
    for child in followers(act):
        act.carry(child, "unmerge")
        child.master = None
        child.closed_at = None
        act.dues += [*timers.of_order(child), timers.auto_dispatch(child)]


def _end(act: Act, child: WorkOrder, to: str) -> None:
    act.carry(child, "follow_master", to)
    if to != "to_visit":
        child.closed_at = act.at
        child.closing = "" if to == "declined" else "with_master"
    else:
        act.dues += timers.visit_invite(child)


def _reason(act: Act, to: str) -> dict[str, Any]:
    return {"reason": act.order.reply} if to == "declined" else {}


def needs_visit(order: WorkOrder) -> bool:
    return rules.visit_needed(
        request_type=order.request_type,
        anonymous=order.anonymous,
        confidential=order.confidential,
        reachable=order.citizen_id is not None,
        not_needed=policy_for(order, "visit.not_needed"),
    )


def unit_name(order: WorkOrder) -> str:
    return order.lead_unit.name if order.lead_unit else ""
