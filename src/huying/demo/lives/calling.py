"""The stream of calls: orders begin a life, everything else is ended at once and written down day by day."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from huying.base.parties.models import Citizen
from huying.demo.agenda import Life
from huying.demo.arrivals import Call
from huying.demo.city import City
from huying.demo.lives import filing
from huying.demo.speech import reply
from huying.demo.tales import writing
from huying.intake.contacts.bulk import ClosedCall, import_closed_contacts

BATCH = 1000
ANSWERS = {"answered": "answers", "comforted": "comfort", "declined": "decline"}


def before(city: City, calls: list[Call]) -> Iterator[int]:
    """The months before the days that are lived: in batches, orders and other contacts; yields the orders written."""
    written = 0
    for start in range(0, len(calls), BATCH):
        some = calls[start : start + BATCH]
        city.agenda.manual.advance_to(some[-1].at)
        orders = [call for call in some if call.is_order]
        writing.write(city, orders)
        written += len(orders)
        ended = [call for call in some if not call.is_order]
        known = writing.people(city, [call for call in ended if call.text])
        closed = [_ended(city, call, known.get(call.caller.phone) if call.text else None) for call in ended]
        import_closed_contacts(actor=city.system, calls=closed)
        yield written


def life(city: City, calls: Iterable[Call]) -> Life:
    """Let every call come in at its time; the day's ended calls are written when the day is over."""
    ended: list[ClosedCall] = []
    for call in calls:
        if ended and ended[-1].started_at.date() != call.at.date():
            import_closed_contacts(actor=city.system, calls=ended)
            ended = []
        yield call.at
        if call.is_order and not filing.is_repeat(city, call):
            city.start(filing.life(city, call))
        else:
            ended.append(_ended(city, call))
    import_closed_contacts(actor=city.system, calls=ended)


def _ended(city: City, call: Call, citizen: Citizen | None = None) -> ClosedCall:
    rng, unknown = call.rng, call.result in ("silent", "nuisance")
    seconds = rng.randint(8, 40) if unknown else rng.randint(50, 420)
    result = "answered" if call.is_order else call.result
    code = "at_once" if result == "answered" and call.kind != "consult" else ANSWERS.get(result)
    answer = (
        "已为您催办，承办单位会尽快联系您。" if call.is_order else reply(rng, code, call.scene.slots) if code else ""
    )
    return ClosedCall(
        channel=call.channel,
        result=result,
        started_at=call.at,
        ended_at=_end(city, call.at, seconds),
        agent=city.staff.of("agent", rng),
        phone="" if unknown else call.caller.phone,
        name="" if unknown else call.caller.name,
        text=call.text,
        answer=answer,
        number_called="12345" if call.channel == "phone" else "",
        request_type="" if unknown else call.kind,
        citizen=citizen,
    )


def _end(city: City, at: datetime, seconds: int) -> datetime:
    return min(at + timedelta(seconds=seconds), city.agenda.end)
