"""The weeks before: orders that were lived through already, written in bulk with legal timelines (DESIGN §7.8).

What the last weeks do by real actions, step by step, is here told at once: a list of moves that the orders' own
import plays through the state tables, with the unit's calls and the visits beside it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from huying.base.calendars.selectors import current_calendar
from huying.base.parties import actions as parties
from huying.base.parties.texts import tokenise
from huying.demo.arrivals import Call
from huying.demo.city import City
from huying.demo.lives.closing import at_hour, opinion
from huying.demo.lives.handling import done_at
from huying.demo.sources import table
from huying.demo.speech import reply
from huying.engines.text.title import make_title
from huying.handling.orders import limits
from huying.handling.orders.imports import ImportedOrder, import_orders
from huying.handling.orders.models import Assignment, Outreach, WorkOrder
from huying.handling.orders.pasts import PastMove
from huying.handling.visits.models import Visit
from huying.intake.contacts.models import Contact, Result

REDONE = 0.85  # of those not content for the first time
OWN = {"web", "wechat", "app", "qr"}


@dataclass
class _Tale:
    """One order's past while it is made up."""

    call: Call
    order: ImportedOrder
    moves: list[PastMove] = field(default_factory=list)
    outreach: list[tuple[datetime, bool, str]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    redone: int = 0

    def say(self, code: str) -> str:
        unit = self.order.unit
        return reply(self.call.rng, code, self.call.scene.slots | {"unit": unit.short_name if unit else ""})


def write(city: City, calls: list[Call]) -> None:
    """Orders of a day, in one transaction: citizens, orders with timelines, contacts, calls of the units, visits."""
    if not calls:
        return
    with transaction.atomic():
        tales = [_tell(city, call) for call in calls]
        made = import_orders(actor=city.system, batch=[tale.order for tale in tales]).orders
        _beside(city, tales, made)


def _tell(city: City, call: Call) -> _Tale:
    rng, scene = call.rng, call.scene
    words, sealed = tokenise(call.text)
    anonymous = rng.random() < city.shares["anonymous"]
    confidential = not anonymous and rng.random() < city.shares["confidential"]
    citizen = None
    if not anonymous:
        citizen = parties.find_or_create_citizen(phone=call.caller.phone, name=call.caller.name, now=call.at)
    order = ImportedOrder(
        source="local",
        source_no="",
        text=words,
        identifiers_sealed=sealed,
        title=make_title(words),
        filed_at=call.at,
        unit=city.ground.lead_of(scene.matter, scene.town.name),
        category=city.ground.categories[scene.matter.code],
        channel=call.channel,
        request_type=call.kind,
        urgency=scene.matter.urgency,
        citizen=citizen,
        anonymous=anonymous,
        confidential=confidential,
        incident_place=scene.place,
        incident_division=city.ground.divisions[scene.village.code],
        dispatched_by="person",
    )
    tale = _Tale(call, order)
    _way(city, tale)
    _end_by(tale, city.agenda.end)
    order.moves = tale.moves
    return tale


def _end_by(tale: _Tale, end: datetime) -> None:
    """Nothing of the past lies in the future: a tale that would, goes faster by one factor."""
    start, last = tale.order.filed_at, tale.moves[-1].at
    if last <= end:
        return
    factor = (end - start) / (last - start) * 0.97

    def sooner(at: datetime) -> datetime:
        return start + (at - start) * factor

    tale.moves = [replace(move, at=sooner(move.at)) for move in tale.moves]
    tale.outreach = [(sooner(at), connected, words) for at, connected, words in tale.outreach]
    for visit in tale.visits:
        visit.at = sooner(visit.at)


def _work(at: datetime, hours: float, due: datetime | None = None) -> datetime:
    """So many working hours later; while there is still time until ``due``, never more than a third of it."""
    later = current_calendar().add_time(at, timedelta(hours=hours))
    return later if due is None or at >= due else min(later, at + (due - at) / 3)


def _way(city: City, tale: _Tale) -> None:
    """Filing, dispatch, the unit's work, audit."""
    rng, order, staff = tale.call.rng, tale.order, city.staff
    agent, unit = staff.of("agent", rng), order.unit
    assert unit is not None
    at = order.filed_at
    own = order.channel in OWN
    tale.moves.append(PastMove("submit", at, to="to_review" if own else "to_dispatch", by=None if own else agent))
    if own:
        at += timedelta(minutes=rng.uniform(5, 160))
        tale.moves.append(PastMove("approve", at, by=staff.of("reviewer", rng)))
    at += timedelta(minutes=rng.uniform(3, 70))
    order.opinion = tale.say("opinion")
    tale.moves.append(PastMove("dispatch", at, note=order.opinion, by=staff.of("dispatcher", rng)))
    due = _due(city, tale)
    at = _work(at, rng.expovariate(1 / 0.6), due)
    tale.moves.append(PastMove("sign", at, 0, by=city.clerk(unit, rng)))
    order.conclusion = _conclusion(tale)
    order.reply = tale.say(order.conclusion)
    at = _answered(city, tale, at, due)
    if order.request_type == "consult" or order.anonymous:
        tale.moves.append(PastMove("pass_audit", at, to="closed", by=staff.of("auditor")))
        return
    tale.moves.append(PastMove("pass_audit", at, to="to_visit", by=staff.of("auditor")))
    _visits(city, tale, at)


def _due(city: City, tale: _Tale) -> datetime:
    """The citizen's promised time, by the limits in force."""
    given = tale.order
    asked = WorkOrder(
        filed_at=given.filed_at, request_type=given.request_type, urgency=given.urgency, category=given.category
    )
    return limits.due(asked, "handle", given.filed_at)


def _conclusion(tale: _Tale) -> str:
    shares = table("figures")["conclusions"].get(tale.order.request_type) or table("figures")["conclusions"]["help"]
    return tale.call.rng.choices(list(shares), list(shares.values()))[0]


def _answered(city: City, tale: _Tale, signed: datetime, due: datetime) -> datetime:
    """The unit calls, answers, signs off; the centre audits. Returns the moment of the audit."""
    rng, unit = tale.call.rng, tale.order.unit
    assert unit is not None
    at = signed
    handler = city.clerk(unit, rng)
    while not tale.order.anonymous and len(tale.outreach) < 3:
        at = _work(at, rng.uniform(0.3, 4), due)
        connected = rng.random() >= city.shares["outreach_fails"]
        words = tale.say("outreach_yes" if connected else "outreach_no")
        tale.outreach.append((at, connected, words))
        tale.moves.append(PastMove("record_outreach", at, 0, note=words, by=handler, data={"connected": connected}))
        if connected:
            break
    late = rng.random() < city.shares["late"]
    ready = tale.order.filed_at + (due - tale.order.filed_at) * 1.3
    if not late:
        ready = done_at(tale.order.filed_at, due, rng.betavariate(2.2, 2) * 0.85, tale.order.urgency)
    at = max(at, ready)
    data = {"conclusion": tale.order.conclusion}
    tale.moves.append(PastMove("finish", at, 0, note=tale.order.reply, by=handler, data=data))
    at = _work(at, rng.uniform(0.2, 2.5), due)
    tale.moves += [PastMove("sign_off", at, 0, by=city.leader(unit)), PastMove("units_done", at)]
    return _work(at, rng.uniform(0.3, 4), due)


def _visits(city: City, tale: _Tale, at: datetime) -> None:
    """Three tries at most; what was not solved is judged, redone once, and visited again."""
    rng, order, staff = tale.call.rng, tale.order, city.staff
    for attempt, hour in enumerate((9.2, 15.1, 10.4), 1):
        at = at_hour(at, hour + rng.random(), 0 if attempt == 1 else 1)
        visitor = staff.of("visitor", rng)
        if attempt < 3 and rng.random() < city.shares["visit_unreached"]:
            _visit(tale, at, visitor, attempt, reached=False)
            continue
        order.contacted = "yes"
        order.solved, order.satisfied = opinion(rng, city.shares, again=bool(tale.redone))
        _visit(tale, at, visitor, attempt, reached=True)
        if not _content(order):
            _judged(city, tale, at, redo=not tale.redone and rng.random() < REDONE)
        return


def _content(order: ImportedOrder) -> bool:
    return order.solved == "solved" and order.satisfied != "dissatisfied"


def _visit(tale: _Tale, at: datetime, visitor, attempt: int, *, reached: bool) -> None:
    order = tale.order
    told = {"contacted": order.contacted, "solved": order.solved, "satisfied": order.satisfied} if reached else {}
    content = reached and _content(order)
    code = "visit_good" if content else "visit_partly" if order.satisfied == "basic" else "visit_bad"
    words = tale.say(code) if reached else ""
    to = "closed" if content else "to_judge" if reached else "to_visit"
    tale.moves.append(PastMove("record_visit", at, to=to, by=visitor, note=words, data={"reached": reached, **told}))
    tale.visits.append(
        Visit(round=tale.redone, attempt=attempt, at=at, by=visitor, reached=reached, words=words, **told)
    )


def _judged(city: City, tale: _Tale, at: datetime, *, redo: bool) -> None:
    rng, unit, staff = tale.call.rng, tale.order.unit, city.staff
    assert unit is not None
    at = _work(at, rng.uniform(1, 8))
    judge = staff.of("judge")
    if not redo:
        note = tale.say("judge_no")
        tale.moves.append(PastMove("judge", at, to="closed", by=judge, note=note, data={"verdict": "unreasonable"}))
        return
    note = tale.say("judge_yes")
    tale.moves.append(PastMove("judge", at, to="in_hand", by=judge, note=note, data={"verdict": "reasonable"}))
    tale.moves.append(PastMove("redo", at, 0, by=judge))
    tale.redone = 1
    at = _work(at, rng.uniform(0.2, 1.5))
    tale.moves.append(PastMove("sign", at, 0, by=city.clerk(unit, rng)))
    at = _work(at, rng.uniform(4, 20))
    tale.order.conclusion = "solved"
    tale.order.reply = tale.say("solved")
    tale.moves.append(
        PastMove("finish", at, 0, note=tale.order.reply, by=city.clerk(unit, rng), data={"conclusion": "solved"})
    )
    at = _work(at, rng.uniform(0.2, 2))
    tale.moves += [PastMove("sign_off", at, 0, by=city.leader(unit)), PastMove("units_done", at)]
    at = _work(at, rng.uniform(0.3, 3))
    tale.moves.append(PastMove("pass_audit", at, to="to_visit", by=staff.of("auditor")))
    _visits(city, tale, at)


def _beside(city: City, tales: list[_Tale], made: list[WorkOrder]) -> None:
    """Rows of the rooms around: the contact, the unit's calls, the visits; and what a redo leaves on the order."""
    leads = {a.order_id: a for a in Assignment.objects.filter(order__in=made)}
    contacts, calls, visits, redone = [], [], [], []
    for tale, order in zip(tales, made, strict=True):
        lead = leads[order.pk]
        contacts.append(_contact(tale, order))
        clerk = next(move.by for move in tale.moves if move.action == "finish")
        calls += [
            Outreach(assignment=lead, at=at, by=clerk, connected=connected, relayed=order.confidential, summary=words)
            for at, connected, words in tale.outreach
        ]
        lead.first_contact_at = next((at for at, connected, _ in tale.outreach if connected), None)
        lead.redo_round = tale.redone
        for visit in tale.visits:
            visit.order = order
        visits += tale.visits
        order.redo_count, order.repeat = tale.redone, tale.call.again
        audited = next(
            move.at for move in tale.moves if move.action == "pass_audit"
        )  # the first round keeps the promise
        order.overdue = order.promised_at is not None and audited > order.promised_at
        order.unreasonable = any(move.data.get("verdict") == "unreasonable" for move in tale.moves)
        redone.append(order)
    Contact.objects.bulk_create(contacts)
    Outreach.objects.bulk_create(calls)
    Visit.objects.bulk_create(visits)
    Assignment.objects.bulk_update(leads.values(), ["first_contact_at", "redo_round"], batch_size=200)
    WorkOrder.objects.bulk_update(redone, ["redo_count", "repeat", "overdue", "unreasonable"], batch_size=200)


def _contact(tale: _Tale, order: WorkOrder) -> Contact:
    first = tale.moves[0]
    return Contact(
        channel=order.channel,
        number_called="12345" if order.channel == "phone" else "",
        citizen=order.citizen,
        started_at=order.filed_at - timedelta(seconds=tale.call.rng.randint(90, 420)),
        ended_at=order.filed_at,
        agent=first.by,
        firm_id=first.by.firm_id if first.by else None,
        text=order.text,
        identifiers_sealed=order.identifiers_sealed,
        result=Result.ORDER,
        order=order,
    )
