"""The stream of calls: orders begin a life, everything else is ended at once and written down day by day."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from huying.demo.agenda import Life
from huying.demo.arrivals import Call
from huying.demo.city import City
from huying.demo.lives import filing, past
from huying.demo.speech import reply
from huying.intake.contacts.bulk import ClosedCall, import_closed_contacts

ANSWERS = {"answered": "answers", "comforted": "comfort", "declined": "decline"}


def before(city: City, calls: Iterable[Call]) -> Iterator[None]:
    """The days before the last weeks: one batch of orders and one of other contacts a day; yields after each."""
    for _, group in groupby(calls, key=lambda call: call.at.date()):
        day = list(group)
        city.agenda.manual.advance_to(day[-1].at)
        past.write(city, [call for call in day if call.is_order])
        import_closed_contacts(actor=city.system, calls=[_ended(city, call) for call in day if not call.is_order])
        yield


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


def _ended(city: City, call: Call) -> ClosedCall:
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
    )


def _end(city: City, at: datetime, seconds: int) -> datetime:
    return min(at + timedelta(seconds=seconds), city.agenda.end)
