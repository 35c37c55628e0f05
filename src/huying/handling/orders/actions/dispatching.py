"""派单: giving an order to units, objections, reassignment, consulting, merging."""

from collections.abc import Sequence

from huying.base.errors import Conflict, Invalid
from huying.base.org.models import Person, Unit
from huying.base.taxonomy.models import Category
from huying.handling.orders import assigning, clockwork, following, hooks, timers
from huying.handling.orders.engine import Act, on_assignment, on_order
from huying.handling.orders.guards import is_lead
from huying.handling.orders.limits import due, policy_for
from huying.handling.orders.models import Assignment, Objection, WorkOrder

MERGE_INTO = ("to_review", "to_dispatch", "consulting", "in_hand", "to_audit")


def dispatch(
    *,
    actor: Person,
    order: WorkOrder,
    unit: Unit,
    assists: Sequence[Unit] = (),
    opinion: str = "",
    category: Category | None = None,
    by: str = "person",
    automatic: bool = False,
    expected_version: int | None = None,
) -> WorkOrder:
    """派单: one lead unit and any number of assisting ones. ``by`` is the step that decided, see ``DispatchedBy``."""
    with on_order(actor, order, "dispatch", expected_version) as act:
        if category is not None:
            act.order.category = category
        act.order.automatic = automatic
        lead = _hand_out(act, unit, assists, opinion, by)
        act.payload |= {"by": str(by), "automatic": automatic}
        hooks.tell_dispatched(act.order, lead, actor, "dispatch")
    return order


def designate(
    *,
    actor: Person,
    order: WorkOrder,
    unit: Unit,
    basis: str,
    assists: Sequence[Unit] = (),
    opinion: str = "",
    expected_version: int | None = None,
) -> WorkOrder:
    """会商指定: lead and assists by the panel's decision, with its basis; the unit must sign."""
    with on_order(actor, order, "designate", expected_version) as act:
        lead = _hand_out(act, unit, assists, opinion, "panel")
        lead.must_sign = True
        act.words(basis)
        hooks.tell_dispatched(act.order, lead, actor, "designate", act.note)
    return order


def _hand_out(act: Act, unit: Unit, assists: Sequence[Unit], opinion: str, by: str) -> Assignment:
    """One lead and its assists; the same unit is never both."""
    wanted = {a.pk: a for a in assists if a.pk != unit.pk}
    words = act.words(opinion)
    for present in act.open_assignments:
        if present.unit_id == unit.pk:
            assigning.end(act, present, "release")
    again = act.order.reassign_count > 0
    lead = assigning.give_lead(act, unit, by=by, opinion=words or act.order.opinion, own_time=again)
    assisting = {a.unit_id for a in act.open_assignments}
    for assist in wanted.values():
        if assist.pk not in assisting:
            assigning.give_assist(act, assist, by=by, opinion=words)
    act.order.opinion = words or act.order.opinion
    act.order.dispatched_at = act.order.dispatched_at or act.at
    act.order.dispatched_by = by
    act.go("in_hand")
    clockwork.renew_timers(act)
    act.payload |= {"unit": unit.pk, "assists": sorted(wanted), "assignment": lead.public_id}
    act.data = {"unit": unit.pk, "assists": sorted(wanted), "by": str(by)}
    act.dues += timers.notice(act.order, "dispatched", unit=unit.name)
    following.followers_told(act, "dispatched", unit=unit.name)
    return lead


def unclear(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """提请会商: nobody knows whose it is; centre, 编办 and 司法 decide."""
    with on_order(actor, order, "unclear", expected_version) as act:
        act.words(reason)
        act.go()
        clockwork.renew_timers(act)
    return order


def reassign(
    *, actor: Person, order: WorkOrder, unit: Unit, reason: str, expected_version: int | None = None
) -> WorkOrder:
    """改派: the new unit has its own due time, the citizen's promise stays; the third time it goes to consulting."""
    with on_order(actor, order, "reassign", expected_version) as act:
        act.words(reason)
        lead = act.lead
        if lead is not None:
            if lead.unit_id == unit.pk:
                raise Invalid("就是现在的主办单位。", errors=[{"field": "unit", "message": "请选择其他单位"}])
            assigning.end(act, lead, "release")
        new = _next_unit(act, unit)
        act.go("in_hand" if new else "consulting")
        if new:
            hooks.tell_dispatched(act.order, new, actor, "reassign")
    return order


def _next_unit(act: Act, unit: Unit) -> Assignment | None:
    """The next lead unit; None where it was reassigned so often that a panel must decide."""
    order = act.order
    order.reassign_count += 1
    act.payload |= {"unit": unit.pk, "reassign_count": order.reassign_count}
    act.data = {"unit": unit.pk, "reassign_count": order.reassign_count}
    if order.reassign_count >= policy_for(order, "reassign.consult_at"):
        order.lead_unit = None
        return None
    for present in act.open_assignments:
        if present.unit_id == unit.pk:
            assigning.end(act, present, "release")
    order.dispatched_by = "person"
    order.automatic = False
    lead = assigning.give_lead(act, unit, by="person", opinion=order.opinion, own_time=True)
    act.dues += timers.notice(order, "dispatched", unit=unit.name)
    following.followers_told(act, "dispatched", unit=unit.name)
    return lead


def add_assist(
    *, actor: Person, order: WorkOrder, unit: Unit, opinion: str = "", expected_version: int | None = None
) -> WorkOrder:
    """增加协办."""
    with on_order(actor, order, "add_assist", expected_version) as act:
        assist = assigning.give_assist(act, unit, by="person", opinion=act.words(opinion))
        act.payload = {"unit": unit.pk, "assignment": assist.public_id}
        act.data = {"unit": unit.pk}
    return order


def waive_assist(
    *, actor: Person, order: WorkOrder, unit: Unit, reason: str, expected_version: int | None = None
) -> WorkOrder:
    """免除协办: with a reason; the order may then go to audit."""
    with on_order(actor, order, "waive_assist", expected_version) as act:
        waived = next((a for a in act.open_assignments if a.part == "assist" and a.unit_id == unit.pk), None)
        if waived is None or waived.parent_id is not None:
            raise Invalid("这个单位没有办理中的协办任务。", errors=[{"field": "unit", "message": "请选择协办单位"}])
        waived.waived = act.words(reason)[:300]
        assigning.end(act, waived, "cancel", note=act.note)
        act.data = {"unit": unit.pk}
        assigning.when_units_done(act)
    return order


def uphold_dispatch(
    *, actor: Person, assignment: Assignment, reason: str, expected_version: int | None = None
) -> Assignment:
    """维持派单: the unit must sign."""
    with on_assignment(actor, assignment, "uphold_dispatch", expected_version) as act:
        _decide_objection(act, accepted=False, decision=act.words(reason))
        own = act.subject
        assert isinstance(own, Assignment)
        own.must_sign = True
        own.sign_due_at = max(act.at, min(due(act.order, "sign", act.at), max(own.due_at, act.at)))
        act.go()
        act.dues += timers.of_assignment(own)
    return assignment


def accept_objection(
    *, actor: Person, assignment: Assignment, unit: Unit, reason: str, expected_version: int | None = None
) -> Assignment:
    """同意退单并改派: the unit is released, the next one takes its part; a lead's counts as a reassignment."""
    with on_assignment(actor, assignment, "accept_objection", expected_version) as act:
        own = act.subject
        assert isinstance(own, Assignment)
        if own.unit_id == unit.pk:
            raise Invalid("不能改派给退单的单位。", errors=[{"field": "unit", "message": "请选择其他单位"}])
        _decide_objection(act, accepted=True, decision=act.words(reason))
        act.released += timers.keys_of_assignment(own)
        act.go()
        own.ended_at = act.at
        if is_lead(own):
            _replace_lead(act, unit)
        elif own.parent_id is not None:
            parent = next(a for a in act.assignments if a.pk == own.parent_id)
            assigning.give_child(act, parent, unit)
        else:
            assigning.give_assist(act, unit, by="person")
    return assignment


def _replace_lead(act: Act, unit: Unit) -> None:
    act.order.upheld_objections += 1
    new = _next_unit(act, unit)
    if new is None:
        act.carry(act.order, "reassign", "consulting")
        clockwork.renew_timers(act)
    else:
        hooks.tell_dispatched(act.order, new, act.actor, "accept_objection")


def _decide_objection(act: Act, *, accepted: bool, decision: str) -> None:
    """Close the pending objection of the assignment. Raises ``Conflict`` where there is none."""
    pending = Objection.objects.filter(assignment=act.subject, decided_at__isnull=True).first()
    if pending is None:
        raise Conflict("没有待审的退单。", code="not_now")
    pending.accepted, pending.decision = accepted, decision
    pending.decided_at, pending.decided_by = act.at, act.actor
    pending.save(update_fields=["accepted", "decision", "decided_at", "decided_by"])
    act.released.append(timers.row_key("objection.due", pending.pk))
    act.payload |= {"accepted": accepted, "objection": pending.pk}


def merge(
    *, actor: Person, order: WorkOrder, master: WorkOrder, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """并单: the order waits for its master and ends with it. The master's own citizen again counts as an urge."""
    if master.pk == order.pk:
        raise Invalid("不能并入自己。", errors=[{"field": "master", "message": "请填写另一件工单的编号"}])
    with on_order(actor, order, "merge", expected_version, with_orders=(master,)) as act:
        main = act.tracked_order(master.pk)
        if main.state not in MERGE_INTO:
            raise Conflict(f"工单 {main.order_no} 已不在办理中，不能并入。", code="master_not_open")
        act.words(note)
        assigning.end_all(act, "cancel")
        clockwork.end_timers(act)
        act.go()
        act.order.master, act.order.closed_at = main, act.at
        for child in WorkOrder.objects.select_for_update().filter(master=act.order).order_by("id"):
            act.track(child)
            child.master = main
        if act.order.citizen_id and act.order.citizen_id == main.citizen_id:
            main.urge_count += 1
        act.payload = {"master": main.public_id}
        act.data = {"master": main.order_no}
    return order
