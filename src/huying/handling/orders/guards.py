"""What a move asks for beyond its state: the reason, in a clerk's words, why it can't be made just now.

The state tables say which moves there are; a guard narrows one by what happened before (an objection is raised once,
an order is extended once). The engine refuses by them and the pages leave the buttons out by them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from huying.handling.orders.limits import due, policy_for
from huying.handling.orders.models import Assignment, Objection, WorkOrder
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES


class Situation(Protocol):
    """What a guard may look at."""

    order: WorkOrder
    assignment: Assignment | None
    at: datetime

    @property
    def assignments(self) -> list[Assignment]: ...


Guard = Callable[[Situation], str]


def is_lead(assignment: Assignment) -> bool:
    """Whether it is the order's own lead assignment (not a child of it)."""
    return assignment.part == "lead" and assignment.parent_id is None


def open_children(now: Situation) -> list[Assignment]:
    assert now.assignment is not None
    return [a for a in now.assignments if a.parent_id == now.assignment.pk and a.state in OPEN_ASSIGNMENT_STATES]


def open_assists(now: Situation) -> list[Assignment]:
    return [
        a for a in now.assignments if a.part == "assist" and a.parent_id is None and a.state in OPEN_ASSIGNMENT_STATES
    ]


def _object(now: Situation) -> str:
    assignment = now.assignment
    assert assignment is not None
    if assignment.must_sign:
        return "派单已审定，须签收。"
    if now.at > due(now.order, "object", assignment.dispatched_at):
        return "已过退单时限。"
    before = Objection.objects.filter(assignment__order=now.order, assignment__unit_id=assignment.unit_id)
    return "本单位已就此工单退单一次，不能再次退单。" if before.exists() else ""


def _extend(now: Situation) -> str:
    assignment = now.assignment
    assert assignment is not None
    if now.at > assignment.due_at:
        return "已过办理期限，不能再申请延期。"
    limit = policy_for(now.order, "extension.max_count")
    if is_lead(assignment) and now.order.extension_count >= limit:
        return f"本工单已延期 {now.order.extension_count} 次，不能再延。"
    granted = assignment.petitions.filter(kind="extension", granted=True).count() if not is_lead(assignment) else 0
    return f"本任务已延期 {granted} 次，不能再延。" if granted >= limit else ""


def _decide_suspension(now: Situation) -> str:
    assert now.assignment is not None
    return "挂账已经批准。" if now.assignment.clock_stopped_at else ""


def _finish(now: Situation) -> str:
    waiting = open_children(now)
    return f"下级任务还有 {len(waiting)} 件未办结，请先收回或等其办结。" if waiting else ""


def _recall(now: Situation) -> str:
    return "" if open_children(now) else "没有办理中的下级任务。"


def _waive(now: Situation) -> str:
    return "" if open_assists(now) else "没有办理中的协办任务。"


def _difficult(now: Situation) -> str:
    return "已是疑难件。" if now.order.difficult else ""


def _milestone(now: Situation) -> str:
    waiting = now.order.difficult and now.order.difficult_case.milestones.filter(done_at__isnull=True).exists()
    return "" if waiting else "没有未完成的节点。"


def _sensitive(now: Situation) -> str:
    return "已标为敏感。" if now.order.sensitive else ""


def _close_shelved(now: Situation) -> str:
    return "" if now.order.shelved_until else "本工单没有挂账。"


ORDER_GUARDS: dict[str, Guard] = {
    "waive_assist": _waive,
    "escalate_difficult": _difficult,
    "reach_milestone": _milestone,
    "mark_sensitive": _sensitive,
    "close_shelved": _close_shelved,
}
ASSIGNMENT_GUARDS: dict[str, Guard] = {
    "object_to_dispatch": _object,
    "extend": _extend,
    "decide_suspension": _decide_suspension,
    "finish": _finish,
    "suspend": _finish,
    "ask_ruling": _finish,
    "recall_child": _recall,
}
