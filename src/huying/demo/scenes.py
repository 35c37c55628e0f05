"""The last touch: every state of both tables has at least one order in it, so that each page has something to show."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from huying.base.events import obligations
from huying.demo.city import Case, City, is_in
from huying.demo.lives import filing
from huying.demo.lives.handling import allowed
from huying.demo.sources import table
from huying.demo.speech import tell
from huying.handling.linkage import actions as linkage
from huying.handling.orders import actions as orders
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.visits import actions as visits
from huying.intake.contacts import actions as contacts
from huying.intake.contacts.actions import Filing

MINUTE = timedelta(minutes=1)
BEFORE_END = 25 * MINUTE  # when the scenes begin
TRIES = 8
Scene = Callable[[City], None]


def complete(city: City) -> None:
    """Play the missing scenes, a minute apart. Begins :data:`BEFORE_END`."""
    _handover(city)
    for rows, scenes in ((WorkOrder, ORDER_SCENES), (Assignment, ASSIGNMENT_SCENES)):
        for state, scene in scenes.items():
            _fill(city, rows, state, scene)


def _fill(city: City, rows: type[WorkOrder | Assignment], state: str, scene: Scene) -> None:
    """At least one in that state, or as many as ``furnishing.toml`` says of it."""
    there = rows._default_manager.filter(state=state).count()
    for _ in range(max(0, table("furnishing")["waiting"].get(state, 1) - there)):
        city.agenda.manual.advance(MINUTE)
        scene(city)


def last_touch(city: City) -> None:
    """A transfer waits for a quarter of an hour at most, so it is made in the last minutes."""
    if not WorkOrder.objects.filter(state="transferring").exists():
        _transferring(city)


def _handover(city: City) -> None:
    """The last shift has handed over what is urgent or unfinished; the next one has still to sign."""
    contacts.hand_over(actor=city.staff.first("team_leader"), note="夜班交白班：紧急件请优先跟进。")


def _file(city: City, *, channel: str = "phone", submit: bool = True) -> WorkOrder:
    """One more order about something heard lately, in other words."""
    rng = Random(f"scene {len(city.cases)}")
    call = rng.choice(list(city.cases.values())[-150:]).call
    form = Filing(
        text=tell(rng, call.scene, kind=call.kind),
        channel=channel,
        phone=call.caller.phone,
        name=call.caller.name,
        incident_place=call.scene.place,
        submit=submit,
        started_at=city.now - 3 * MINUTE,
    )
    actor = city.system if channel == "web" else city.staff.first("agent")
    order = contacts.file_order(actor=actor, filing=form)
    truth = city.ground.lead_of(call.scene.matter, call.scene.town.name)
    city.cases[order.pk] = Case(call, truth, order, rng)
    return order


def _file_waiting(city: City) -> WorkOrder:
    """An order that no rule and no model dispatches, so that a dispatcher has to; those that went are handled."""
    for _ in range(TRIES):
        order = _file(city)
        obligations.run_due(50, kinds=["order.auto_dispatch"])
        if is_in(order, "to_dispatch"):
            break
        filing.received(city, city.cases[order.pk])
    return order


def _draft(city: City) -> None:
    _file(city, submit=False)


def _transferring(city: City) -> None:
    order = _file(city, submit=False)
    linkage.hand_over(actor=city.staff.first("agent"), order=order, target="120", note="来电人身体不适，转接 120。")


def _answered(city: City) -> None:
    order = _file(city, submit=False)
    orders.answer(actor=city.staff.first("agent"), order=order, answer="已为您说明办理地点和所需材料。")


def _transferred(city: City) -> None:
    order = _file(city, submit=False)
    agent = city.staff.first("agent")
    linkage.hand_over(actor=agent, order=order, target="122", note="路口有事故，转接 122。")
    linkage.hand_over_taken(actor=agent, order=order, note="对方已接。")


def _declined(city: City) -> None:
    order = _file(city, submit=False)
    orders.decline(actor=city.staff.first("agent"), order=order, rule="J01", note="已向法院起诉。")


def _to_review(city: City) -> None:
    _file(city, channel="web")


def _to_dispatch(city: City) -> None:
    _file_waiting(city)


def _need_info(city: City) -> None:
    order = _file(city, channel="web")
    orders.ask_info(actor=city.staff.first("reviewer"), order=order, question="请提供具体楼栋和门牌。")


def _consulting(city: City) -> None:
    order = _file_waiting(city)
    if is_in(order, "to_dispatch"):
        orders.unclear(actor=city.staff.first("dispatcher"), order=order, reason="两个部门都说不归自己管。")


def _withdrawn(city: City) -> None:
    order = _file(city)
    orders.withdraw(actor=city.staff.first("agent"), order=order, reason="诉求人已自行解决。")


def _merged(city: City) -> None:
    order = _file_waiting(city)
    master = WorkOrder.objects.filter(state__in=("in_hand", "to_dispatch")).exclude(pk=order.pk).last()
    if master is not None and is_in(order, "to_dispatch"):
        orders.merge(actor=city.staff.first("dispatcher"), order=order, master=master, note="同一事件。")


def _archived(city: City) -> None:
    oldest = WorkOrder.objects.filter(state="closed").first()
    if oldest is not None:
        orders.archive(actor=city.staff.first("auditor"), order=oldest)


def _answered_by_unit(city: City) -> WorkOrder | None:
    """An order whose only unit answers now: it waits for the audit."""
    rows = Assignment.objects.filter(state="handling", part="lead", parent=None, order__citizen__isnull=False)
    for assignment in rows.exclude(order__request_type="consult").select_related("unit", "order").order_by("pk"):
        alone = assignment.order.assignments.exclude(state__in=("released", "cancelled")).count() == 1
        case = city.cases.get(assignment.order_id)
        if case is None or not alone:
            continue
        unit = assignment.unit
        words = case.words("solved", unit)
        orders.finish(actor=city.clerk(unit, case.rng), assignment=assignment, conclusion="solved", answer=words)
        orders.sign_off(actor=city.leader(unit), assignment=assignment)
        return WorkOrder.objects.get(pk=assignment.order_id)
    return None


def _to_audit(city: City) -> None:
    _answered_by_unit(city)


def _to_visit(city: City) -> None:
    if order := _answered_by_unit(city):
        orders.pass_audit(actor=city.staff.first("auditor"), order=order)


def _to_judge(city: City) -> None:
    if order := _answered_by_unit(city):
        orders.pass_audit(actor=city.staff.first("auditor"), order=order)
        visits.record(
            actor=city.staff.first("visitor"),
            order=order,
            reached=True,
            contacted="yes",
            solved="unsolved",
            satisfied="dissatisfied",
            words="没解决，还是老样子。",
        )


def _one(city: City, state: str, action: str) -> tuple[Assignment, Case] | None:
    """A lead assignment in a state in which the action may be taken, with its case."""
    rows = Assignment.objects.filter(state=state, part="lead", parent=None, order__urgency="general")
    rows = rows.select_related("unit", "order")
    for assignment in rows.order_by("-pk")[:40]:
        if assignment.order_id in city.cases and allowed(assignment, action):
            return assignment, city.cases[assignment.order_id]
    return None


def _objected(city: City) -> None:
    if found := _one(city, "to_sign", "object_to_dispatch"):
        assignment, case = found
        clerk = city.clerk(assignment.unit, case.rng)
        reason = "经核实，该位置尚未移交，不在我单位管辖范围。"
        orders.object_to_dispatch(actor=clerk, assignment=assignment, clause="派单目录第1.5条", reason=reason)


def _extending(city: City) -> None:
    if found := _one(city, "handling", "extend"):
        assignment, case = found
        clerk = city.clerk(assignment.unit, case.rng)
        orders.extend(actor=clerk, assignment=assignment, reason=case.words("extend"), days=3)


def _suspended(city: City) -> None:
    if found := _one(city, "handling", "suspend"):
        assignment, case = found
        review_on = (city.now + timedelta(days=20)).date()
        clerk = city.clerk(assignment.unit, case.rng)
        orders.suspend(actor=clerk, assignment=assignment, reason=case.words("suspend"), review_on=review_on)


def _ruling(city: City) -> None:
    if found := _one(city, "handling", "ask_ruling"):
        assignment, case = found
        orders.ask_ruling(
            actor=city.clerk(assignment.unit, case.rng), assignment=assignment, reason=case.words("ruling")
        )


def _unit_approval(city: City) -> None:
    if found := _one(city, "handling", "finish"):
        assignment, case = found
        clerk = city.clerk(assignment.unit, case.rng)
        words = case.words("solved", assignment.unit)
        orders.finish(actor=clerk, assignment=assignment, conclusion="solved", answer=words)


ORDER_SCENES: dict[str, Scene] = {
    "draft": _draft,
    "answered": _answered,
    "transferred": _transferred,
    "declined": _declined,
    "to_review": _to_review,
    "to_dispatch": _to_dispatch,
    "need_info": _need_info,
    "consulting": _consulting,
    "withdrawn": _withdrawn,
    "merged": _merged,
    "archived": _archived,
    "to_audit": _to_audit,
    "to_visit": _to_visit,
    "to_judge": _to_judge,
}
ASSIGNMENT_SCENES: dict[str, Scene] = {
    "objected": _objected,
    "extending": _extending,
    "suspended": _suspended,
    "ruling": _ruling,
    "unit_approval": _unit_approval,
}
