"""An in-process server on a free loopback port, and the people who talk to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn


class Refused(Exception):
    """The server refused; carries the problem document."""

    def __init__(self, method: str, path: str, problem: dict[str, Any]) -> None:
        super().__init__(f"{method} {path}: {problem.get('status')} {problem.get('detail')}")
        self.problem = problem


@dataclass
class Line:
    """The connection to the server, and how often it was used."""

    client: httpx.Client
    requests: int = 0


@dataclass
class Caller:
    """One person with a token, speaking to the API over HTTP."""

    line: Line
    token: str

    def get(self, path: str) -> dict[str, Any]:
        return self._send("GET", path, None, {})

    def post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        return self._send("POST", path, body, {"Idempotency-Key": key} if key else {})

    def act(self, thing: dict[str, Any], kind: str, action: str, **values: Any) -> dict[str, Any]:
        """Make a move of the state table; ``kind`` is ``orders`` or ``assignments``. Returns the order as it is now."""
        body = {"version": thing["version"], "values": values}
        return self.post(f"/api/v1/{kind}/{thing['id']}/actions/{action}", body)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        self.line.requests += 1
        headers = {**headers, "Authorization": f"Bearer {self.token}"}
        reply = self.line.client.request(method, path, json=body, headers=headers)
        if reply.is_error:
            told = "json" in reply.headers.get("content-type", "")
            raise Refused(method, path, reply.json() if told else {"status": reply.status_code})
        return reply.json()


@contextmanager
def serving() -> Iterator[Line]:
    """Serve the application in this process until the block ends; yields a line to it."""
    from huying.config.asgi import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True, name="replay-server")
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the replay server did not start")
        time.sleep(0.02)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
        yield Line(client)
    server.should_exit = True
    thread.join(timeout=10)
