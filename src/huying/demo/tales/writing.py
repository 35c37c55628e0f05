"""Writing tales in batches: citizens, orders with their timelines, and the rows of the rooms around (DESIGN §7.8)."""

from datetime import timedelta

from django.db import transaction

from huying.base import rows
from huying.base.calendars import clock
from huying.base.parties import actions as parties
from huying.base.parties.models import Citizen
from huying.base.parties.texts import tokenise
from huying.demo.arrivals import Call
from huying.demo.city import City
from huying.demo.tales import beside, routing, visiting, working
from huying.demo.tales.tale import Tale
from huying.engines.text.title import make_title
from huying.handling.dispatch.models import Precedent
from huying.handling.orders.imports import ImportedOrder, import_orders
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.pasts import ORDER, PastMove
from huying.handling.visits.models import Judgement, Visit
from huying.intake.contacts.bulk import OpeningCall, import_opening_contacts

VISIT = [
    "order_id", "round", "attempt", "at", "by_id", "channel", "reached", "contacted", "solved", "satisfied", "words",
]  # fmt: skip
JUDGEMENT = ["order_id", "at", "by_id", "verdict", "reason", "review_on"]


def write(city: City, calls: list[Call]) -> None:
    """The orders of some days, in one transaction, as far as they have come by now."""
    if not calls:
        return
    with transaction.atomic():
        known = people(city, calls)
        told: dict[int, Tale] = {}
        for call in calls:
            told[call.number] = tell(city, call, known.get(call.caller.phone), told.get(call.joins))
        write_orders(city, [tale.order for tale in told.values()], calls)


def people(city: City, calls: list[Call]) -> dict[str, Citizen]:
    """Everybody who calls, kept so that nobody is looked up twice."""
    fresh = {call.caller.phone: call.caller.name for call in calls if call.caller.phone not in city.citizens}
    if fresh:
        city.citizens |= parties.find_or_create_citizens(fresh, now=calls[0].at)
    return city.citizens


def tell(city: City, call: Call, citizen: Citizen | None, master: Tale | None) -> Tale:
    """The whole story of an order, cut off at the present."""
    tale = _begin(city, call, citizen, master)
    if routing.route(tale) and working.handle(tale):
        visiting.visit(tale)
    elif tale.order.master is not None and master is not None and master.concluded_at is not None:
        _with_master(tale, master)
    beside.add(tale)
    end = city.agenda.end
    tale.order.moves = [move for move in tale.moves if move.at <= end]
    return tale


def _with_master(tale: Tale, master: Tale) -> None:
    assert master.concluded_at is not None
    tale.at, tale.lead = master.concluded_at, master.lead
    visited = tale.order.citizen is not None and tale.order.citizen is not master.order.citizen
    visited = visited and tale.order.request_type != "consult"
    tale.make("follow_master", to="to_visit" if visited else "closed")
    if visited:
        visiting.visit(tale, visiting.CONTENT)


def _begin(city: City, call: Call, citizen: Citizen | None, master: Tale | None) -> Tale:
    rng, scene = call.rng, call.scene
    words, sealed = tokenise(call.text)
    anonymous = city.drawn.happens("anonymous", city.shares["anonymous"], rng)
    confidential = not anonymous and city.drawn.happens("confidential", city.shares["confidential"], rng)
    truth = city.ground.lead_of(scene.matter, scene.town.name)
    order = ImportedOrder(
        source="local",
        source_no="",
        text=words,
        identifiers_sealed=sealed,
        title=make_title(words),
        filed_at=call.at,
        category=city.ground.categories[scene.matter.code],
        channel=call.channel,
        request_type=call.kind,
        urgency=scene.matter.urgency,
        citizen=None if anonymous else citizen,
        anonymous=anonymous,
        confidential=confidential,
        incident_place=scene.place,
        incident_division=city.ground.divisions[scene.village.code],
        caller_place=f"{call.caller.home[0].name}{call.caller.home[1].name}",
        caller_division=city.ground.divisions[call.caller.home[1].code],
        repeat=call.again,
    )
    due = city.terms.due(order, "handle", call.at)
    tale = Tale(city, call, order, truth, call.at, due, master=master)
    tale.cross = city.neighbour(truth, scene.town, rng)
    if order.urgency == "general" and call.kind != "consult" and tale.happens("difficult"):
        tale.leader = f"{scene.slots['surname']}副市长"
    return tale


def write_orders(city: City, orders: list[ImportedOrder], calls: list[Call]) -> list[WorkOrder]:
    """Bring the orders in and write contacts, visits, judgements and precedents beside them."""
    made = import_orders(actor=city.system, batch=orders, now=city.agenda.end).orders
    opening = []
    for order, given, call in zip(made, orders, calls, strict=True):
        agent = next((move.by for move in given.moves if move.action == "submit"), None)
        started = order.filed_at - timedelta(seconds=call.rng.randint(90, 420))
        number = "12345" if order.channel == "phone" else ""
        opening.append(OpeningCall(order, started, order.filed_at, agent, number))
    import_opening_contacts(opening)
    beside_orders(city, orders, made)
    return made


def beside_orders(city: City, orders: list[ImportedOrder], made: list[WorkOrder]) -> None:
    """What the rooms above orders keep of the same moves: visits, judgements, precedents."""
    visits, judgements, precedents = [], [], []
    for given, order in zip(orders, made, strict=True):
        rounds, attempt = 0, 0
        for move in given.moves:
            if move.part is not ORDER:
                continue
            if move.action == "record_visit":
                attempt += 1
                visits.append(_visit(city, order, move, rounds, attempt))
            elif move.action == "judge":
                judgements.append(_judgement(city, order, move))
                if move.data["verdict"] == "reasonable":
                    rounds, attempt = rounds + 1, 0
            elif move.action == "designate":
                precedents.append(_precedent(order, move))
    rows.insert(Visit, VISIT, visits)
    rows.insert(Judgement, JUDGEMENT, judgements)
    Precedent.objects.bulk_create(precedents)


def _visit(city: City, order: WorkOrder, move: PastMove, rounds: int, attempt: int) -> tuple:
    facts, by = move.data, move.by or city.system
    said = [facts.get(name, "") for name in ("contacted", "solved", "satisfied")]
    channel = "sms" if by.is_system else "phone"
    return (order.pk, rounds, attempt, move.at, by.pk, channel, facts["reached"], *said, move.note)


def _judgement(city: City, order: WorkOrder, move: PastMove) -> tuple:
    by = move.by or city.system
    return (order.pk, move.at, by.pk, move.data["verdict"], move.note, move.data.get("review_on"))


def _precedent(order: WorkOrder, move: PastMove) -> Precedent:
    return Precedent(
        order=order,
        category=order.category,
        division=order.incident_division,
        unit=move.gives[0],
        assists=[unit.pk for unit in move.gives[1:]],
        basis=move.note,
        decided_on=clock.local(move.at).date(),
    )
