"""People who read: they look at a list, think, open an order, think; and the live sockets of their pages.

The readers share one event loop's sockets and a thread each for their requests, so that the load generator takes little
of the machine that it measures.
"""

import asyncio
import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.harness.http import Client
from benchmarks.harness.site import Colleague, Site

LISTS = ("/orders?limit=50&sort=newest", "/orders?limit=50&sort=due", "/orders?limit=50&state=in_hand")
THINK = (1.0, 3.0)  # seconds between two looks


class Readers:
    """``taken`` holds (moment, seconds) of every request by kind; ``heard`` counts the news that the sockets got."""

    def __init__(self, site: Site, number: int) -> None:
        self.site, self.number = site, number
        roles = ("agent", "dispatcher", "duty_leader", "reviewer", "unit_clerk", "supervisor")
        found = [one for one in site.people if one.roles.intersection(roles)]
        self.people = [found[n % len(found)] for n in range(number)]
        self.taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.errors: list[str] = []
        self.heard = self.sockets_lost = 0
        self._ended = threading.Event()
        self._http = Client(site.port)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everybody reads until the block is left."""
        threads = [threading.Thread(target=self._read, args=(n, who)) for n, who in enumerate(self.people)]
        threads.append(threading.Thread(target=lambda: asyncio.run(self._listen_all())))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _read(self, number: int, who: Colleague) -> None:
        chance = random.Random(number)
        while not self._ended.wait(chance.uniform(*THINK)):
            page = self._ask("list", chance.choice(LISTS), who)
            if self._ended.wait(chance.uniform(*THINK)) or not page or not page["items"]:
                continue
            self._ask("detail", f"/orders/{chance.choice(page['items'])['id']}", who)

    def _ask(self, kind: str, path: str, who: Colleague) -> dict | None:
        began = time.perf_counter()
        try:
            status, content = self._http.request("GET", f"/api/v1{path}", headers=who.headers)
        except OSError as error:
            self.errors.append(f"{path}: {error}")
            return None
        self.taken[kind].append((time.monotonic(), time.perf_counter() - began))
        if status != 200:
            self.errors.append(f"{path}: {status} {content[:200].decode(errors='replace')}")
            return None
        return json.loads(content)

    async def _listen_all(self) -> None:
        listening = [asyncio.create_task(self._listen(who)) for who in self.people]
        while not self._ended.is_set():
            await asyncio.sleep(0.2)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)

    async def _listen(self, who: Colleague) -> None:
        """A page's socket; a lost one is opened again, as pages do."""
        origin = f"http://127.0.0.1:{self.site.port}"
        while True:
            try:
                async with connect(
                    f"ws://127.0.0.1:{self.site.port}/ws/live",
                    additional_headers={"Cookie": f"sessionid={who.cookie}"},
                    origin=origin,  # type: ignore[arg-type]
                ) as opened:
                    async for message in opened:
                        self.heard += len(json.loads(message)["events"])
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.sockets_lost += 1
            await asyncio.sleep(1)
