"""One tail per web process: reads new events by position and fans them out to the sockets of this process."""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import Error

from huying.base.calendars import clock
from huying.base.events.figures import SOCKETS
from huying.base.events.live.scope import audience, visible
from huying.base.events.models import Event
from huying.base.events.webhooks import latest_position

log = logging.getLogger(__name__)

PAUSE = 0.2  # seconds between two looks
BATCH = 500
FARTHEST_BACK = 2000  # a page that slept longer is told to load afresh
QUEUE = 50  # batches a slow page may lag behind before it is dropped
RECHECK = 30.0  # seconds between two looks whether people still may listen

SLOW, ENDED = 4408, 4401


@dataclass(eq=False)
class Listener:
    """One open socket: who listens, how far it has heard, and what waits to be sent."""

    person: Any
    session_key: str
    position: int
    queue: asyncio.Queue = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, message: dict[str, Any] | int) -> bool:
        """Put a message, or a close code, in line; false where the line is full."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True

    def drop(self, code: int) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(code)


class Hub:
    """The listeners of one event loop and the task that feeds them."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task | None = None

    async def join(self, person: Any, session_key: str, after: int | None) -> Listener:
        """Begin to listen: from ``after`` on, or from now. The first message tells the position reached."""
        newest = await database_sync_to_async(latest_position)()
        too_far = after is not None and not 0 <= newest - after <= FARTHEST_BACK
        start = newest if after is None or too_far else after
        listener = Listener(person, session_key, start)
        listener.offer({"position": start, "reset": too_far, "events": []})
        self._listeners.add(listener)
        SOCKETS.inc()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._tail())
        return listener

    def leave(self, listener: Listener) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)
            SOCKETS.dec()

    async def _tail(self) -> None:
        rechecked = asyncio.get_running_loop().time()
        while self._listeners:
            try:
                more = await self._pass_on()
                if asyncio.get_running_loop().time() - rechecked > RECHECK:
                    rechecked = asyncio.get_running_loop().time()
                    await self._recheck()
            except Error as error:  # the database restarts: pages keep their sockets and lose nothing
                log.error("live tail failed", extra={"error": str(error).partition("\n")[0]})
                more = False
                await asyncio.sleep(1)
            if not more:
                await asyncio.sleep(PAUSE)

    async def _pass_on(self) -> bool:
        """One batch to everybody who has not heard it; whether there may be more."""
        listeners = list(self._listeners)
        start = min(listener.position for listener in listeners)
        groups: dict[tuple, list[Listener]] = defaultdict(list)
        for listener in listeners:
            groups[audience(listener.person)].append(listener)
        people = {key: group[0].person for key, group in groups.items()}
        end, heard = await database_sync_to_async(_read)(start, people)
        for key, group in groups.items():
            for listener in group:
                self._tell(listener, end, heard.get(key, []))
        return end - start >= BATCH

    def _tell(self, listener: Listener, end: int, heard: list[dict[str, Any]]) -> None:
        news = [event for event in heard if event["position"] > listener.position]
        listener.position = max(listener.position, end)
        if news and not listener.offer({"position": end, "reset": False, "events": news}):
            listener.drop(SLOW)
            self.leave(listener)

    async def _recheck(self) -> None:
        """Whoever was deactivated, changed roles or logged out hears no more."""
        listeners = list(self._listeners)
        people, sessions = await database_sync_to_async(_still_there)(
            {listener.person.pk for listener in listeners}, {listener.session_key for listener in listeners}
        )
        for listener in listeners:
            person = people.get(listener.person.pk)
            if person is None or listener.session_key not in sessions:
                listener.drop(ENDED)
                self.leave(listener)
            else:
                listener.person = person


def _read(start: int, people: dict[tuple, Any]) -> tuple[int, dict[tuple, list[dict[str, Any]]]]:
    events = list(Event.objects.filter(position__gt=start).order_by("position")[:BATCH])
    if not events:
        return start, {}
    return events[-1].position, visible(people, events)


def _still_there(person_keys: set[int], session_keys: set[str]) -> tuple[dict[int, Any], set[str]]:
    people = get_user_model()._default_manager.filter(pk__in=person_keys, is_active=True).select_related("unit")
    alive = Session.objects.filter(session_key__in=session_keys, expire_date__gt=clock.now())
    return {person.pk: person for person in people}, set(alive.values_list("session_key", flat=True))
