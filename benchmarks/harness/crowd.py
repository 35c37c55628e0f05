"""People at their desks, as the server sees them: a thread each for what they ask, and the live sockets of their pages.

All sockets share one event loop, so that the load generator takes little of the machine that it measures.
"""

import asyncio
import json
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.harness.http import Client
from benchmarks.harness.site import Colleague, Site


class Crowd(ABC):
    """``taken`` holds (moment, seconds) of every request by kind; ``heard`` counts the news that the sockets got."""

    def __init__(self, site: Site, people: Sequence[Colleague]) -> None:
        self.site, self.people = site, people
        self.taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.errors: list[str] = []
        self.heard = self.sockets_lost = 0
        self._ended = threading.Event()
        self._http = Client(site.port)

    @abstractmethod
    def work(self, number: int, who: Colleague) -> None:
        """What one of them does until ``rests`` says that the day is over."""

    def rests(self, seconds: float) -> bool:
        """Wait so long; whether the day is over."""
        return self._ended.wait(seconds)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Everybody works until the block is left."""
        threads = [threading.Thread(target=self.work, args=(n, who)) for n, who in enumerate(self.people)]
        threads.append(threading.Thread(target=lambda: asyncio.run(self._listen_all())))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def ask(self, kind: str, method: str, path: str, who: Colleague, body: Any = None) -> Any:
        """The decoded answer; None where there was none or a refusal, which ``errors`` then tells."""
        began = time.perf_counter()
        try:
            status, content = self._http.request(method, f"/api/v1{path}", body, who.headers)
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
