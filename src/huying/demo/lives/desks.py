"""What lies on the desks in the last days: 统一口径, seats, hand-overs, orders for 标签治理 and 新事项, and their findings."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from huying.base.calendars.clock import local
from huying.base.org.models import Person
from huying.base.places.models import Division
from huying.demo.agenda import Life
from huying.demo.city import City
from huying.demo.sources import table
from huying.handling.dispatch.actions import labels, proposals
from huying.handling.dispatch.models import CategoryProposal
from huying.handling.linkage import network
from huying.handling.orders import actions as orders
from huying.handling.orders.models import Assignment, WorkOrder
from huying.intake.contacts import actions as contacts
from huying.intake.contacts.actions import Filing
from huying.intake.knowledge import actions as knowledge
from huying.intake.knowledge.models import Bulletin
from huying.intake.seats import actions as seats

PHONE = "141999"  # numbers of nobody, apart from those of the callers
SEATED = timedelta(minutes=47)  # before the end: when the agents sit down, and how long each span lasts
LATEST = 300  # orders looked through for 标签治理: those laid out here are among them


def lay_out(city: City) -> None:
    """Let it all begin at its time; what lies before the days that are lived begins with them."""
    chosen = table("furnishing")
    people = {person.username: person for person in city.staff.by_role["agent"]}
    for serial, row in enumerate(chosen["bulletins"]):
        city.start(_bulletin(city, row, Random(f"bulletin {serial}")), _before_end(city, row["begins"]))
    for serial, (name, states) in enumerate(chosen["seats"].items()):
        city.start(_seat(city, people[name], states, Random(f"seat {serial}")), city.agenda.end - SEATED)
    for serial, row in enumerate(chosen["orders"], 1):
        city.start(_order(city, row, serial), _before_end(city, row["hours"]))
    city.start(_handover(city, chosen["handover"]["note"]), _before_end(city, chosen["handover"]["hours"]))
    asked = chosen["help"]
    city.start(_helped(city, people, asked["before"]), _before_end(city, asked["before"]["hours"]))
    city.start(_help(people, asked), city.agenda.end - timedelta(minutes=2))


def _before_end(city: City, hours: float) -> datetime:
    return max(city.agenda.end - timedelta(hours=hours), city.now)


# ---- 统一口径


def _bulletin(city: City, row: dict[str, Any], rng: Random) -> Life:
    """Published, read by some, now and then revised or withdrawn. Its end is counted from the demo's end."""
    keeper = city.staff.first("team_leader")
    bulletin = knowledge.publish(
        actor=keeper,
        division=_division(city, row.get("division", "")),
        category=city.ground.by_name(row["category"]),
        **_wording(row, _before_end(city, row["begins"])),
    )
    yield from _read(city, bulletin, row["read"], rng)
    if "revised" in row:
        newer = row["revised"]
        yield _before_end(city, newer["hours"])
        bulletin = knowledge.revise(actor=keeper, bulletin=bulletin, **_wording(newer, city.now))
        yield from _read(city, bulletin, row["read"] / 2, rng)
    if "withdrawn" in row:
        yield _before_end(city, row["withdrawn"])
        knowledge.withdraw(actor=keeper, bulletin=bulletin)


def _wording(row: dict[str, Any], since: datetime) -> dict[str, Any]:
    """Title, text and end; an end is a full hour, and the words name it."""
    if "for" not in row:
        return {"title": row["title"], "text": row["text"]}
    until = (since + timedelta(hours=row["for"])).replace(minute=0, second=0, microsecond=0)
    told = f"{local(until):%H:%M}"
    return {"title": row["title"].format(until=told), "text": row["text"].format(until=told), "valid_until": until}


def _read(city: City, bulletin: Bulletin, share: float, rng: Random) -> Life:
    """The agents who have seen it, one after the other within the hour; the first one is left to whoever signs in."""
    agents = city.staff.by_role["agent"][1:]
    for agent in rng.sample(agents, round(share * len(agents))):
        yield city.minutes(rng, 1, 7)
        knowledge.confirm_read(actor=agent, bulletin=bulletin, edition=bulletin.edition)


def _division(city: City, town: str) -> Division | None:
    known = {one.name: one.code for one in city.ground.county.towns}
    return city.ground.divisions[known[town]] if town in known else None


# ---- seats and shifts


def _seat(city: City, agent: Person, states: list[str], rng: Random) -> Life:
    """From one state to the next; the last one is what is seen as the demo is opened."""
    for state in states:
        seats.go_on(actor=agent, state=state, phone=f"{PHONE}{rng.randrange(10**5):05d}" if state == "talking" else "")
        yield city.minutes(rng, 1, SEATED / timedelta(minutes=1) / len(states) - 1)


def _helped(city: City, people: dict[str, Person], row: dict[str, Any]) -> Life:
    call = seats.ask_help(actor=people[row["agent"]], words=row["words"])
    yield city.now + timedelta(minutes=1)
    call = seats.take_call(actor=city.staff.first("team_leader"), call=call, reply=row["reply"])
    yield city.now + timedelta(minutes=2)
    seats.end_call(actor=people[row["agent"]], call=call)


def _help(people: dict[str, Person], row: dict[str, Any]) -> Life:
    seats.ask_help(actor=people[row["agent"]], words=row["words"], text=row["text"])
    yield from ()


def _handover(city: City, note: str) -> Life:
    """The shift before: left by one team leader, signed by the other."""
    first, second = city.staff.by_role["team_leader"][:2]
    handover = contacts.hand_over(actor=first, note=note)
    yield city.now + timedelta(minutes=9)
    contacts.sign_handover(actor=second, handover=handover)


# ---- orders for 标签治理 and 新事项


def _order(city: City, row: dict[str, Any], serial: int) -> Life:
    """Filed, dispatched by a person at once, signed an hour later."""
    rng = Random(f"laid out {serial}")
    towns = city.ground.county.towns
    town = next((one for one in towns if one.name == row["town"]), None) or rng.choice(towns)
    village = rng.choice(town.villages)
    earlier = WorkOrder.objects.filter(state="in_hand").order_by("pk").first()
    order = contacts.file_order(
        actor=city.staff.of("agent", rng),
        filing=Filing(
            text=row["text"].format(earlier=earlier.order_no if earlier else ""),
            phone=f"{PHONE}{serial:05d}",
            request_type="help",
            category=city.ground.by_name(row["category"]),
            incident_place=f"{town.name}{village.name}",
            incident_division=city.ground.divisions[village.code],
            started_at=city.now - timedelta(minutes=3),
        ),
    )
    unit = city.ground.unit(row["unit"], town.name)
    orders.dispatch(actor=city.staff.first("dispatcher"), order=order, unit=unit, opinion="请核实处理并答复诉求人。")
    yield city.now + timedelta(hours=1)
    for assignment in Assignment.objects.filter(order=order, state="to_sign").select_related("unit", "order"):
        orders.sign(actor=city.clerk(unit, rng), assignment=assignment)


def look_through(city: City) -> None:
    """What the last night computed: 办理网络, 标签治理, 新事项; the first new kind of matter goes through the three sides."""
    keeper, chosen = city.staff.first("model_manager"), table("furnishing")["proposal"]
    network.rebuild(actor=city.system)
    labels.gather_labels(actor=keeper, latest=LATEST)
    proposals.gather_proposals(actor=keeper)
    found = CategoryProposal.objects.order_by("-size", "pk").first()
    if found is None:
        return
    asked = proposals.propose_category(
        actor=keeper,
        proposal=found,
        name=chosen["name"],
        parent=city.ground.by_name(chosen["parent"]),
        reason=chosen["reason"],
        expected_version=found.version,
    )
    panelist = city.staff.first("panelist")
    side = proposals.open_sides(panelist, asked)[0]
    proposals.give_opinion(actor=panelist, proposal=asked, side=side, agrees=True, words=chosen["opinion"])
