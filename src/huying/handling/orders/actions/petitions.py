"""申请: what a unit asks of the centre — more time, to shelve, a ruling that a demand is unreasonable."""

from datetime import date, datetime, time

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.org.models import Person
from huying.handling.orders import clockwork, following, timers
from huying.handling.orders.actions.undertaking import own, submitted
from huying.handling.orders.engine import Act, on_assignment
from huying.handling.orders.guards import is_lead
from huying.handling.orders.limits import due, policy_for, shift_by_days
from huying.handling.orders.models import Assignment, Petition

MORNING = time(9, 0)


def morning_of(day: date) -> datetime:
    """When a review falls due: at nine in the morning of its day."""
    return datetime.combine(day, MORNING, tzinfo=clock.SHANGHAI)


def later_day(act: Act, day: date | None, field: str = "review_on") -> date:
    """A day after today. Raises ``Invalid``."""
    if day is None or day <= clock.local(act.at).date():
        raise Invalid("请填写以后的日期。", errors=[{"field": field, "message": "须晚于今天"}])
    return day


def extend(
    *, actor: Person, assignment: Assignment, reason: str, days: int, expected_version: int | None = None
) -> Assignment:
    """申请延期: before the due time, at most the centre's days; the clock runs on until it is decided."""
    with on_assignment(actor, assignment, "extend", expected_version) as act:
        most = policy_for(act.order, "extension.max_days")
        if not 1 <= days <= most:
            raise Invalid(f"一次最多延期 {most} 个工作日。", errors=[{"field": "days", "message": f"1 到 {most}"}])
        _file(act, "extension", reason, days=days)
    return assignment


def suspend(
    *, actor: Person, assignment: Assignment, reason: str, review_on: date, expected_version: int | None = None
) -> Assignment:
    """申请挂账: for causes that last; the clock stops only once the duty leader has approved."""
    with on_assignment(actor, assignment, "suspend", expected_version) as act:
        _file(act, "suspension", reason, review_on=later_day(act, review_on))
    return assignment


def ask_ruling(
    *, actor: Person, assignment: Assignment, reason: str, expected_version: int | None = None
) -> Assignment:
    """申请不合理认定: the centre judges; the clock runs on."""
    with on_assignment(actor, assignment, "ask_ruling", expected_version) as act:
        _file(act, "ruling", reason)
    return assignment


def _file(act: Act, kind: str, reason: str, *, days: int | None = None, review_on: date | None = None) -> None:
    petition = Petition.objects.create(
        assignment=own(act),
        kind=kind,
        reason=act.words(reason),
        days=days,
        review_on=review_on,
        filed_at=act.at,
        filed_by=act.actor,
    )
    act.go()
    act.dues.append(timers.for_row("petition.due", petition.pk, due(act.order, "decide", act.at)))
    facts = {"days": days, "review_on": review_on.isoformat() if review_on else None}
    act.data = {name: value for name, value in facts.items() if value}
    act.payload = {"petition": petition.pk, "kind": str(kind)}


def _decide(act: Act, kind: str, granted: bool, decision: str) -> Petition:
    """Close the pending petition. Raises ``Conflict`` where there is none."""
    pending = Petition.objects.filter(assignment=own(act), kind=kind, decided_at__isnull=True).first()
    if pending is None:
        raise Conflict("没有待批的申请。", code="not_now")
    pending.granted, pending.decision = granted, decision
    pending.decided_at, pending.decided_by = act.at, act.actor
    pending.save(update_fields=["granted", "decision", "decided_at", "decided_by"])
    act.released.append(timers.row_key("petition.due", pending.pk))
    act.data = {"granted": granted}
    act.payload = {"petition": pending.pk, "granted": granted}
    return pending


def decide_extension(
    *, actor: Person, assignment: Assignment, granted: bool, reason: str, expected_version: int | None = None
) -> Assignment:
    """审批延期: the lead's moves the citizen's promise, and the citizen is told; an assist's never beyond the lead's."""
    with on_assignment(actor, assignment, "decide_extension", expected_version) as act:
        petition = _decide(act, "extension", granted, act.words(reason))
        mine = own(act)
        act.go()
        if granted:
            shift = shift_by_days(petition.days or 0, act.order.clock_kind)
            clockwork.extend_assignment(act, mine, shift)
            if is_lead(mine):
                act.order.extension_count += 1
                act.dues += timers.notice(act.order, "extended", reason=petition.reason)
                following.followers_extended(act, shift, petition.reason)
    return assignment


def decide_suspension(
    *, actor: Person, assignment: Assignment, granted: bool, reason: str, expected_version: int | None = None
) -> Assignment:
    """审批挂账: approved, the clock stands still until the review day; refused, the unit goes on."""
    with on_assignment(actor, assignment, "decide_suspension", expected_version) as act:
        petition = _decide(act, "suspension", granted, act.words(reason))
        mine = own(act)
        act.go("suspended" if granted else "handling")
        if granted and petition.review_on:
            clockwork.stop_assignment(act, mine)
            act.dues.append(timers.for_row("suspension.review", petition.pk, morning_of(petition.review_on)))
            if is_lead(mine):
                act.dues += timers.notice(act.order, "suspended", reason=petition.reason)
    return assignment


def resume(*, actor: Person, assignment: Assignment, note: str = "", expected_version: int | None = None) -> Assignment:
    """恢复办理: due times move by exactly the time the clock stood still. A pending petition is taken back."""
    with on_assignment(actor, assignment, "resume", expected_version) as act:
        mine = own(act)
        act.words(note)
        act.go()
        for petition in Petition.objects.filter(assignment=mine, kind="suspension").order_by("id"):
            act.released.append(timers.row_key("suspension.review", petition.pk))
            if petition.decided_at is None:
                act.released.append(timers.row_key("petition.due", petition.pk))
                petition.granted, petition.decision = False, "申请单位撤回"
                petition.decided_at, petition.decided_by = act.at, actor
                petition.save(update_fields=["granted", "decision", "decided_at", "decided_by"])
        clockwork.start_assignment(act, mine)
    return assignment


def decide_ruling(
    *, actor: Person, assignment: Assignment, granted: bool, reason: str, expected_version: int | None = None
) -> Assignment:
    """认定: found unreasonable, the assignment ends with that conclusion; otherwise the unit goes on."""
    with on_assignment(actor, assignment, "decide_ruling", expected_version) as act:
        _decide(act, "ruling", granted, act.words(reason))
        mine = own(act)
        act.go("submitted" if granted else "handling")
        if granted:
            mine.conclusion, mine.answer, mine.answer_identifiers_sealed = "unreasonable", act.note, act.sealed
            if is_lead(mine):
                act.order.unreasonable = True
            submitted(act, mine)
    return assignment
