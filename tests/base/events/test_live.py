"""Open pages hear what happened: theirs only, in order, from where they were, and only from our own page."""

import asyncio
import contextlib
import json

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import InterfaceError, transaction

from huying.base.events import recorder
from huying.base.events.live import hub as hubs
from huying.base.events.live import scope
from huying.base.events.models import Event
from huying.base.events.sequencer import sequence_pending
from huying.config.asgi import application
from tests import factories
from tests.api_client import ApiClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

HOST = "127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _units_are_seen_by_their_own(monkeypatch):
    """Rows of ``org.unit`` may be heard of by the centre, and by the unit itself."""
    monkeypatch.setattr(scope, "_resolvers", {})
    monkeypatch.setattr(hubs, "PAUSE", 0.01)

    def resolve(people, keys):
        rows = dict(factories.Unit.objects.filter(pk__in=keys).values_list("pk", "public_id"))
        own = [rows if who.reach == "centre" else {who.unit_id: rows.get(who.unit_id)} for who in people]
        return [{key: public_id for key, public_id in each.items() if public_id} for each in own]

    scope.register_scope("org.", resolve)


def happens(unit, verb="unit.test", **payload) -> None:
    with transaction.atomic():
        recorder.record(actor=factories.person("agent"), verb=verb, subject=unit, payload=payload)
    sequence_pending()


def cookie_of(person) -> str:
    return ApiClient.for_person(person, verified=False).cookies[settings.SESSION_COOKIE_NAME].value


class Page(ApplicationCommunicator):
    """A browser's side of one socket."""

    def __init__(self, path: str, *, cookie: str = "", query: str = "", origin: str = f"http://{HOST}") -> None:
        headers = [(b"host", HOST.encode()), (b"origin", origin.encode())]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": headers}
        super().__init__(application, {**scope, "subprotocols": []})

    async def connect(self) -> int | None:
        """The code the server closed with; none where it accepted."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(2)
        return answer["code"] if answer["type"] == "websocket.close" else None

    async def hear(self) -> dict:
        return json.loads((await self.receive_output(2))["text"])

    async def hear_of(self, count: int) -> list[dict]:
        """That many events, in as many messages as they come."""
        events: list[dict] = []
        while len(events) < count:
            events += (await self.hear())["events"]
        return events


def socket(cookie: str = "", **options: str) -> Page:
    return Page("/ws/live", cookie=cookie, **options)


@contextlib.asynccontextmanager
async def listening(*args, **options):
    opened = socket(*args, **options)
    assert await opened.connect() is None
    try:
        yield opened
    finally:
        await opened.send_input({"type": "websocket.disconnect", "code": 1000})
        await opened.wait()


async def off_loop(function, *args, **options):
    from channels.db import database_sync_to_async

    return await database_sync_to_async(function)(*args, **options)


def test_a_page_hears_ids_and_codes_of_what_it_may_see_and_nothing_else():
    units = factories.unit_tree()
    centre, clerk = factories.person("dispatcher"), factories.person("unit_clerk", unit=units.housing)
    cookies = cookie_of(centre), cookie_of(clerk)

    async def scene():
        async with listening(cookies[0]) as of_centre, listening(cookies[1]) as of_unit:
            for opened in (of_centre, of_unit):
                assert await opened.hear() == {"position": 0, "reset": False, "events": []}
            await off_loop(happens, units.police, to="in_hand", words="某市民说了一句话", key=17)
            await off_loop(happens, units.housing)
            heard, mine = await of_centre.hear_of(2), await of_unit.hear_of(1)
            assert await of_unit.receive_nothing(0.1)
        return heard, mine

    heard, mine = async_to_sync(scene)()

    assert heard[0] == {
        "position": 1,
        "type": "unit.test",
        "subject_type": "org.unit",
        "subject_id": units.police.public_id,
        "payload": {"to": "in_hand"},
    }
    assert [event["position"] for event in heard] == [1, 2]
    assert [event["subject_id"] for event in mine] == [units.housing.public_id]


def test_a_lost_socket_goes_on_where_it_ended():
    units = factories.unit_tree()
    cookie = cookie_of(factories.person("dispatcher"))
    for _ in range(4):
        happens(units.police)

    async def scene():
        async with listening(cookie, query="after=2") as opened:
            assert (await opened.hear())["position"] == 2
            return (await opened.hear())["events"]

    assert [event["position"] for event in async_to_sync(scene)()] == [3, 4]


def test_a_page_that_slept_too_long_is_told_to_load_afresh(monkeypatch):
    monkeypatch.setattr(hubs, "FARTHEST_BACK", 2)
    units = factories.unit_tree()
    cookie = cookie_of(factories.person("dispatcher"))
    for _ in range(4):
        happens(units.police)

    async def scene(query):
        async with listening(cookie, query=query) as opened:
            return await opened.hear()

    assert async_to_sync(scene)("after=1") == {"position": 4, "reset": True, "events": []}
    assert async_to_sync(scene)("after=99") == {"position": 4, "reset": True, "events": []}
    assert async_to_sync(scene)("after=abc") == {"position": 4, "reset": False, "events": []}


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null", ""])
def test_a_foreign_page_gets_no_socket(origin):
    cookie = cookie_of(factories.person("dispatcher"))

    assert async_to_sync(socket(cookie, origin=origin).connect)() == 4403


def test_nobody_and_an_administrator_without_second_factor_get_no_socket():
    half = cookie_of(factories.person("system_admin"))
    for cookie in ("", half):
        assert async_to_sync(socket(cookie).connect)() == 4401


def test_who_logged_out_hears_no_more(monkeypatch):
    monkeypatch.setattr(hubs, "RECHECK", 0.05)
    person = factories.person("dispatcher")
    client = ApiClient.for_person(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    async def scene():
        async with listening(cookie) as opened:
            await opened.hear()
            await off_loop(client.logout)
            return await opened.receive_output(2)

    assert async_to_sync(scene)() == {"type": "websocket.close", "code": 4401}


def test_a_page_too_slow_to_read_is_dropped_and_the_others_go_on():
    units = factories.unit_tree()
    person = factories.person("dispatcher")
    cookie = cookie_of(person)
    for _ in range(3):
        happens(units.police)

    async def scene():
        hub = hubs.Hub()
        slow = await hub.join(person, cookie, 0)
        quick = await hub.join(person, cookie, 0)
        while slow.queue.qsize() < hubs.QUEUE:
            slow.offer({})
        await hub._pass_on()
        told = [await asyncio.wait_for(quick.queue.get(), 1) for _ in range(2)]
        left = slow.queue.get_nowait()
        hub.leave(quick)
        return left, told

    left, told = async_to_sync(scene)()

    assert left == 4408
    assert [event["position"] for event in told[1]["events"]] == [1, 2, 3]


def test_an_unknown_address_is_closed_quietly():
    assert async_to_sync(Page("/ws/nothing").connect)() == 4404


def test_while_the_database_is_away_a_page_is_told_to_come_again(monkeypatch):
    def away():
        raise InterfaceError("the connection is closed")

    cookie = cookie_of(factories.person("dispatcher"))
    monkeypatch.setattr(hubs, "latest_position", away)

    async def scene():
        opened = socket(cookie)
        await opened.send_input({"type": "websocket.connect"})
        assert (await opened.receive_output(2))["type"] == "websocket.accept"
        return await opened.receive_output(2)

    assert async_to_sync(scene)() == {"type": "websocket.close", "code": 1013}


def test_events_of_rows_nobody_spoke_for_are_sent_to_nobody():
    happens(factories.categories().noise)
    event = Event.objects.get(type="unit.test")

    dispatcher = factories.person("dispatcher")
    assert scope.visible({("one",): dispatcher}, [event]) == {("one",): []}
