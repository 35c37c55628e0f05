"""In a unit's hands: signing, objecting, reaching the citizen, handing on, asking for time, answering, signing off."""

from datetime import datetime, timedelta

from huying.base.calendars.selectors import current_calendar
from huying.demo.agenda import Life
from huying.demo.city import Case, City, is_in
from huying.demo.sources import table
from huying.handling.orders import actions as orders
from huying.handling.orders import rules
from huying.handling.orders.guards import ASSIGNMENT_GUARDS
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.permissions import Case as Situation


def life(city: City, case: Case, assignment: Assignment) -> Life:
    """An assignment from receipt to the leader's signature."""
    rng, unit = case.rng, assignment.unit
    yield city.work(rng.expovariate(1 / 0.7), case)
    wrong = assignment.part == "lead" and assignment.parent_id is None and unit.pk != case.truth.pk
    objects = city.happens(case, "objects_when_wrong" if wrong else "objects_when_right", rare=not wrong)
    if is_in(assignment, "to_sign") and objects and allowed(assignment, "object_to_dispatch"):
        yield from _object(city, case, assignment, wrong)
    if is_in(assignment, "to_sign"):
        orders.sign(actor=city.clerk(unit, rng), assignment=assignment)
    if not is_in(assignment, "handling"):
        return
    if wrong and city.happens(case, "reassigned_without_objection"):
        yield city.work(rng.uniform(1, 6), case)
        if is_in(case.order, "in_hand") and is_in(assignment, "handling"):
            actor = city.staff.of("dispatcher", rng)
            reason = "单位反映非其职责，经核实改派。"
            orders.reassign(actor=actor, order=case.order, unit=case.truth, reason=reason)
            onward(city, case)
        return
    yield from answer(city, case, assignment)


def allowed(assignment: Assignment, action: str) -> bool:
    guard = ASSIGNMENT_GUARDS.get(action)
    return guard is None or not guard(Situation(WorkOrder.objects.get(pk=assignment.order_id), assignment))


def onward(city: City, case: Case) -> None:
    """The new lead begins; where it went to the panel, the panel decides."""
    if is_in(case.order, "consulting"):
        city.start(panel(city, case))
        return
    lead = Assignment.objects.filter(order=case.order, part="lead", state="to_sign").select_related("unit").last()
    if lead is not None:
        city.start(life(city, case, lead))


def panel(city: City, case: Case) -> Life:
    yield city.work(case.rng.uniform(3, 14), case)
    if is_in(case.order, "consulting"):
        basis = f"经会商，由{case.truth.short_name}承办。"
        orders.designate(actor=city.staff.of("panelist"), order=case.order, unit=case.truth, basis=basis)
        onward(city, case)


def _object(city: City, case: Case, assignment: Assignment, wrong: bool) -> Life:
    rng, unit = case.rng, assignment.unit
    suggested = case.truth if wrong else None
    orders.object_to_dispatch(
        actor=city.clerk(unit, rng),
        assignment=assignment,
        clause=f"派单目录第{rng.randint(1, 15)}.{rng.randint(1, 9)}条",
        reason=case.words("objection"),
        suggested=suggested,
    )
    yield city.work(rng.uniform(0.5, 5) if not city.recent else rng.uniform(3, 9), case)
    if not is_in(assignment, "objected"):
        return
    dispatcher = city.staff.of("dispatcher", rng)
    if wrong and city.happens(case, "objection_accepted_when_wrong"):
        reason = case.words("objection_yes")
        orders.accept_objection(actor=dispatcher, assignment=assignment, unit=case.truth, reason=reason)
        onward(city, case)
    else:
        orders.uphold_dispatch(actor=dispatcher, assignment=assignment, reason=case.words("objection_no"))
        yield city.work(rng.uniform(0.2, 1.5), case)


def answer(city: City, case: Case, assignment: Assignment) -> Life:
    """Handle it, answer, have it signed off. Also for a redo and for an answer that failed the audit."""
    yield from _reach(city, case, assignment)
    yield from _hand_on(city, case, assignment)
    yield from _petition(city, case, assignment)
    if not is_in(assignment, "handling"):
        return
    yield _done_by(city, case, assignment)
    yield from _finish(city, case, assignment)


def _reach(city: City, case: Case, assignment: Assignment) -> Life:
    """Call the citizen until somebody answers; nobody can be called where the order is anonymous."""
    if case.order.anonymous or assignment.part == "assist":
        return
    for _ in range(3):
        yield city.work(case.rng.uniform(0.3, 4), case)
        if not is_in(assignment, "handling"):
            return
        failed = city.happens(case, "outreach_fails")
        orders.record_outreach(
            actor=city.handler(assignment.unit, case.rng),
            assignment=assignment,
            connected=not failed,
            summary=case.words("outreach_no" if failed else "outreach_yes"),
        )
        if not failed:
            return


def _hand_on(city: City, case: Case, assignment: Assignment) -> Life:
    """A sub-centre hands the work to the street, a street to the community of the place, and waits for it."""
    if not city.happens(case, "delegated_by_street"):
        return
    scene = case.call.scene
    community = city.ground.below(assignment.unit, scene.town.name, scene.village.code)
    if community is None or not is_in(assignment, "handling"):
        return
    clerk = city.clerk(assignment.unit, case.rng)
    orders.delegate(actor=clerk, assignment=assignment, unit=community, opinion=case.words("delegate"))
    child = assignment.children.select_related("unit").last()
    if child is None:
        return
    yield city.work(case.rng.uniform(0.2, 1.8), case)
    if is_in(child, "to_sign"):
        orders.sign(actor=clerk, assignment=child)
    yield city.work(case.rng.uniform(1, 10), case)
    yield from _finish(city, case, child)
    if not is_in(child, "submitted") and is_in(assignment, "handling") and is_in(child, "handling", "to_sign"):
        orders.recall_child(actor=clerk, assignment=assignment, unit=community, reason="由街道直接办理。")


def _petition(city: City, case: Case, assignment: Assignment) -> Life:
    """More time, shelving, or a ruling; the centre decides."""
    own = assignment.part == "lead" and assignment.parent_id is None
    if not own or case.order.urgency != "general" or not is_in(assignment, "handling"):
        return
    rng, clerk = case.rng, city.clerk(assignment.unit, case.rng)
    slow = 1.0 if not city.recent else 4.0
    if city.happens(case, "extension", rare=True) and allowed(assignment, "extend"):
        orders.extend(actor=clerk, assignment=assignment, reason=case.words("extend"), days=rng.randint(2, 5))
        yield city.work(rng.uniform(0.5, 4) * slow, case)
        if is_in(assignment, "extending"):
            granted = rng.random() < 0.85
            decider = city.staff.of("dispatcher", rng)
            reason = "同意。" if granted else "理由不充分，请按期办结。"
            orders.decide_extension(actor=decider, assignment=assignment, granted=granted, reason=reason)
    elif city.happens(case, "suspension", rare=True) and allowed(assignment, "suspend"):
        review_on = (city.now + timedelta(days=rng.randint(12, 25))).date()
        orders.suspend(actor=clerk, assignment=assignment, reason=case.words("suspend"), review_on=review_on)
        yield city.work(rng.uniform(1, 5) * slow, case)
        if is_in(assignment, "suspended"):
            leader = city.staff.of("duty_leader")
            orders.decide_suspension(actor=leader, assignment=assignment, granted=True, reason="同意挂账，到期复查。")
            yield city.now + timedelta(days=rng.randint(9, 20))
        if is_in(assignment, "suspended"):
            orders.resume(actor=clerk, assignment=assignment, note="条件具备，恢复办理。")
    elif city.happens(case, "ruling", rare=True) and allowed(assignment, "ask_ruling"):
        orders.ask_ruling(actor=clerk, assignment=assignment, reason=case.words("ruling"))
        yield city.work(rng.uniform(1, 6) * slow, case)
        if is_in(assignment, "ruling"):
            granted = rng.random() < 0.5
            judge = city.staff.of("judge")
            orders.decide_ruling(actor=judge, assignment=assignment, granted=granted, reason="已核对答复与政策依据。")
            after(city, case)


def _done_by(city: City, case: Case, assignment: Assignment) -> datetime:
    """When the unit is ready: somewhere in its time, now and then after it."""
    start, due = assignment.due_from, assignment.due_at
    if city.happens(case, "late"):
        return max(start + (due - start) * case.rng.uniform(1.05, 1.5), city.work(0.2, case))
    at = done_at(start, due, case.rng.betavariate(2.2, 2.0) * 0.85, case.order.urgency)
    return max(at, min(city.work(0.2, case), due))


def done_at(start: datetime, due: datetime, share: float, urgency: str) -> datetime:
    """The moment at which a share of the time has gone by: of working time, for what is urgent of all time."""
    kind = "working" if urgency == "general" else "natural"
    return rules.share_of_time(start, due, share, kind, current_calendar())


def _finish(city: City, case: Case, assignment: Assignment) -> Life:
    """Answer and signature; a leader may want it better."""
    rng, unit = case.rng, assignment.unit
    for _ in range(2):
        if not is_in(assignment, "handling") or not allowed(assignment, "finish"):
            return
        conclusion = _conclusion(case)
        actor = city.handler(unit, rng)
        orders.finish(actor=actor, assignment=assignment, conclusion=conclusion, answer=case.words(conclusion, unit))
        yield city.work(rng.uniform(0.2, 3) * (2 if city.recent else 1), case)
        if not is_in(assignment, "unit_approval"):
            return
        if not city.happens(case, "unit_sends_back"):
            orders.sign_off(actor=city.leader(unit), assignment=assignment)
            after(city, case)
            return
        orders.send_back(actor=city.leader(unit), assignment=assignment, reason=case.words("send_back"))
        yield city.work(rng.uniform(0.5, 3), case)


def _conclusion(case: Case) -> str:
    shares = table("figures")["conclusions"].get(case.order.request_type) or table("figures")["conclusions"]["help"]
    return case.rng.choices(list(shares), list(shares.values()))[0]


def after(city: City, case: Case) -> None:
    """With the last unit the order comes to be audited."""
    if is_in(case.order, "to_audit"):
        city.start(city.auditing(city, case))
