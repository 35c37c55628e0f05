"""办结: audit, visit, judgement, redo, reopening, archiving.

Visits and judgements have rows of their own in the room above; it calls :func:`settle_visit` and
:func:`settle_judgement` inside its action and records the one event. Without it the functions of the same names here do
the whole.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from huying.base.errors import Invalid
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.handling.orders import assigning, clockwork, following, rules, timers
from huying.handling.orders.actions.petitions import later_day, morning_of
from huying.handling.orders.engine import Act, on_order
from huying.handling.orders.limits import due, policy_for
from huying.handling.orders.models import Assignment, Step, Unit, WorkOrder
from huying.handling.orders.moves import VERDICTS

CONTACTED, SOLVED, SATISFIED = {"yes", "no"}, {"solved", "partly", "unsolved"}, {"satisfied", "basic", "dissatisfied"}


@dataclass(frozen=True)
class Settled:
    """What came of a visit or judgement: the order as it is now, and what the caller records."""

    order: WorkOrder
    payload: dict[str, Any]
    changes: dict[str, Any]

    def record(self, actor: Person, action: str, **more: Any) -> None:
        """Write the one event and the one audit row of the action that this was part of."""
        record(
            actor=actor,
            verb=f"order.{action}",
            subject=self.order,
            payload=self.payload | more,
            changes=self.changes,
        )


def pass_audit(*, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None) -> WorkOrder:
    """审核通过: concluded, the citizen is told; visited unless the centre's choice or the order's nature is against."""
    with on_order(actor, order, "pass_audit", expected_version) as act:
        act.words(note)
        clockwork.end_timers(act)
        act.order.concluded_at = act.at
        if following.needs_visit(act.order):
            act.go("to_visit")
            act.dues += timers.visit_invite(act.order)
        else:
            act.go("closed")
            _close(act, "no_visit")
        act.payload = {"conclusion": act.order.conclusion}
        unit = following.unit_name(act.order)
        act.dues += timers.notice(act.order, "concluded", unit=unit, reply=act.order.reply)
        following.followers_concluded(act)
    return order


def fail_audit(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """退回重答: the lead unit answers again, without signing anew; the clock has run all the time."""
    with on_order(actor, order, "fail_audit", expected_version) as act:
        act.words(reason)
        act.go()
        lead = act.lead
        if lead is not None:
            act.carry(lead, "answer_again", note=act.note)
            lead.submitted_at = lead.ended_at = None
            act.dues += timers.of_assignment(lead)
    return order


def record_visit(
    *,
    actor: Person,
    order: WorkOrder,
    reached: bool,
    contacted: str = "",
    solved: str = "",
    satisfied: str = "",
    words: str = "",
    expected_version: int | None = None,
) -> WorkOrder:
    """登记回访 with its event and audit row."""
    with on_order(actor, order, "record_visit", expected_version) as act:
        _visited(act, reached, contacted, solved, satisfied, words)
    return order


def settle_visit(
    order: WorkOrder,
    *,
    actor: Person,
    reached: bool,
    contacted: str = "",
    solved: str = "",
    satisfied: str = "",
    words: str = "",
    expected_version: int | None = None,
) -> Settled:
    """What a visit does to the order: closed, to judgement, or another try. The caller records."""
    with on_order(actor, order, "record_visit", expected_version, recorded=False) as act:
        _visited(act, reached, contacted, solved, satisfied, words)
    return Settled(order, act.event(), act.changes)


def _visited(act: Act, reached: bool, contacted: str, solved: str, satisfied: str, words: str) -> None:
    if reached:
        _check_answers(contacted, solved, satisfied)
    band = rules.time_band(act.at)
    missed = [] if reached else [*_missed_bands(act.order), band]
    to, closing = rules.visit_outcome(
        reached=reached,
        solved=solved,
        satisfied=satisfied,
        missed_bands=missed,
        tries=policy_for(act.order, "visit.tries"),
        bands=policy_for(act.order, "visit.time_bands"),
    )
    act.words(words)
    act.data = {"reached": reached, "band": band}
    if reached:
        order = act.order
        order.contacted, order.solved, order.satisfied = contacted, solved, satisfied
        act.data |= {"contacted": contacted, "solved": solved, "satisfied": satisfied}
    act.go(to)
    act.payload = dict(act.data)
    if to == "closed":
        _close(act, closing)


def _check_answers(contacted: str, solved: str, satisfied: str) -> None:
    wrong = [
        {"field": name, "message": "请选择"}
        for name, value, known in (
            ("contacted", contacted, CONTACTED),
            ("solved", solved, SOLVED),
            ("satisfied", satisfied, SATISFIED),
        )
        if value not in known
    ]
    if wrong:
        raise Invalid("接通后请填写三项回访结果。", errors=wrong)


def _missed_bands(order: WorkOrder) -> list[str]:
    """The time bands of this round's misses: those after the order last came to be visited."""
    steps = Step.objects.filter(order=order, assignment=None)
    came = steps.filter(to_state="to_visit").exclude(from_state="to_visit").order_by("-id").values_list("id", flat=True)
    tries = steps.filter(action="record_visit", id__gt=came.first() or 0).values_list("data", flat=True)
    return [data["band"] for data in tries if not data.get("reached")]


def judge(
    *,
    actor: Person,
    order: WorkOrder,
    verdict: str,
    reason: str,
    review_on: date | None = None,
    expected_version: int | None = None,
) -> WorkOrder:
    """研判 with its event and audit row."""
    with on_order(actor, order, "judge", expected_version) as act:
        _judged(act, verdict, reason, review_on)
    return order


def settle_judgement(
    order: WorkOrder,
    *,
    actor: Person,
    verdict: str,
    reason: str,
    review_on: date | None = None,
    expected_version: int | None = None,
) -> Settled:
    """What a judgement does to the order: redo, closed as unreasonable, or shelved. The caller records."""
    with on_order(actor, order, "judge", expected_version, recorded=False) as act:
        _judged(act, verdict, reason, review_on)
    return Settled(order, act.event(), act.changes)


def _judged(act: Act, verdict: str, reason: str, review_on: date | None) -> None:
    if verdict not in VERDICTS:
        raise Invalid("请选择研判结论。", errors=[{"field": "verdict", "message": "不在可选范围"}])
    act.words(reason)
    act.data = {"verdict": verdict}
    act.payload = {"verdict": verdict}
    clockwork.end_timers(act)
    if verdict == "reasonable":
        act.go("in_hand")
        act.order.shelved_until = None
        _redo(act)
    elif verdict == "unreasonable":
        act.go("closed")
        act.order.unreasonable = True
        _close(act, "unreasonable")
    else:
        act.order.shelved_until = later_day(act, review_on)
        act.go("to_judge")
        act.data["review_on"] = act.order.shelved_until.isoformat()
        act.dues.append(timers.shelved_review(act.order, morning_of(act.order.shelved_until)))


def _redo(act: Act) -> None:
    """重办: the same lead unit, a due time of its own; the third time it is a matter for supervision."""
    order = act.order
    order.redo_count += 1
    order.concluded_at = None
    order.conclusion = ""
    clockwork.new_round(order, act.at)
    lead = act.lead
    if lead is None:
        lead = _first_lead(act)
    else:
        act.carry(lead, "redo", note=act.note)
        _again(act, lead)
    act.dues += timers.of_order(order)
    supervise = order.redo_count >= policy_for(act.order, "redo.supervise_at")
    act.payload |= {"redo": order.redo_count, "supervise": supervise, "unit": lead.unit_id}
    act.data["redo"] = order.redo_count


def _again(act: Act, lead: Assignment) -> None:
    order = act.order
    lead.redo_round = order.redo_count
    lead.must_sign = True
    lead.signed_at = lead.submitted_at = lead.ended_at = None
    lead.signed_automatically = False
    lead.conclusion = ""
    lead.due_from, lead.due_at = act.at, order.due_at or act.at
    lead.sign_due_at = min(due(order, "sign", act.at), lead.due_at)
    act.dues += timers.of_assignment(lead)


def _first_lead(act: Act) -> Assignment:
    """A merged order had no unit of its own: it goes to the unit that handled its master."""
    unit: Unit | None = act.order.lead_unit
    if unit is None:
        raise Invalid(
            "这件工单没有承办单位，不能重办；请改选其他结论。", errors=[{"field": "verdict", "message": "不能重办"}]
        )
    lead = assigning.give_lead(act, unit, by="person", opinion=act.order.opinion)
    lead.redo_round, lead.must_sign = act.order.redo_count, True
    return lead


def close_shelved(*, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None) -> WorkOrder:
    """挂账到期办结: on the review day."""
    with on_order(actor, order, "close_shelved", expected_version) as act:
        act.words(note)
        clockwork.end_timers(act)
        act.go()
        _close(act, "shelved")
    return order


def _close(act: Act, closing: str) -> None:
    act.order.closing, act.order.closed_at = closing, act.at
    act.order.shelved_until = None
    act.payload["closing"] = closing


def reopen(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """重新反映: the citizen comes back; the units are free, a new promise is given, the first one is kept."""
    with on_order(actor, order, "reopen", expected_version) as act:
        act.words(reason)
        for done in act.assignments:
            if done.state == "submitted":
                act.carry(done, "release")
        act.go()
        again = act.order
        again.closed_at = again.concluded_at = None
        again.closing = again.conclusion = again.contacted = again.solved = again.satisfied = ""
        again.lead_unit, again.master, again.unreasonable, again.overdue = None, None, False, False
        again.repeat = True
        again.reassign_count = 0  # how often it went astray before says nothing of the new round
        clockwork.promise(again, act.at)
        act.dues += [*timers.of_order(again), *timers.notice(again, "accepted")]
    return order


def archive(*, actor: Person, order: WorkOrder, expected_version: int | None = None) -> WorkOrder:
    """归档."""
    with on_order(actor, order, "archive", expected_version) as act:
        act.go()
    return order
