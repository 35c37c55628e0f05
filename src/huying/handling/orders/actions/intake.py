"""受理: filing, answering at once, transfer, declining, asking for what is missing, review."""

from dataclasses import dataclass
from datetime import datetime

from huying.base import vault
from huying.base.calendars import arithmetic, clock
from huying.base.calendars.selectors import current_calendar
from huying.base.errors import Invalid
from huying.base.events.obligations import Due
from huying.base.org.models import Person
from huying.base.parties.models import Citizen, Respondent
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders import clockwork, limits, numbers, rules, timers
from huying.handling.orders.engine import Act, on_order
from huying.handling.orders.following import followers_end, followers_freed
from huying.handling.orders.models import Step, WorkOrder
from huying.handling.orders.moves import TRANSFER_TARGETS, URGENCIES

CALLER_PLACE = "order.caller_place"


@dataclass
class NewOrder:
    """What a new order is made of. ``text`` has identifiers as tokens, their values in ``identifiers_sealed``."""

    text: str
    title: str = ""
    identifiers_sealed: str = ""
    channel: str = "phone"
    request_type: str = "help"
    urgency: str = "general"
    emotion: str = "calm"
    citizen: Citizen | None = None
    anonymous: bool = False
    confidential: bool = False
    category: Category | None = None
    incident_place: str = ""
    incident_division: Division | None = None
    caller_place: str = ""
    caller_division: Division | None = None
    respondent: Respondent | None = None
    respondent_place: str = ""
    respondent_division: Division | None = None
    opinion: str = ""
    repeat: bool = False
    source: str = "local"
    source_no: str = ""
    filed_at: datetime | None = None


def create(*, actor: Person, new: NewOrder, submit: bool) -> WorkOrder:
    """Insert an order with its number, query code and, when submitted, the promise to the citizen.

    A building block of the filing action, in whose transaction it runs and which records the one event; the
    obligations that arise are handed out by :func:`order_dues`. Three statements.
    """
    now = new.filed_at or clock.now()
    day = clock.local(now).date()
    order = WorkOrder(
        order_no=numbers.order_no(day, numbers.take_serials(day)),
        query_code=numbers.query_code(),
        state="draft",
        state_since=now,
        filed_at=now,
        filed_by=actor,
        **_content(new),
    )
    if submit:
        order.state = rules.state_after_submit(order.channel, limits.policy("review.channels", day))
        clockwork.promise(order, now)
    else:
        clockwork.expect(order, now)
    order.save(force_insert=True)
    step = Step(order=order, action="submit" if submit else "filed", at=now, by=actor, to_state=order.state)
    step.from_state, step.data = "draft" if submit else "", {"channel": order.channel}
    Step.objects.bulk_create([step])
    return order


def _content(new: NewOrder) -> dict:
    same = (
        "text identifiers_sealed channel request_type urgency emotion citizen anonymous confidential category "
        "incident_place incident_division caller_division respondent respondent_place respondent_division "
        "opinion repeat source source_no"
    )
    values = {name: getattr(new, name) for name in same.split()}
    values["title"] = (new.title or new.text)[:120]
    values["incident_place"] = new.incident_place[:200]
    values["respondent_place"] = new.respondent_place[:200]
    values["caller_place_sealed"] = vault.seal(new.caller_place[:200], CALLER_PLACE)
    return values


def order_dues(order: WorkOrder) -> list[Due]:
    """The obligations of an order just filed: automatic dispatch, its due time, the notice of acceptance."""
    if order.state == "draft":
        return []
    tries = [timers.auto_dispatch(order)] if order.state == "to_dispatch" else []
    return [*tries, *timers.of_order(order), *timers.notice(order, "accepted", number=0)]


def submit(*, actor: Person, order: WorkOrder, expected_version: int | None = None) -> WorkOrder:
    """提交: the promise begins; what citizens wrote themselves is reviewed first."""
    with on_order(actor, order, "submit", expected_version) as act:
        act.go(rules.state_after_submit(act.order.channel, limits.policy_for(act.order, "review.channels")))
        _accept(act)
    return order


def _accept(act: Act) -> None:
    """The order is accepted: promise (once), timers, notice, and a try of the model where it waits for dispatch."""
    if act.order.promised_at is None:
        clockwork.promise(act.order, act.at)
        act.dues += timers.notice(act.order, "accepted")
    act.dues += timers.of_order(act.order)
    if act.order.state == "to_dispatch":
        act.dues.append(timers.auto_dispatch(act.order))


def amend(
    *,
    actor: Person,
    order: WorkOrder,
    title: str = "",
    category: Category | None = None,
    request_type: str = "",
    urgency: str = "",
    incident_place: str = "",
    incident_division: Division | None = None,
    opinion: str = "",
    expected_version: int | None = None,
) -> WorkOrder:
    """更正: what was noted wrongly, until the order is dispatched; the words of the citizen stay as they are.

    Urgency is only raised; the promise then becomes the shorter one, never a later.
    """
    with on_order(actor, order, "amend", expected_version) as act:
        given = {
            "title": title.strip()[:120],
            "category": category,
            "request_type": request_type,
            "incident_place": incident_place.strip()[:200],
            "incident_division": incident_division,
            "opinion": act.words(opinion),
        }
        changed = {name: value for name, value in given.items() if value}
        for name, value in changed.items():
            setattr(act.order, name, value)
        if urgency:
            _raise_urgency(act, urgency)
        act.data = {"changed": [*changed, *(["urgency"] if urgency else [])]}
    return order


def _raise_urgency(act: Act, urgency: str) -> None:
    steps = list(URGENCIES)
    if urgency not in steps or steps.index(urgency) < steps.index(act.order.urgency):
        raise Invalid("紧急程度只可调高。", errors=[{"field": "urgency", "message": "只可调高"}])
    act.order.urgency = urgency
    promised = act.order.promised_at
    if promised is None:
        clockwork.expect(act.order, act.at)
    elif limits.due(act.order, "handle", act.at) < promised:
        clockwork.promise(act.order, act.at)
        clockwork.renew_timers(act)
        act.dues += timers.notice(act.order, "accepted")  # the citizen hears the nearer date
        if act.order.state == "to_dispatch":
            act.dues.append(timers.auto_dispatch(act.order))


def approve(*, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None) -> WorkOrder:
    """审核通过: on to dispatch."""
    with on_order(actor, order, "approve", expected_version) as act:
        act.words(note)
        act.go()
        act.dues.append(timers.auto_dispatch(act.order))
    return order


def back(*, actor: Person, order: WorkOrder, reason: str, expected_version: int | None = None) -> WorkOrder:
    """退回坐席: the promise runs on meanwhile."""
    with on_order(actor, order, "back", expected_version) as act:
        act.words(reason)
        act.go()
    return order


def answer(*, actor: Person, order: WorkOrder, answer: str, expected_version: int | None = None) -> WorkOrder:
    """直接答复: answered on the spot, nothing is tracked."""
    with on_order(actor, order, "answer", expected_version) as act:
        act.order.reply = act.words(answer)
        act.order.reply_identifiers_sealed = act.sealed
        act.go()
        _ended(act)
        followers_end(act, "closed")
    return order


def comfort(*, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None) -> WorkOrder:
    """倾诉安抚: the caller wanted to be heard. What others asked for is still to be handled."""
    with on_order(actor, order, "comfort", expected_version) as act:
        act.words(note)
        act.go()
        _ended(act)
        followers_freed(act)
    return order


def decline(
    *, actor: Person, order: WorkOrder, rule: str, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """不予受理: by a rule in force; the citizen is told the legal way."""
    with on_order(actor, order, "decline", expected_version) as act:
        known = limits.decline_rules(clock.local(act.order.filed_at).date())
        if rule not in known:
            raise Invalid("请选择不予受理的情形。", errors=[{"field": "rule", "message": "不在可选范围"}])
        name, tell = known[rule]
        act.words(note)
        act.data = {"rule": rule}
        act.payload = {"rule": rule}
        act.order.reply = f"{name}。{tell}"
        act.go()
        _ended(act)
        act.dues += timers.notice(act.order, "declined", reason=tell)
        followers_end(act, "declined")
    return order


def _ended(act: Act) -> None:
    clockwork.start_order(act)
    clockwork.end_timers(act)
    act.order.closed_at = act.at


def transfer(
    *, actor: Person, order: WorkOrder, target: str, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """转接: to an emergency line, an enterprise or another centre, which has to answer within minutes."""
    with on_order(actor, order, "transfer", expected_version) as act:
        if target not in TRANSFER_TARGETS:
            raise Invalid("请选择转往哪里。", errors=[{"field": "target", "message": "不在可选范围"}])
        act.words(note)
        act.data = {"target": target}
        act.payload = {"target": target}
        act.go()
        act.order.due_from = act.at
        act.order.due_at = limits.due(act.order, "transfer", act.at)
        act.order.clock_kind = rules.clock_kind(limits.limit_for(act.order, "transfer"))
        act.dues += timers.of_order(act.order)
    return order


def transfer_accepted(
    *, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """对方已接: the matter is theirs; the citizen is told where it went."""
    with on_order(actor, order, "transfer_accepted", expected_version) as act:
        act.words(note)
        target = _last_target(act.order)
        clockwork.end_timers(act)
        act.go()
        act.order.closed_at = act.at
        act.dues += timers.notice(act.order, "transferred", target=TRANSFER_TARGETS.get(target, ""))
        followers_end(act, "closed")
    return order


def transfer_refused(
    *, actor: Person, order: WorkOrder, reason: str = "", expected_version: int | None = None
) -> WorkOrder:
    """对方未接或无应答: the order comes back as urgent and the duty leader is told."""
    with on_order(actor, order, "transfer_refused", expected_version) as act:
        act.words(reason)
        if act.order.urgency == "general":
            act.order.urgency = "urgent"
        act.go()
        clockwork.promise(act.order, act.at)
        clockwork.renew_timers(act)
        act.dues += timers.notice(act.order, "accepted")
        act.payload = {"tell": ["duty_leader"], "target": _last_target(act.order)}
    return order


def _last_target(order: WorkOrder) -> str:
    step = Step.objects.filter(order=order, action="transfer").order_by("-id").first()
    return step.data.get("target", "") if step else ""


def ask_info(*, actor: Person, order: WorkOrder, question: str, expected_version: int | None = None) -> WorkOrder:
    """请诉求人补充: the clock stands still until they answer; after the limit the order ends as 无法补充."""
    with on_order(actor, order, "ask_info", expected_version) as act:
        act.words(question)
        act.order.resume_state = act.order.state
        clockwork.stop_order(act)
        act.go()
        limit = limits.limit_for(act.order, "supplement")
        act.order.info_due_at = arithmetic.due(act.at, limit, current_calendar()).at
        act.dues += timers.of_order(act.order)
        act.dues += timers.notice(act.order, "need_info", question=act.note)
    return order


def supplement(*, actor: Person, order: WorkOrder, words: str, expected_version: int | None = None) -> WorkOrder:
    """已补充: back to where it came from; the promise moves by exactly the time the clock stood still."""
    with on_order(actor, order, "supplement", expected_version) as act:
        act.words(words)
        act.go(act.order.resume_state)
        clockwork.start_order(act)
        act.order.resume_state, act.order.info_due_at = "", None
        clockwork.renew_timers(act)
        if act.order.state == "to_dispatch":
            act.dues.append(timers.auto_dispatch(act.order))
    return order


def give_up_info(*, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None) -> WorkOrder:
    """无法补充: no answer in time; the order ends, the citizen is told that they may come back. Orders merged into it go on."""
    with on_order(actor, order, "give_up_info", expected_version) as act:
        act.words(note)
        clockwork.start_order(act)
        clockwork.end_timers(act)
        act.go()
        act.order.resume_state = ""
        act.order.closing, act.order.closed_at = "no_info", act.at
        act.dues += timers.notice(act.order, "closed")
        followers_freed(act)
    return order
