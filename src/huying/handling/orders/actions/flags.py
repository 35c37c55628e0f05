"""What may happen in any open state: urging, adding words, withdrawing, marks, difficult cases, supervision."""

from datetime import date, datetime, time

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Person, Unit
from huying.handling.orders import assigning, clockwork, following, timers
from huying.handling.orders.engine import on_order
from huying.handling.orders.models import DifficultCase, Milestone, WorkOrder

LEVELS = {"1", "2", "3"}
CLOSE = time(18, 0)


def urge(*, actor: Person, order: WorkOrder, words: str, expected_version: int | None = None) -> WorkOrder:
    """催办: the citizen asks again about an open order; the units see it."""
    with on_order(actor, order, "urge", expected_version) as act:
        act.words(words)
        act.order.urge_count += 1
        act.payload = {"urge_count": act.order.urge_count, "answerable": act.order.answerable_unit_id}
    return order


def add_words(*, actor: Person, order: WorkOrder, words: str, expected_version: int | None = None) -> WorkOrder:
    """补充: what the citizen adds stands in the timeline; the text as filed is never changed."""
    with on_order(actor, order, "add_words", expected_version) as act:
        act.words(words)
    return order


def withdraw(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """撤单: assignments are cancelled, timers end. Orders merged into it are other people's: they are handled on."""
    with on_order(actor, order, "withdraw", expected_version) as act:
        act.words(reason)
        assigning.end_all(act, "cancel")
        clockwork.start_order(act)
        clockwork.end_timers(act)
        act.go()
        act.order.closing, act.order.closed_at = "withdrawn", act.at
        act.order.resume_state, act.order.shelved_until = "", None
        act.dues += timers.notice(act.order, "closed")
        following.followers_freed(act)
    return order


def mark_sensitive(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """标为敏感."""
    with on_order(actor, order, "mark_sensitive", expected_version) as act:
        act.words(reason)
        act.order.sensitive = True
    return order


def supervise(
    *, actor: Person, order: WorkOrder, level: str, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """督办: by telephone, in writing, by a leader's instruction; the highest level stands."""
    with on_order(actor, order, "supervise", expected_version) as act:
        if str(level) not in LEVELS:
            raise Invalid("请选择督办级别。", errors=[{"field": "level", "message": "不在可选范围"}])
        act.words(note)
        act.order.supervision_level = max(act.order.supervision_level, int(level))
        act.data = {"level": int(level)}
        act.payload = {"level": int(level), "answerable": act.order.answerable_unit_id}
    return order


def escalate_difficult(
    *,
    actor: Person,
    order: WorkOrder,
    leader: str,
    unit: Unit,
    due: datetime,
    milestones: str = "",
    expected_version: int | None = None,
) -> WorkOrder:
    """升级为疑难件: led by a named leader with milestones of its own; the promise to the citizen stays."""
    with on_order(actor, order, "escalate_difficult", expected_version) as act:
        if due <= act.at:
            raise Invalid("办结期限须晚于现在。", errors=[{"field": "due", "message": "须晚于现在"}])
        steps = parse_milestones(milestones)
        case = DifficultCase.objects.create(
            order=act.order, leader=leader.strip()[:60], lead_unit=unit, due=due, opened_at=act.at
        )
        act.dues.append(timers.for_row("difficult.due", case.pk, due))
        for day, title in steps:
            milestone = Milestone.objects.create(case=case, due_on=day, title=title)
            act.dues.append(timers.for_row("milestone.due", milestone.pk, _close_of(day)))
        act.order.difficult = True
        act.data = {"unit": unit.pk, "due": due.isoformat(), "milestones": len(steps)}
        act.payload = {"unit": unit.pk, "due": due.isoformat(), "milestones": len(steps)}
    return order


def _close_of(day: date) -> datetime:
    return datetime.combine(day, CLOSE, tzinfo=clock.SHANGHAI)


def reach_milestone(
    *, actor: Person, order: WorkOrder, title: str, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """节点完成: a milestone of the difficult case is reached."""
    with on_order(actor, order, "reach_milestone", expected_version) as act:
        waiting = act.order.difficult_case.milestones.filter(done_at__isnull=True, title=title.strip())
        milestone = waiting.order_by("due_on", "id").first()
        if milestone is None:
            raise Invalid("没有这个未完成的节点。", errors=[{"field": "title", "message": "与节点内容不一致"}])
        act.words(note)
        milestone.done_at = act.at
        milestone.save(update_fields=["done_at"])
        act.released.append(timers.row_key("milestone.due", milestone.pk))
        act.data = {"milestone": milestone.title}
        act.payload = {"milestone": milestone.pk, "late": milestone.due_on < clock.local(act.at).date()}
    return order


def parse_milestones(text: str) -> list[tuple[date, str]]:
    """Lines "2026-03-31 完成勘查". Raises ``Invalid`` naming the first line that can't be read."""
    steps = []
    for number, line in enumerate(filter(None, (each.strip() for each in text.splitlines())), 1):
        day, _, title = line.partition(" ")
        try:
            when = date.fromisoformat(day)
        except ValueError:
            when = None
        if when is None or not title.strip():
            message = f"第 {number} 行应为“日期 内容”，如“2026-03-31 完成勘查”。"
            raise Invalid(message, errors=[{"field": "milestones", "message": message}])
        steps.append((when, title.strip()[:200]))
    return steps
