"""Being late: told once, by an event and a line in the timeline. Nobody's form goes stale by it: versions stay."""

from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.org.selectors import system_person
from huying.handling.orders.models import Assignment, Step, WorkOrder


def order_overdue(order: WorkOrder) -> None:
    """The order is late: flagged; the event names who answers for it."""
    with transaction.atomic():
        WorkOrder.objects.filter(pk=order.pk).update(overdue=True)
        _told(order, None, "overdue", {"answerable": order.answerable_unit_id, "tell": ["supervisor"]})


def assignment_late(assignment: Assignment, what: str) -> None:
    """``sign_overdue``, ``contact_overdue`` or ``assignment_overdue``."""
    with transaction.atomic():
        _told(assignment.order, assignment, what, {"tell": ["duty_leader", "supervisor"]})


def decision_late(assignment: Assignment, kind: str, row: int) -> None:
    """An objection or petition waits too long for the centre."""
    with transaction.atomic():
        _told(assignment.order, assignment, "decision_overdue", {"kind": kind, "row": row, "tell": ["duty_leader"]})


def difficult_late(order: WorkOrder) -> None:
    """A difficult case was not concluded by the time its leader was given."""
    with transaction.atomic():
        _told(order, None, "difficult_overdue", {"tell": ["duty_leader", "supervisor"]})


def milestone_missed(order: WorkOrder, milestone: int) -> None:
    """A milestone of a difficult case was not reached on its day."""
    with transaction.atomic():
        _told(order, None, "milestone_overdue", {"milestone": milestone, "tell": ["duty_leader", "supervisor"]})


def remind(assignment: Assignment) -> None:
    """Due soon: only an event, nothing for the timeline."""
    with transaction.atomic():
        record(
            actor=system_person(),
            verb="assignment.due_soon",
            subject=assignment,
            payload={"order": assignment.order.public_id, "unit": assignment.unit_id},
        )


def _told(order: WorkOrder, assignment: Assignment | None, what: str, payload: dict[str, Any]) -> None:
    subject = assignment or order
    system = system_person()
    Step.objects.bulk_create(
        [
            Step(
                order=order,
                assignment=assignment,
                action=what,
                at=clock.now(),
                by=system,
                from_state=subject.state,
                to_state=subject.state,
            )
        ]
    )
    base: dict[str, Any] = {"order": order.public_id}
    if assignment is not None:
        base |= {"assignment": assignment.public_id, "unit": assignment.unit_id}
    record(
        actor=system,
        verb=f"{subject._meta.model_name.replace('workorder', 'order')}.{what.removeprefix('assignment_')}",
        subject=subject,
        payload=base | payload,
    )
