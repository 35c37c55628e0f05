"""What a past leaves behind: the columns of the order and its assignments, and the rows beside them.

Goes through the steps that :func:`pasts.played` found legal and draws from each what the action of that name would have
written: due times, counters, objections, petitions, outreach, difficult cases. Nothing here is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from huying.base.org.models import Person, UnitKind
from huying.handling.orders import rules
from huying.handling.orders.models import (
    Assignment,
    DifficultCase,
    Milestone,
    Objection,
    Outreach,
    Petition,
    WorkOrder,
)
from huying.handling.orders.pasts import Past, PastMove, PastPart
from huying.handling.orders.terms import Terms

PETITIONS = {"extend": "extension", "suspend": "suspension", "ask_ruling": "ruling"}


@dataclass
class Left:
    """One order's rows, without keys; the rows beside belong to the assignment with that index."""

    order: WorkOrder
    past: Past
    parts: list[Assignment] = field(default_factory=list)
    objections: list[tuple[int, Objection]] = field(default_factory=list)
    petitions: list[tuple[int, Petition]] = field(default_factory=list)
    outreach: list[tuple[int, Outreach]] = field(default_factory=list)
    difficult: DifficultCase | None = None
    milestones: list[Milestone] = field(default_factory=list)


def relive(order: WorkOrder, past: Past, actor: Person, terms: Terms, now: datetime) -> Left:
    """Fill in what the steps say. ``order`` holds what was known at filing, its promise included."""
    story = _Relive(Left(order, past), actor, terms)
    for step in past.steps:
        story.go(step.move, step.to_state)
    story.end(now)
    return story.left


class _Relive:
    def __init__(self, left: Left, actor: Person, terms: Terms) -> None:
        self.left, self.order, self.actor, self.terms = left, left.order, actor, terms
        self.parts: list[PastPart] = []
        self.waiting = list(left.past.parts)

    def go(self, move: PastMove, to: str) -> None:
        before = len(self.parts)
        while self.waiting and self.waiting[0].given is move:
            self._open(self.waiting.pop(0), move)
        own = None if move.part is None else self.left.parts[move.part]
        done = _ON_ORDER.get(move.action) if own is None else _ON_PART.get(move.action)
        if done is not None:
            done(self, move, own if own is not None else to)
        if len(self.parts) > before and (own is None or self._leads(move.part)):
            self._led(move)
        if own is None and to in ("closed", "answered", "declined", "transferred", "withdrawn", "merged"):
            self.order.closed_at = self.order.closed_at or move.at

    def end(self, now: datetime) -> None:
        order, late = self.order, self.order.concluded_at
        if order.redo_count == 0 and order.promised_at and order.clock_stopped_at is None:
            runs = rules.promise_runs(order.state)
            order.overdue = bool((late and late > order.promised_at) or (runs and now > order.promised_at))
        for part, row in zip(self.parts, self.left.parts, strict=True):
            row.state, row.state_since = part.state, part.since

    def _open(self, part: PastPart, move: PastMove) -> None:
        order, start = self.order, move.at
        lead = part.role == "lead" and part.parent is None
        until = max(self._until(part, move, lead), start)
        self.parts.append(part)
        self.left.parts.append(
            Assignment(
                order=order,
                unit=part.unit,
                part=part.role,
                opinion=move.note if move.action in ("dispatch", "designate", "delegate") else order.opinion,
                dispatched_at=start,
                dispatched_by=self._decided_by(move),
                sign_due_at=max(start, min(self.terms.due(order, "sign", start), until)),
                contact_due_at=min(self.terms.due(order, "contact", start), until) if lead else None,
                due_from=start,
                due_at=until,
                must_sign=move.action == "designate",
            )
        )

    def _until(self, part: PastPart, move: PastMove, lead: bool) -> datetime:
        order, start = self.order, move.at
        if part.parent is not None:
            above = self.left.parts[part.parent]
            level = "sub_centre" if above.unit.kind == UnitKind.SUB_CENTRE else "child"
            return self.terms.inner(order, level, above.due_at, start)
        target = None if order.reassign_count and move.action != "add_assist" else order.due_at
        until = target if target and target > start else self.terms.due(order, "handle", start)
        if lead:
            sub = part.unit is not None and part.unit.kind == UnitKind.SUB_CENTRE
            return self.terms.inner(order, "sub_centre", until, start) if sub else until
        return self.terms.inner(order, "assist", until, start)

    def _decided_by(self, move: PastMove) -> str:
        if move.action == "designate":
            return "panel"
        return (move.data.get("by") or self.order.dispatched_by or "person") if move.action == "dispatch" else "person"

    def _leads(self, index: int | None) -> bool:
        return index is not None and self.parts[index].role == "lead" and self.parts[index].parent is None

    def _led(self, move: PastMove) -> None:
        """A new lead unit was given the order by this move."""
        order, lead = self.order, next((p for p in reversed(self.parts) if p.given is move and p.role == "lead"), None)
        if lead is None or lead.parent is not None or move.action == "delegate":
            return
        order.lead_unit = lead.unit
        order.answerable_unit = order.answerable_unit or lead.unit
        order.dispatched_at = order.dispatched_at or (move.at if move.told else None)
        order.dispatched_by = self._decided_by(move)
        order.automatic = bool(move.data.get("automatic"))
        if move.action in ("dispatch", "designate"):
            order.opinion = move.note or order.opinion

    def _open_parts(self) -> list[Assignment]:
        return [part for part in self.left.parts if part.ended_at is None]

    def _reassigned(self, move: PastMove, to: Any) -> None:
        self.order.reassign_count += 1
        if to == "consulting":
            self.order.lead_unit = None

    def _asked(self, move: PastMove, to: Any) -> None:
        self.order.resume_state = next(step.from_state for step in self.left.past.steps if step.move is move)
        self.order.clock_stopped_at = move.at
        self.order.info_due_at = self.terms.due(self.order, "supplement", move.at)

    def _supplemented(self, move: PastMove, to: Any) -> None:
        self._start(move.at)
        self.order.resume_state, self.order.info_due_at = "", None

    def _gave_up(self, move: PastMove, to: Any) -> None:
        self._start(move.at)
        self.order.closing, self.order.resume_state = "no_info", ""

    def _urged(self, move: PastMove, to: Any) -> None:
        self.order.urge_count += 1

    def _supervised(self, move: PastMove, to: Any) -> None:
        self.order.supervision_level = max(self.order.supervision_level, int(move.data.get("level", 1)))

    def _sensitive(self, move: PastMove, to: Any) -> None:
        self.order.sensitive = True

    def _difficult(self, move: PastMove, to: Any) -> None:
        facts = move.data
        due = datetime.fromisoformat(facts["due"])
        self.order.difficult = True
        self.left.difficult = DifficultCase(
            leader=facts["leader"], lead_unit_id=facts["unit"], due=due, opened_at=move.at
        )
        for day, title in facts.get("plan", ()):
            self.left.milestones.append(Milestone(due_on=date.fromisoformat(day), title=title))

    def _milestone(self, move: PastMove, to: Any) -> None:
        for milestone in self.left.milestones:
            if milestone.done_at is None and milestone.title == move.data["milestone"]:
                milestone.done_at = move.at
                return

    def _answered(self, move: PastMove, to: Any) -> None:
        """The lead unit's words are the answer; those of a unit to which it handed the work on are not."""
        leads = [row for part, row in zip(self.parts, self.left.parts, strict=True) if part.parent is None]
        lead = next((row for row in reversed(leads) if row.part == "lead" and row.conclusion), None)
        if lead is not None:
            self.order.conclusion, self.order.reply = lead.conclusion, lead.answer

    def _told(self, move: PastMove, to: Any) -> None:
        self.order.reply = move.note

    def _audited(self, move: PastMove, to: Any) -> None:
        self.order.concluded_at = move.at if move.told else None
        if to == "closed":
            self.order.closing = "no_visit"

    def _failed(self, move: PastMove, to: Any) -> None:
        self.order.concluded_at = None

    def _visited(self, move: PastMove, to: Any) -> None:
        order, facts = self.order, move.data
        if facts.get("reached"):
            for name in ("contacted", "solved", "satisfied"):
                setattr(order, name, facts.get(name, getattr(order, name)))
        if to == "closed":
            order.closing = "visited" if facts.get("reached", True) else "visit_invalid"

    def _judged(self, move: PastMove, to: Any) -> None:
        order, verdict = self.order, move.data.get("verdict")
        if verdict == "reasonable":
            late = order.promised_at and order.concluded_at and order.concluded_at > order.promised_at
            order.overdue = order.overdue or bool(late)
            order.redo_count += 1
            order.concluded_at, order.conclusion = None, ""
            order.clock_kind = rules.clock_kind(self.terms.limit(order, "redo"))
            order.due_from, order.due_at = move.at, self.terms.due(order, "redo", move.at)
        elif verdict == "unreasonable":
            order.unreasonable, order.closing = True, "unreasonable"
        else:
            order.shelved_until = date.fromisoformat(move.data["review_on"])

    def _shelved_closed(self, move: PastMove, to: Any) -> None:
        self.order.closing, self.order.shelved_until = "shelved", None

    def _withdrawn(self, move: PastMove, to: Any) -> None:
        self._start(move.at)
        self.order.closing = "withdrawn"

    def _reopened(self, move: PastMove, to: Any) -> None:
        order = self.order
        order.closed_at = order.concluded_at = None
        order.closing = order.conclusion = order.contacted = order.solved = order.satisfied = ""
        order.lead_unit, order.unreasonable, order.repeat, order.reassign_count = None, False, True, 0
        order.due_from, order.promised_at = move.at, self.terms.due(order, "handle", move.at)
        order.due_at = order.promised_at

    def _follows(self, move: PastMove, to: Any) -> None:
        order, master = self.order, self.order.master
        if master is not None:
            order.conclusion, order.reply, order.concluded_at = master.conclusion, master.reply, move.at
            order.lead_unit, order.answerable_unit = master.lead_unit, master.answerable_unit
        order.closed_at = None  # what was noted when it was merged
        order.closing = "with_master" if to == "closed" else ""

    def _refused(self, move: PastMove, to: Any) -> None:
        order = self.order
        order.urgency = "urgent" if order.urgency == "general" else order.urgency
        order.clock_kind = rules.clock_kind(self.terms.limit(order, "handle"))
        order.due_from, order.due_at = move.at, self.terms.due(order, "handle", move.at)
        order.promised_at, order.first_promised_at = order.due_at, order.first_promised_at or order.due_at

    def _start(self, at: datetime) -> None:
        since, order = self.order.clock_stopped_at, self.order
        if since is None:
            return
        order.clock_stopped_at = None
        for name in ("promised_at", "due_at", "due_from"):
            moved = rules.moved_on(getattr(order, name), since, at, order.clock_kind, self.terms.calendar)
            setattr(order, name, moved)

    def _signed(self, move: PastMove, own: Assignment) -> None:
        own.signed_at = move.at if move.told else None
        own.signed_automatically = bool(move.by is not None and move.by.is_system)
        if own.part == "lead" and self.parts[move.part or 0].parent is None:
            self.order.answerable_unit = own.unit

    def _objected(self, move: PastMove, own: Assignment) -> None:
        row = Objection(
            clause=move.data.get("clause", ""),
            reason=move.note,
            suggested_id=move.data.get("suggested"),
            filed_at=move.at,
            filed_by=move.by or self.actor,
        )
        self.left.objections.append((move.part or 0, row))

    def _objection_decided(self, move: PastMove, own: Assignment) -> None:
        row = next(row for index, row in reversed(self.left.objections) if index == move.part)
        row.decided_at, row.decided_by, row.decision = move.at, move.by or self.actor, move.note
        row.accepted = move.action == "accept_objection"
        own.must_sign = not row.accepted
        if row.accepted:
            own.ended_at = move.at
            if self._leads(move.part):
                self.order.reassign_count += 1
                self.order.upheld_objections += 1

    def _reached(self, move: PastMove, own: Assignment) -> None:
        connected = bool(move.data.get("connected"))
        row = Outreach(at=move.at, by=move.by or self.actor, relayed=self.order.confidential, connected=connected)
        row.summary = move.note
        self.left.outreach.append((move.part or 0, row))
        index = move.part if connected else None
        while index is not None:
            part = self.left.parts[index]
            part.first_contact_at = part.first_contact_at or move.at
            index = self.parts[index].parent

    def _petitioned(self, move: PastMove, own: Assignment) -> None:
        review = move.data.get("review_on")
        row = Petition(kind=PETITIONS[move.action], reason=move.note, days=move.data.get("days"), filed_at=move.at)
        row.review_on, row.filed_by = date.fromisoformat(review) if review else None, move.by or self.actor
        self.left.petitions.append((move.part or 0, row))

    def _petition_decided(self, move: PastMove, own: Assignment) -> None:
        row = next(row for index, row in reversed(self.left.petitions) if index == move.part)
        row.granted, row.decision = bool(move.data.get("granted")), move.note
        row.decided_at, row.decided_by = move.at, move.by or self.actor
        if not row.granted:
            return
        order, lead = self.order, self._leads(move.part)
        if row.kind == "extension":
            days, kind, calendar = row.days or 0, order.clock_kind, self.terms.calendar
            for each in self._open_parts() if lead else [own]:
                each.due_at = rules.extended(each.due_at, days, kind, calendar)
            if lead and order.promised_at and order.due_at:
                order.extension_count += 1
                order.promised_at = rules.extended(order.promised_at, days, kind, calendar)
                order.due_at = rules.extended(order.due_at, days, kind, calendar)
        elif row.kind == "suspension":
            own.clock_stopped_at = move.at
            order.clock_stopped_at = move.at if lead else order.clock_stopped_at
        else:
            own.conclusion, own.answer, own.submitted_at, own.ended_at = "unreasonable", move.note, move.at, move.at
            order.unreasonable = order.unreasonable or lead

    def _resumed(self, move: PastMove, own: Assignment) -> None:
        since = own.clock_stopped_at
        if since is None:
            return
        own.clock_stopped_at = None
        kind, calendar, lead = self.order.clock_kind, self.terms.calendar, self._leads(move.part)
        for each in self._open_parts() if lead else [own]:
            each.due_from = rules.moved_on(each.due_from, since, move.at, kind, calendar) or each.due_from
            each.due_at = rules.moved_on(each.due_at, since, move.at, kind, calendar) or each.due_at
        if lead:
            self._start(move.at)

    def _finished(self, move: PastMove, own: Assignment) -> None:
        lead = self._leads(move.part)  # what a source tells of its order only, its lead unit has said
        own.conclusion = move.data.get("conclusion") or (self.order.conclusion if lead else "")
        own.answer = move.note or (self.order.reply if lead else "")

    def _submitted(self, move: PastMove, own: Assignment) -> None:
        if move.told:
            own.submitted_at = own.ended_at = move.at

    def _over(self, move: PastMove, own: Assignment) -> None:
        own.ended_at = move.at

    def _again(self, move: PastMove, own: Assignment) -> None:
        own.submitted_at = own.ended_at = None
        if move.action == "redo":
            own.redo_round, own.must_sign, own.signed_at = self.order.redo_count, True, None
            own.due_from, own.due_at = move.at, self.order.due_at or own.due_at
            own.sign_due_at = max(move.at, min(self.terms.due(self.order, "sign", move.at), own.due_at))


_ON_ORDER: dict[str, Callable[[_Relive, PastMove, Any], None]] = {
    "reassign": _Relive._reassigned,
    "ask_info": _Relive._asked,
    "supplement": _Relive._supplemented,
    "give_up_info": _Relive._gave_up,
    "urge": _Relive._urged,
    "supervise": _Relive._supervised,
    "mark_sensitive": _Relive._sensitive,
    "escalate_difficult": _Relive._difficult,
    "reach_milestone": _Relive._milestone,
    "units_done": _Relive._answered,
    "answer": _Relive._told,
    "pass_audit": _Relive._audited,
    "fail_audit": _Relive._failed,
    "record_visit": _Relive._visited,
    "judge": _Relive._judged,
    "close_shelved": _Relive._shelved_closed,
    "withdraw": _Relive._withdrawn,
    "reopen": _Relive._reopened,
    "follow_master": _Relive._follows,
    "transfer_refused": _Relive._refused,
}
_ON_PART: dict[str, Callable[[_Relive, PastMove, Any], None]] = {
    "sign": _Relive._signed,
    "object_to_dispatch": _Relive._objected,
    "uphold_dispatch": _Relive._objection_decided,
    "accept_objection": _Relive._objection_decided,
    "record_outreach": _Relive._reached,
    "extend": _Relive._petitioned,
    "suspend": _Relive._petitioned,
    "ask_ruling": _Relive._petitioned,
    "decide_extension": _Relive._petition_decided,
    "decide_suspension": _Relive._petition_decided,
    "decide_ruling": _Relive._petition_decided,
    "resume": _Relive._resumed,
    "finish": _Relive._finished,
    "sign_off": _Relive._submitted,
    "release": _Relive._over,
    "cancel": _Relive._over,
    "redo": _Relive._again,
    "answer_again": _Relive._again,
}
