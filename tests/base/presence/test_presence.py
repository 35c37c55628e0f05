"""Who has the same order open, and who is changing it, is told to the others there and to nobody else."""

import pytest
from asgiref.sync import async_to_sync

from huying.base.presence import topics, watching
from huying.base.presence.models import Presence
from tests import factories
from tests.base.events.test_live import cookie_of, listening, off_loop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(watching, "PAUSE", 0.02)
    monkeypatch.setattr(topics, "_topics", {"order": lambda person, public_id: person.has_role("dispatcher")})


def says(page, text: str):
    return page.send_input({"type": "websocket.receive", "text": text})


def test_two_at_one_order_see_each_other_and_who_writes():
    first, second = factories.person("dispatcher", name="甲"), factories.person("dispatcher", name="乙")

    async def scene():
        async with (
            listening(await off_loop(cookie_of, first)) as here,
            listening(await off_loop(cookie_of, second)) as there,
        ):
            await here.hear(), await there.hear()
            await says(here, '{"at": "order:abc"}')
            await says(there, '{"at": "order:abc", "editing": true}')
            seen = (await here.hear())["presence"]
            assert (seen["at"], [(one["name"], one["editing"]) for one in seen["people"]]) == (
                "order:abc",
                [("乙", True)],
            )
            assert [one["name"] for one in (await there.hear())["presence"]["people"]] == ["甲"]
            await says(there, '{"at": ""}')
            assert (await here.hear())["presence"]["people"] == []

    async_to_sync(scene)()
    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    "said", ['{"at": "order:abc"}', '{"at": "unit:abc"}', "{no json", '{"at": 7}', "x" * 500, "[]", '{"at": ""}']
)
def test_of_what_one_may_not_see_one_neither_says_nor_hears(said):
    stranger = factories.person("agent")

    async def scene():
        async with listening(await off_loop(cookie_of, stranger)) as page:
            await page.hear()
            await says(page, said)
            assert await page.receive_nothing(0.2)

    async_to_sync(scene)()
    assert not Presence.objects.exists()
