"""Taking a contact: filing an order from a citizen's words, answering at once, handing a shift over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from huying.base.audit.selectors import refusals_since
from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotFound, TooMany
from huying.base.events.obligations import oblige_many
from huying.base.events.recorder import record, record_refusal
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.base.parties import actions as parties
from huying.base.parties.models import Citizen
from huying.base.parties.selectors import respondent_division
from huying.base.parties.texts import tokenise
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.dispatch.understanding import Understanding, understand
from huying.handling.orders import actions as orders
from huying.handling.orders.limits import decline_rules
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import OPEN_STATES
from huying.intake.contacts import selectors
from huying.intake.contacts.models import ABOUT_OPEN_ORDER, Contact, Handover, Result

FILERS = ("agent", "team_leader", "integrator")
WRONG_CODE = "public.refused"
WRONG_CODES, CODE_PAUSE = 10, timedelta(hours=1)


@dataclass
class Filing:
    """What an agent (or a citizen on the public page) writes down. Empty fields are filled by the analysis."""

    text: str
    channel: str = "phone"
    phone: str = ""
    name: str = ""
    anonymous: bool = False
    confidential: bool = False
    title: str = ""
    request_type: str = ""
    urgency: str = ""
    category: Category | None = None
    incident_place: str = ""
    incident_division: Division | None = None
    caller_place: str = ""
    caller_division: Division | None = None
    respondent: str = ""
    respondent_place: str = ""
    opinion: str = ""
    number_called: str = ""
    source_hotline: str = ""
    source_no: str = ""
    started_at: datetime | None = None
    submit: bool = True
    master: WorkOrder | None = None


def file_order(*, actor: Person, filing: Filing) -> WorkOrder:
    """受理: citizen, contact, order, analysis, audit row and event in one transaction.

    The text is understood before the transaction begins, so that no lock is held while the model thinks. Raises
    ``Invalid`` for an empty text or a phone number that can't be one. With ``filing.master`` the order is filed and
    merged into it in the same transaction: the citizen has a number of their own, the unit one matter to handle.
    """
    if not actor.is_system:
        require_role(actor, *FILERS)
    words, sealed = tokenise(filing.text.strip())
    if not words:
        raise Invalid("请写下诉求内容。", errors=[{"field": "text", "message": "不能为空"}])
    seen = understand(
        text=words,
        channel=filing.channel,
        category=filing.category,
        incident_place=filing.incident_place,
        incident_division=filing.incident_division,
        caller_division=filing.caller_division,
        respondent_division=respondent_division(filing.respondent),
        urgency=filing.urgency,
    )
    with transaction.atomic():
        citizen = _citizen(filing)
        order = orders.create(actor=actor, new=_new_order(filing, words, sealed, citizen, seen), submit=filing.submit)
        seen.row(order).save(force_insert=True)
        contact = _contact(actor, filing, citizen, Result.ORDER, order=order)
        record(
            actor=actor,
            verb="order.filed",
            subject=order,
            payload={"contact": contact.pk, "channel": order.channel, "state": order.state, "urgency": order.urgency},
        )
        oblige_many(orders.order_dues(order))
        if filing.master is not None and filing.submit:
            orders.merge(actor=actor, order=order, master=filing.master, note="受理时认定为同一件事")
    return order


def close_contact(*, actor: Person, filing: Filing, result: str, answer: str = "", rule: str = "") -> Contact:
    """A contact that opens no order: answered, comforted, transferred, declined, silent, nuisance.

    ``rule``: by which rule in force it is declined; its name and what the citizen is told begin the answer.
    """
    require_role(actor, *FILERS)
    if result not in Result.values or result in (Result.ORDER, Result.OPEN) or result in ABOUT_OPEN_ORDER:
        raise Invalid("请选择处理结果。", errors=[{"field": "result", "message": "不在可选范围"}])
    if result == Result.ANSWERED and not answer.strip():
        raise Invalid("请写下答复内容。", errors=[{"field": "answer", "message": "不能为空"}])
    payload = {"result": result, "channel": filing.channel}
    if result == Result.DECLINED:
        answer = f"{_decline_words(rule)}{answer.strip()}"
        payload["rule"] = rule
    with transaction.atomic():
        contact = keep_contact(actor, filing, result, answer=answer)
        record(actor=actor, verb="contact.closed", subject=contact, payload=payload)
    return contact


def _decline_words(rule: str) -> str:
    known = decline_rules()
    if rule not in known:
        raise Invalid("请选择不予受理的情形。", errors=[{"field": "rule", "message": "不在可选范围"}])
    name, tell = known[rule]
    return f"{name}。{tell}"


def file_by_citizen(*, filing: Filing) -> WorkOrder:
    """自助提交: a citizen files on the public page; the system writes it down and a reviewer looks at it first."""
    return file_order(actor=system_person(), filing=filing)


def open_by_code(order_no: str, query_code: str) -> WorkOrder:
    """The order that number and query code open together; either wrong: the same answer, so that nothing is learnt.

    Wrong codes are written down. After ten for one order within an hour nobody is let in by code for the rest of it,
    from whichever addresses they came; the citizen can still call.
    """
    order = selectors.order_by_number(order_no)
    if order is not None:
        tried = refusals_since(order, WRONG_CODE, clock.now() - CODE_PAUSE)
        if tried >= WRONG_CODES:
            raise TooMany("查询码输错次数过多，请一小时后再试，或拨打 12345 查询。", code="locked")
        if selectors.code_fits(order, query_code):
            return order
        record_refusal(actor=None, verb=WRONG_CODE, reason="query_code", subject=order)
    raise NotFound("工单编号或查询码不对，请核对短信或受理告知。")


def supplement_by_citizen(*, own: WorkOrder, words: str) -> WorkOrder:
    """The citizen adds words: an order that waits for them goes on, an open one is supplemented.

    Of a merged order the words go to its master, which is where the matter is handled.
    """
    order = own.master if own.state == "merged" and own.master is not None else own
    if order.state not in OPEN_STATES:
        raise Conflict("这件诉求已经结束；如有新的情况，请拨打 12345 或重新提交。", code="ended")
    act = orders.supplement if own.state == "need_info" else orders.add_words
    return act(actor=system_person(), order=order, words=words)


def hand_over(*, actor: Person, note: str = "") -> Handover:
    """交班: the outgoing shift leaves what is urgent or unfinished, as it stands now."""
    require_role(actor, "agent", "team_leader", "duty_leader")
    with transaction.atomic():
        handover = Handover.objects.create(
            made_at=clock.now(), made_by=actor, note=note, items=selectors.unfinished_items(actor)
        )
        record(actor=actor, verb="handover.made", subject=handover, payload={"items": len(handover.items)})
    return handover


def sign_handover(*, actor: Person, handover: Handover) -> Handover:
    """接班: the next shift signs; nobody signs what he handed over himself, and only once."""
    require_role(actor, "agent", "team_leader", "duty_leader")
    if handover.made_by_id == actor.pk:
        raise Conflict("交班人不能自己接班，请由下一班签收。", code="own_handover")
    with transaction.atomic():
        changed = Handover.objects.filter(pk=handover.pk, signed_at__isnull=True).update(
            signed_at=clock.now(), signed_by=actor, version=handover.version + 1
        )
        if not changed:
            raise Conflict("这份交接班已有人签收。", code="signed_already")
        record(actor=actor, verb="handover.signed", subject=handover)
    handover.refresh_from_db()
    return handover


def _citizen(filing: Filing) -> Citizen | None:
    if filing.anonymous or not filing.phone.strip():
        return None
    return parties.find_or_create_citizen(phone=filing.phone, name=filing.name, now=clock.now())


def keep_contact(
    actor: Person, filing: Filing, result: str, *, about: WorkOrder | None = None, answer: str = ""
) -> Contact:
    """The row of a contact that opens no order; part of a larger action, in whose transaction it is called."""
    return _contact(actor, filing, _citizen(filing), result, about=about, answer=answer)


def _contact(actor, filing, citizen, result, *, order=None, about=None, answer="") -> Contact:
    words, sealed = (order.text, order.identifiers_sealed) if order else tokenise(filing.text.strip())
    answered, answer_sealed = tokenise(answer.strip())
    known = order or about
    return Contact.objects.create(
        channel=filing.channel,
        number_called=filing.number_called,
        source_hotline=filing.source_hotline,
        source_no=filing.source_no,
        request_type=known.request_type if known else filing.request_type,
        citizen=citizen,
        started_at=filing.started_at or clock.now(),
        ended_at=clock.now(),
        agent=None if actor.is_system else actor,
        firm_id=actor.firm_id,
        text=words,
        identifiers_sealed=sealed,
        result=result,
        answer=answered,
        answer_identifiers_sealed=answer_sealed,
        order=known,
    )


def _new_order(filing: Filing, words: str, sealed: str, citizen: Citizen | None, seen: Understanding):
    return orders.NewOrder(
        text=words,
        identifiers_sealed=sealed,
        title=filing.title.strip() or seen.title,
        channel=filing.channel,
        request_type=filing.request_type or seen.request_type or "help",
        urgency=filing.urgency or seen.urgency or "general",
        emotion=seen.emotion,
        citizen=citizen,
        anonymous=filing.anonymous or citizen is None,
        confidential=filing.confidential,
        category=filing.category or seen.category,
        incident_place=filing.incident_place or seen.incident_place,
        incident_division=filing.incident_division or seen.incident_division,
        caller_place=filing.caller_place,
        caller_division=filing.caller_division,
        respondent=parties.find_or_create_respondent(name=filing.respondent) if filing.respondent.strip() else None,
        respondent_place=filing.respondent_place,
        opinion=filing.opinion,
        repeat=seen.repeat,
        source="local",
        source_no="",
    )
