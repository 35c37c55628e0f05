"""One delivery to another system: the body, its signature, and the call."""

import asyncio
import hashlib
import hmac
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from huying import __version__
from huying.base import vault
from huying.base.calendars import clock
from huying.base.events.models import Event, Webhook
from huying.base.events.outward import outward, public_ids
from huying.base.events.targets import ForbiddenTarget, resolve

TIMEOUT = 5.0  # seconds for everything: connection, sending, and the head of the answer
SECRET_CONTEXT = "webhook.secret"


@dataclass(frozen=True)
class Outcome:
    """What came back: the HTTP status, or why there is none."""

    status: int | None
    error: str = ""

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def body_of(event: Event) -> bytes:
    """The JSON that another system gets: ids and codes, never a citizen's words, name or number."""
    keys = [event.subject_id] if event.subject_id is not None else []
    public = public_ids(event.subject_type, keys).get(keys[0]) if keys else None
    document: dict[str, Any] = {
        "event_id": str(event.event_id),
        "schema_version": event.schema_version,
        "at": event.at.isoformat(),
        "centre_code": settings.OPTIONS.centre_code,
        **outward(event, public),
    }
    return orjson.dumps(document)


def trial_body(event_id: str) -> bytes:
    """A message that says nothing but that the way is open."""
    document = {"event_id": event_id, "at": clock.now().isoformat(), "type": "webhook.ping"}
    return orjson.dumps({**document, "centre_code": settings.OPTIONS.centre_code})


def signature(secret: str, body: bytes, moment: int) -> str:
    """``t=<unix seconds>,v1=<HMAC-SHA-256 over "t.body">``; the time lets a receiver refuse a replayed message."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(webhook: Webhook, body: bytes, *, event_id: str, event_type: str) -> Outcome:
    """Call the receiver once. A redirect is an answer like another; it is never followed."""
    import httpx  # only here: most commands never send, and should start quickly

    try:
        target = resolve(webhook.url)
    except ForbiddenTarget as error:
        return Outcome(None, str(error))
    secret = vault.unseal(webhook.secret_sealed, SECRET_CONTEXT)
    headers = {
        "Host": target.host,
        "Content-Type": "application/json",
        "User-Agent": f"Huying/{__version__}",
        "X-Huying-Event": event_type,
        "X-Huying-Event-Id": event_id,
        "X-Huying-Signature": signature(secret, body, int(clock.now().timestamp())),
    }
    try:
        return Outcome(asyncio.run(_call(target.url, urlsplit(webhook.url).hostname or "", headers, body)))
    except TimeoutError:
        return Outcome(None, f"{TIMEOUT:.0f} 秒内没有回应")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Outcome(None, f"无法送达：{type(error).__name__}")


async def _call(url: str, hostname: str, headers: dict[str, str], body: bytes) -> int:
    import httpx

    async with (
        asyncio.timeout(TIMEOUT),
        httpx.AsyncClient(verify=_trust(), trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client,
        client.stream("POST", url, content=body, headers=headers, extensions={"sni_hostname": hostname}) as response,
    ):
        return response.status_code  # the body is left unread


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()
