"""Writing all situations: citizens, orders with their moves, contacts; each order carries ``DEMO-<code>-<serial>``."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction

from huying.base.calendars import clock
from huying.base.parties import actions as parties
from huying.base.parties.models import Citizen
from huying.base.parties.texts import tokenise
from huying.demo.arrivals import person_name
from huying.demo.city import City
from huying.demo.situations import records
from huying.demo.situations.playing import Player
from huying.demo.situations.reading import Filed, Heard, Situation, moment, situations
from huying.demo.tales.writing import beside_orders
from huying.engines.text.title import make_title
from huying.handling.orders.imports import ImportedOrder, import_orders
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.bulk import ClosedCall, OpeningCall, import_closed_contacts, import_opening_contacts

SOURCE = "demo"
PHONES = "1419"  # as :data:`arrivals.PHONE`, behind everybody who calls by chance


def source_no(code: str, serial: int) -> str:
    """By which an order of a situation is found whatever its number of the day."""
    return f"DEMO-{code}-{serial:02d}"


def tell_all(city: City) -> int:
    """Write every situation, one transaction each; the number of orders."""
    return sum(_tell(city, situation) for situation in situations())


def _tell(city: City, situation: Situation) -> int:
    begin, end = situation.begins(clock.local(city.agenda.end).date()), city.agenda.end
    people = _People(city, situation.code)
    players: list[Player] = []
    for filed in situation.orders:
        for number in range(filed.count):
            player = _player(city, situation, begin, filed, number, people, players)
            if player.order.filed_at < end:
                player.play()
                player.order.moves = [move for move in player.moves if move.at <= end]
                players.append(player)
    with transaction.atomic():
        orders = [player.order for player in players]
        made = import_orders(actor=city.system, batch=orders, now=end).orders
        opening = [_opening(city, player, order) for player, order in zip(players, made, strict=True)]
        import_opening_contacts(opening)
        beside_orders(city, orders, made)
        records.keep(players, made)
        calls = [call for heard in situation.contacts for call in _heard(city, begin, heard, people)]
        import_closed_contacts(actor=city.system, calls=[call for call in calls if call.ended_at < end])
    return len(made)


def listed() -> Iterator[tuple[str, str, int, str, str]]:
    """Name, number of the first order, how many orders, words to search for, and source number of each situation."""
    for situation in situations():
        rows = WorkOrder.objects.filter(source=SOURCE, source_no__startswith=f"DEMO-{situation.code}-")
        first = rows.order_by("source_no").values_list("order_no", flat=True).first() or ""
        yield situation.name, first, rows.count(), situation.look, source_no(situation.code, 1)


class _People:
    """The citizens of a situation: those with a name are one person throughout, all others somebody new each time."""

    def __init__(self, city: City, code: str) -> None:
        self.city, self.rng = city, Random(f"people of {code}")
        self.known: dict[str, Citizen] = {}

    def find(self, name: str) -> Citizen:
        if name and name in self.known:
            return self.known[name]
        self.city.situated += 1
        phone = f"{PHONES}{self.city.situated:07d}"
        citizen = parties.find_or_create_citizen(
            phone=phone, name=name or person_name(self.rng), now=self.city.agenda.start
        )
        if name:
            self.known[name] = citizen
        return citizen


def _player(
    city: City, situation: Situation, begin: date, filed: Filed, number: int, people: _People, before: list[Player]
) -> Player:
    town = city.ground.county.town(filed.town)
    village = town.villages[number % len(town.villages)] if filed.count > 3 else town.villages[0]
    words, sealed = tokenise(_words(filed.texts, number, people.rng))
    at = moment(begin, filed.at, city.agenda.start) + timedelta(minutes=filed.every * number)
    order = ImportedOrder(
        source=SOURCE,
        source_no=source_no(situation.code, len(before) + 1),
        text=words,
        identifiers_sealed=sealed,
        title=filed.title or make_title(words),
        filed_at=at,
        category=city.ground.by_name(filed.category),
        channel=filed.channel,
        request_type=filed.kind,
        urgency=filed.urgency,
        emotion=filed.emotion,
        citizen=None if filed.anonymous else people.find(filed.who),
        anonymous=filed.anonymous,
        confidential=filed.confidential,
        incident_place=filed.place,
        incident_division=city.ground.divisions[village.code],
        caller_place=f"{town.name}{village.name}",
        caller_division=city.ground.divisions[village.code],
        repeat=filed.repeat,
    )
    return Player(city, begin, filed, order, before[0] if before else None)


def _words(texts: tuple[str, ...], number: int, rng: Random) -> str:
    """The next of the ways of telling it, with a house number and a figure of one's own."""
    told = texts[number % len(texts)]
    return told.replace("{no}", f"{rng.randint(1, 28)}号楼{rng.randint(1, 4)}单元{rng.randint(2, 11)}0{rng.randint(1, 3)}").replace(
        "{n}", str(rng.randint(2, 30))
    )  # fmt: skip


def _opening(city: City, player: Player, order: WorkOrder) -> OpeningCall:
    agent = next((move.by for move in player.moves if move.action in ("submit", "transfer")), None)
    number = "12345" if order.channel == "phone" else ""
    return OpeningCall(order, order.filed_at - timedelta(minutes=4), order.filed_at, agent, number)


def _heard(city: City, begin: date, heard: Heard, people: _People) -> Iterator[ClosedCall]:
    for number in range(heard.count):
        at = moment(begin, heard.at, city.agenda.start) + timedelta(minutes=heard.every * number)
        yield ClosedCall(
            channel=heard.channel,
            result=heard.result,
            started_at=at,
            ended_at=at + timedelta(seconds=people.rng.randint(60, 700)),
            agent=city.staff.of("agent", people.rng),
            text=_words(heard.texts, number, people.rng),
            answer=heard.answers[number % len(heard.answers)],
            number_called="12345" if heard.channel == "phone" else "",
            request_type=heard.kind,
            citizen=people.find(heard.who),
        )
