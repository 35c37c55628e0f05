"""Do two hundred desks with live lists hear at once of what happens, while ten orders a second are filed?

Two hundred sockets of people of all desks are open on one server, as pages open them, and hold what they hear against
what was filed: how long after a filing was acknowledged each desk that may know of the order has heard of it, in how many
messages, and whether the server grows. A desk that only hears of its own unit's orders waits for the dispatch, so that
the time is taken at the desks of the centre. PostgreSQL, unless ``HUYING_LISTS_DATABASE=sqlite``;
``HUYING_LISTS_MINUTES`` makes it shorter.
"""

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.harness.journey import Journey, Ledger
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, Colleague, Site
from benchmarks.harness.steady import Steady, ends, p95_ms, settled

DESKS, PER_SECOND, MINUTES = 200, 10, 10.0
MOST_MS, MOST_GROWTH = 500.0, 5.0  # of an event's way at p95; per cent of the server's memory
SPREAD_OVER = 10.0  # seconds in which the desks open
FILED = "order.filed"
OF_CENTRE = {"agent", "dispatcher", "reviewer", "auditor", "visitor", "judge", "duty_leader", "supervisor", "leader"}


class Desks:
    """The sockets, in one thread. ``heard``: order → seconds (monotonic) at which each desk of the centre heard of it."""

    def __init__(self, site: Site, number: int) -> None:
        working = [one for one in site.people if one.roles]
        self.site, self.people = site, [working[n % len(working)] for n in range(number)]
        self.watching = sum(_of_centre(who) for who in self.people)
        self.heard: dict[str, list[float]] = {}
        self.open = self.lost = self.messages = self.events = 0
        self.errors: list[str] = []
        self._ended = threading.Event()

    @contextmanager
    def sitting(self) -> Iterator[None]:
        """Everybody is there until the block is left."""
        thread = threading.Thread(target=lambda: asyncio.run(self._all()))
        thread.start()
        deadline = time.monotonic() + SPREAD_OVER + 60
        while self.open < len(self.people) and time.monotonic() < deadline:
            time.sleep(0.1)
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    async def _all(self) -> None:
        desks = [asyncio.create_task(self._sit(number, who)) for number, who in enumerate(self.people)]
        while not self._ended.is_set():
            await asyncio.sleep(0.2)
        for desk in desks:
            desk.cancel()
        await asyncio.gather(*desks, return_exceptions=True)

    async def _sit(self, number: int, who: Colleague) -> None:
        await asyncio.sleep(SPREAD_OVER * number / len(self.people))
        centre = _of_centre(who)
        while True:
            try:
                async with connect(
                    f"ws://127.0.0.1:{self.site.port}/ws/live",
                    additional_headers={"Cookie": f"sessionid={who.cookie}"},
                    origin=f"http://127.0.0.1:{self.site.port}",  # type: ignore[arg-type]
                    open_timeout=60,
                ) as socket:
                    await self._listen(socket, centre=centre)
            except (OSError, WebSocketException, TimeoutError) as error:
                self.errors.append(f"a desk could not open: {error!r}")
            await asyncio.sleep(1)

    async def _listen(self, socket: ClientConnection, *, centre: bool) -> None:
        self.open += 1
        try:
            async for message in socket:
                self._hear(json.loads(message), centre=centre)
        except WebSocketException as error:
            self.errors.append(f"a desk was cut off: {error!r}")
        self.open -= 1
        self.lost += 1

    def _hear(self, message: dict[str, Any], *, centre: bool) -> None:
        now = time.monotonic()
        self.messages += 1
        self.events += len(message["events"])
        for event in message["events"] if centre else ():
            if event["type"] == FILED:
                self.heard.setdefault(event["subject_id"], []).append(now)


def _of_centre(who: Colleague) -> bool:
    return bool(who.roles & OF_CENTRE)


def run() -> Result:
    seconds = float(os.environ.get("HUYING_LISTS_MINUTES", MINUTES)) * 60
    filed: dict[str, float] = {}
    with Site(os.environ.get("HUYING_LISTS_DATABASE", POSTGRES)) as site:
        site.serve()
        site.work()
        site.await_quiet()
        ledger = Ledger()
        desks = Desks(site, DESKS)
        steady = Steady(Journey(site, ledger), PER_SECOND, lambda order: filed.setdefault(order, time.monotonic()))
        with desks.sitting():
            opened = desks.open
            wall = steady.file(site, seconds)
            time.sleep(3)  # the last ones are on their way
    ways = [max(0.0, at - filed[order]) for order in filed for at in desks.heard.get(order, [])]
    missing = len(filed) * desks.watching - len(ways)
    grown = {name: last - first for name, (first, last) in ends(settled(steady.memory)).items()}
    per_cent = {name: 100 * (last / first - 1) for name, (first, last) in ends(settled(steady.memory)).items()}
    figures = {
        "desks": opened,
        "minutes": round(wall / 60, 1),
        "filed": len(filed),
        "filed_per_s": round(len(filed) / wall, 2),
        "event_p50_ms": round(sorted(ways)[len(ways) // 2] * 1000, 1) if ways else "none heard",
        "event_p95_ms": p95_ms(ways) if ways else "none heard",
        "not_heard": missing,
        "sockets_lost": desks.lost,
        "messages_a_desk_s": round(desks.messages / wall / DESKS, 2),
        "events_a_message": round(desks.events / max(1, desks.messages), 1),
        "memory_growth_mb": round(sum(grown.values()), 1),
        **{f"{name}_mib": last for name, (_, last) in ends(settled(steady.memory)).items()},
        **{f"{name}_growth_percent": round(value, 1) for name, value in per_cent.items()},
        "file_p95_ms": p95_ms([taken for _, taken in steady.taken]),
    }
    return Result(
        figures,
        failed=tuple(_missed(figures, opened, missing, desks.lost, per_cent) + ledger.wrong[:5] + desks.errors[:5]),
    )


def _missed(figures: dict[str, Any], opened: int, missing: int, lost: int, growth: dict[str, float]) -> list[str]:
    sentences = [f"{name} grew by {value:.1f} %" for name, value in growth.items() if value > MOST_GROWTH]
    if opened < DESKS:
        sentences.append(f"only {opened} of {DESKS} desks could open")
    if not isinstance(figures["event_p95_ms"], float) or figures["event_p95_ms"] > MOST_MS:
        sentences.append(f"p95 of an event's way: {figures['event_p95_ms']} ms, more than {MOST_MS:.0f}")
    if missing or lost:
        sentences.append(f"{missing} times a desk did not hear of an order; {lost} sockets were lost")
    if figures["filed_per_s"] < 0.98 * PER_SECOND:
        sentences.append(f"{figures['filed_per_s']} orders a second were filed, fewer than {PER_SECOND}")
    return sentences
