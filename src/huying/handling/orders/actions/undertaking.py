"""承办: what a unit does with an assignment — sign, object, hand on, reach the citizen, answer, sign off."""

from huying.base.errors import Invalid
from huying.base.org.models import Person, Unit
from huying.handling.orders import assigning, timers
from huying.handling.orders.engine import Act, on_assignment
from huying.handling.orders.guards import open_children
from huying.handling.orders.limits import due
from huying.handling.orders.models import Assignment, Objection, Outreach
from huying.handling.orders.states import CONCLUSIONS


def own(act: Act) -> Assignment:
    """The assignment the action is about."""
    assert act.assignment is not None
    return act.assignment


def sign(*, actor: Person, assignment: Assignment, expected_version: int | None = None) -> Assignment:
    """签收: the lead unit that signs answers for the order from now on. By timeout it counts as signed."""
    with on_assignment(actor, assignment, "sign", expected_version) as act:
        mine = own(act)
        act.released.append(timers.sign_key(mine))
        mine.signed_at = act.at
        mine.signed_automatically = actor.is_system
        act.go()
        assigning.signed(act, mine)
    return assignment


def object_to_dispatch(
    *,
    actor: Person,
    assignment: Assignment,
    clause: str,
    reason: str,
    suggested: Unit | None = None,
    expected_version: int | None = None,
) -> Assignment:
    """退单: within one working day, once per unit, citing the clause; until it is decided the unit still answers."""
    with on_assignment(actor, assignment, "object_to_dispatch", expected_version) as act:
        mine = own(act)
        objection = Objection.objects.create(
            assignment=mine,
            clause=clause.strip()[:200],
            reason=act.words(reason),
            suggested=suggested,
            filed_at=act.at,
            filed_by=actor,
        )
        act.released.append(timers.sign_key(mine))
        act.go()
        decide_by = due(act.order, "decide", act.at)
        act.dues.append(timers.for_row("objection.due", objection.pk, decide_by))
        act.data = {"clause": objection.clause, "suggested": suggested.pk if suggested else None}
        act.payload = {"objection": objection.pk, "suggested": suggested.pk if suggested else None}
    return assignment


def delegate(
    *, actor: Person, assignment: Assignment, unit: Unit, opinion: str = "", expected_version: int | None = None
) -> Assignment:
    """转下级承办: to a unit below one's own; one stays responsible for the whole."""
    with on_assignment(actor, assignment, "delegate", expected_version) as act:
        mine = own(act)
        if unit.pk == mine.unit_id or not unit.path.startswith(mine.unit.path):
            raise Invalid("只能转给本单位的下级单位。", errors=[{"field": "unit", "message": "不是下级单位"}])
        child = assigning.give_child(act, mine, unit, opinion=act.words(opinion))
        act.data = {"unit": unit.pk}
        act.payload = {"child": child.public_id, "child_unit": unit.pk}
    return assignment


def recall_child(
    *, actor: Person, assignment: Assignment, unit: Unit, reason: str, expected_version: int | None = None
) -> Assignment:
    """收回下级任务."""
    with on_assignment(actor, assignment, "recall_child", expected_version) as act:
        child = next((a for a in open_children(act) if a.unit_id == unit.pk), None)
        if child is None:
            raise Invalid("这个单位没有办理中的下级任务。", errors=[{"field": "unit", "message": "请选择下级单位"}])
        act.words(reason)
        assigning.end(act, child, "cancel", note=act.note)
        act.data = {"unit": unit.pk}
    return assignment


def record_outreach(
    *,
    actor: Person,
    assignment: Assignment,
    connected: bool,
    summary: str,
    relayed: bool = False,
    expected_version: int | None = None,
) -> Assignment:
    """登记联系: evidence for 响应率. Of a confidential order the call is relayed: the unit never sees the number."""
    with on_assignment(actor, assignment, "record_outreach", expected_version) as act:
        mine = own(act)
        attempt = Outreach.objects.create(
            assignment=mine,
            at=act.at,
            by=actor,
            relayed=relayed or act.order.confidential,
            connected=connected,
            summary=act.words(summary),
        )
        if connected:
            _contacted(act, mine)
        act.data = {"connected": connected, "relayed": attempt.relayed}
        act.payload = {"connected": connected, "relayed": attempt.relayed}
    return assignment


def _contacted(act: Act, assignment: Assignment) -> None:
    """The first connected call counts for the unit and for those above it, who stay responsible."""
    above: Assignment | None = assignment
    while above is not None:
        if above.first_contact_at is None:
            above.first_contact_at = act.at
            act.released.append(timers.contact_key(above))
        above = next((a for a in act.assignments if above is not None and a.pk == above.parent_id), None)


def finish(
    *, actor: Person, assignment: Assignment, conclusion: str, answer: str, expected_version: int | None = None
) -> Assignment:
    """办结送审签: the answer and the kind of conclusion, for the unit's leader to approve."""
    with on_assignment(actor, assignment, "finish", expected_version) as act:
        if conclusion not in CONCLUSIONS:
            raise Invalid("请选择办结类型。", errors=[{"field": "conclusion", "message": "不在可选范围"}])
        mine = own(act)
        mine.conclusion = conclusion
        mine.answer = act.words(answer)
        mine.answer_identifiers_sealed = act.sealed
        act.go()
        act.data = {"conclusion": conclusion}
        act.payload = {"conclusion": conclusion}
    return assignment


def sign_off(
    *, actor: Person, assignment: Assignment, note: str = "", expected_version: int | None = None
) -> Assignment:
    """审签同意: the unit's answer is submitted; when all units are done the order goes to audit."""
    with on_assignment(actor, assignment, "sign_off", expected_version) as act:
        mine = own(act)
        act.words(note)
        act.go()
        submitted(act, mine)
    return assignment


def submitted(act: Act, assignment: Assignment) -> None:
    """An assignment is done: its timers end, and with the last one the order goes on."""
    assignment.submitted_at = assignment.ended_at = act.at
    act.released += timers.keys_of_assignment(assignment)
    act.payload |= {"conclusion": assignment.conclusion}
    assigning.when_units_done(act)


def send_back(*, actor: Person, assignment: Assignment, reason: str, expected_version: int | None = None) -> Assignment:
    """退回经办: the unit's leader wants a better answer."""
    with on_assignment(actor, assignment, "send_back", expected_version) as act:
        act.words(reason)
        act.go()
    return assignment
