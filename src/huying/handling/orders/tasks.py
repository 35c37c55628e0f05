"""What falls due in the life of an order. A handler whose order went on in the meantime does nothing."""

from huying.base.calendars import clock
from huying.base.events.models import Obligation
from huying.base.events.obligations import handler
from huying.base.org.selectors import system_person
from huying.handling.orders import actions, escalations, rules
from huying.handling.orders.limits import policy_for
from huying.handling.orders.models import Assignment, DifficultCase, Milestone, Objection, Petition, WorkOrder
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES, OPEN_STATES


def _order(obligation: Obligation) -> WorkOrder:
    return WorkOrder.objects.get(pk=obligation.payload["workorder"])


def _assignment(obligation: Obligation) -> Assignment:
    return Assignment.objects.select_related("order", "unit").get(pk=obligation.payload["assignment"])


@handler("order.overdue")
def order_overdue(obligation: Obligation) -> None:
    """The time given for the order has gone by: flagged once, supervision hears of it by the event."""
    order = _order(obligation)
    late = order.due_at is not None and order.due_at <= clock.now()
    if late and rules.promise_runs(order.state) and order.clock_stopped_at is None and order.promised_at:
        escalations.order_overdue(order)


@handler("order.info_due")
def info_due(obligation: Obligation) -> None:
    """No answer from the citizen in time: 无法补充."""
    order = _order(obligation)
    if order.state == "need_info" and order.info_due_at and order.info_due_at <= clock.now():
        actions.give_up_info(actor=system_person(), order=order, note="诉求人未在期限内补充。")


@handler("order.transfer_silent")
def transfer_silent(obligation: Obligation) -> None:
    """Nobody took the transfer in time: it comes back as urgent, the duty leader is told."""
    order = _order(obligation)
    if order.state == "transferring" and order.due_at and order.due_at <= clock.now():
        actions.transfer_refused(actor=system_person(), order=order, reason="对方在时限内没有应答。")


@handler("assignment.sign_due")
def sign_due(obligation: Obligation) -> None:
    """Not signed in time: by the centre's choice it counts as signed, or it goes up."""
    assignment = _assignment(obligation)
    if assignment.state != "to_sign" or assignment.sign_due_at > clock.now():
        return
    if policy_for(assignment.order, "sign.timeout") == "counts_as_signed":
        actions.sign(actor=system_person(), assignment=assignment)
    else:
        escalations.assignment_late(assignment, "sign_overdue")


@handler("assignment.contact_due")
def contact_due(obligation: Obligation) -> None:
    """The citizen was not reached within the limit for first contact."""
    assignment = _assignment(obligation)
    if assignment.state in OPEN_ASSIGNMENT_STATES and assignment.first_contact_at is None:
        escalations.assignment_late(assignment, "contact_overdue")


@handler("assignment.due_soon")
def due_soon(obligation: Obligation) -> None:
    """The light turned red: the unit is reminded by the event."""
    assignment = _assignment(obligation)
    if _running(assignment) and assignment.due_at > clock.now():
        escalations.remind(assignment)


@handler("assignment.overdue")
def assignment_overdue(obligation: Obligation) -> None:
    """The unit is late."""
    assignment = _assignment(obligation)
    if _running(assignment) and assignment.due_at <= clock.now():
        escalations.assignment_late(assignment, "assignment_overdue")


def _running(assignment: Assignment) -> bool:
    stopped = assignment.clock_stopped_at or assignment.order.clock_stopped_at
    return assignment.state in OPEN_ASSIGNMENT_STATES and stopped is None


@handler("objection.due")
def objection_due(obligation: Obligation) -> None:
    """An objection was not decided in time: the duty leader is told."""
    objection = Objection.objects.select_related("assignment__order").get(pk=obligation.payload["id"])
    if objection.decided_at is None and objection.assignment.state == "objected":
        escalations.decision_late(objection.assignment, "objection", objection.pk)


@handler("petition.due")
def petition_due(obligation: Obligation) -> None:
    """A petition was not decided in time: the duty leader is told."""
    petition = Petition.objects.select_related("assignment__order").get(pk=obligation.payload["id"])
    if petition.decided_at is None and petition.assignment.state in ("extending", "suspended", "ruling"):
        escalations.decision_late(petition.assignment, petition.kind, petition.pk)


@handler("suspension.review")
def suspension_review(obligation: Obligation) -> None:
    """The review day of a 挂账 has come: the unit goes on."""
    petition = Petition.objects.select_related("assignment").get(pk=obligation.payload["id"])
    if petition.granted and petition.assignment.state == "suspended":
        actions.resume(actor=system_person(), assignment=petition.assignment, note="挂账复查日已到。")


@handler("shelved.review")
def shelved_review(obligation: Obligation) -> None:
    """The review day of a shelved judgement has come: the order closes."""
    order = _order(obligation)
    if order.state == "to_judge" and order.shelved_until and order.shelved_until <= clock.today():
        actions.close_shelved(actor=system_person(), order=order, note="挂账复查日已到。")


@handler("milestone.due")
def milestone_due(obligation: Obligation) -> None:
    """The day of a difficult case's milestone is over and it was not reached."""
    milestone = Milestone.objects.select_related("case__order").get(pk=obligation.payload["id"])
    if milestone.done_at is None and milestone.case.order.state in OPEN_STATES:
        escalations.milestone_missed(milestone.case.order, milestone.pk)


@handler("difficult.due")
def difficult_due(obligation: Obligation) -> None:
    """The time of a difficult case is over and no answer has passed audit."""
    case = DifficultCase.objects.select_related("order").get(pk=obligation.payload["id"])
    if case.order.state in OPEN_STATES and case.order.concluded_at is None:
        escalations.difficult_late(case.order)
