"""The sockets of this process that show something: their rows, kept alive, and what others there are told."""

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from typing import Any

import orjson
from channels.db import database_sync_to_async
from django.db import Error

from huying.base.calendars import clock
from huying.base.events.live.sides import Offer, register_side
from huying.base.presence.models import Presence
from huying.base.presence.topics import may_watch

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two looks at who is there
RENEW = 15.0  # seconds between two renewals of the own rows
LASTS = timedelta(seconds=45)
LONGEST = 200  # characters that a page may say

_watched: dict[asyncio.AbstractEventLoop, "Watched"] = {}


class Watcher:
    """One socket: what it shows, and what it was last told about others there."""

    def __init__(self, person: Any, offer: Offer) -> None:
        self.person, self._offer = person, offer
        self.topic, self.key = "", 0
        self.told: list[dict[str, Any]] = []

    async def hear(self, text: str) -> None:
        """``{"at", "editing"}`` from the page; anything else is ignored."""
        said = _read(text)
        if said is None:
            return
        topic, editing = said
        if topic != self.topic:
            await self.leave()
        if not topic:
            return
        if topic != self.topic:
            if not await database_sync_to_async(may_watch)(self.person, topic):
                return
            self.topic, self.told = topic, []
            watched().add(self)
        self.key = await database_sync_to_async(_keep)(self.key, self.topic, self.person.pk, editing)

    async def leave(self) -> None:
        """The page shows it no more, or is gone."""
        watched().remove(self)
        key, self.topic, self.key = self.key, "", 0
        if key:
            await database_sync_to_async(Presence.objects.filter(pk=key).delete)()

    def tell(self, others: list[dict[str, Any]]) -> None:
        if others != self.told and self._offer({"presence": {"at": self.topic, "people": others}}):
            self.told = others


class Watched:
    """The watchers of one event loop and the task that looks for them; it ends with the last of them."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._task: asyncio.Task | None = None

    def add(self, watcher: Watcher) -> None:
        self._watchers.add(watcher)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._look())

    def remove(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)

    async def _look(self) -> None:
        renewed = asyncio.get_running_loop().time()
        while self._watchers:
            await asyncio.sleep(PAUSE)
            watchers = list(self._watchers)
            due = asyncio.get_running_loop().time() - renewed > RENEW
            if due:
                renewed = asyncio.get_running_loop().time()
            try:
                there = await database_sync_to_async(_there)(
                    {w.topic for w in watchers}, [w.key for w in watchers] if due else []
                )
            except Error as error:  # nobody is told anything until the database is back
                log.error("presence failed", extra={"error": str(error).partition("\n")[0]})
                continue
            for watcher in watchers:
                watcher.tell([one for pk, one in there.get(watcher.topic, []) if pk != watcher.person.pk])


def watched() -> Watched:
    """The watchers of the running event loop."""
    loop = asyncio.get_running_loop()
    for closed in [known for known in _watched if known.is_closed()]:
        del _watched[closed]
    return _watched.setdefault(loop, Watched())


def _read(text: str) -> tuple[str, bool] | None:
    try:
        said = orjson.loads(text) if len(text) <= LONGEST else None
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("at"), str):
        return None
    return said["at"][:60], said.get("editing") is True


def _keep(key: int, topic: str, person: int, editing: bool) -> int:
    """The row of this socket as it is now; returns its key."""
    until = clock.now() + LASTS
    if key and Presence.objects.filter(pk=key).update(topic=topic, editing=editing, until=until):
        return key
    return Presence.objects.create(topic=topic, person_id=person, editing=editing, until=until).pk


def _there(topics: set[str], own: list[int]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Who is at these things, each person once; ``own`` are rows to renew, and with them rows long past are cleared."""
    now = clock.now()
    if own:
        Presence.objects.filter(pk__in=own).update(until=now + LASTS)
        Presence.objects.filter(until__lt=now - LASTS).delete()
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    rows = Presence.objects.filter(topic__in=topics - {""}, until__gt=now).select_related("person__unit").order_by("pk")
    for row in rows:
        unit = row.person.unit
        known = found[row.topic].get(row.person_id)
        one = {
            "name": row.person.name,
            "unit": unit.name if unit else "",
            "editing": row.editing or bool(known and known["editing"]),
        }
        found[row.topic][row.person_id] = one
    return {topic: list(people.items()) for topic, people in found.items()}


def join_live() -> None:
    """Every socket of the live updates gets a watcher."""
    register_side(Watcher)
