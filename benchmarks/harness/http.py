"""A thin HTTP client that keeps its connection, so that a benchmark measures the server and not the client."""

import http.client
import json
import threading
import time
from collections.abc import Mapping
from typing import Any

IDLE = 4.0  # seconds after which a kept connection is not used again; the server closes it after five


class Client:
    """JSON over one kept connection for each thread. `headers` go with every request.

    `resend`: a request on a kept connection that the server has closed meanwhile is sent once more on a new one. Off
    where it matters whether the first may have arrived.
    """

    def __init__(
        self, port: int, headers: Mapping[str, str] | None = None, host: str = "127.0.0.1", *, resend: bool = True
    ):
        self._address, self._resend = (host, port), resend
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._local = threading.local()

    def request(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body as received."""
        kept = getattr(self._local, "connection", None)
        if kept is not None and time.monotonic() - self._local.used > IDLE:
            kept.close()
            kept = None
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {**self._headers, **(headers or {})}
        if kept is not None:
            try:
                return self._ask(kept, method, path, payload, sent)
            except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                kept.close()
                if not self._resend:
                    raise
        self._local.connection = http.client.HTTPConnection(*self._address, timeout=60)
        return self._ask(self._local.connection, method, path, payload, sent)

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, payload: bytes | None, headers: dict
    ) -> tuple[int, bytes]:
        try:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            content = answer.read()
            self._local.used = time.monotonic()
            return answer.status, content
        except (OSError, http.client.HTTPException):
            connection.close()
            self._local.connection = None
            raise

    def json(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """The decoded body; an answer that is not 2xx is an error of the benchmark."""
        status, content = self.request(method, path, body, headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {content[:300].decode(errors='replace')}")
        return json.loads(content)
