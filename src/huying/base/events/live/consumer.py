"""The socket ``/ws/live``: a logged-in page hears what happened, as ids and codes; it then asks the API for the rest."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from huying.base.events.live.hub import Hub, Listener
from huying.base.events.live.sides import Side, sides

NOT_LOGGED_IN, FOREIGN_ORIGIN = 4401, 4403

_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop; a server has one loop and therefore one hub."""
    loop = asyncio.get_running_loop()
    for closed in [known for known in _hubs if known.is_closed()]:
        del _hubs[closed]
    return _hubs.setdefault(loop, Hub())


def origin_allowed(headers: list[tuple[bytes, bytes]]) -> bool:
    """A browser's socket must come from our own page: same host and port, or an origin that the centre trusts.

    Sockets are outside the same-origin policy and carry cookies, so this is what CSRF is elsewhere (RFC 6455 §10.2).
    """
    named = {name.lower(): value.decode("latin-1") for name, value in headers}
    origin, host = named.get(b"origin", ""), named.get(b"host", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    allowed = settings.ALLOWED_HOSTS or ["127.0.0.1", "localhost"]
    return bool(host) and parts.netloc == host and validate_host(parts.hostname or "", allowed)


class LiveConsumer(AsyncWebsocketConsumer):
    """Sends ``{"position", "reset", "events": […]}``; ``?after=<position>`` goes on where a lost socket ended."""

    listener: Listener | None = None
    sender: asyncio.Task | None = None
    sides: tuple[Side, ...] = ()

    async def connect(self) -> None:
        if not origin_allowed(self.scope["headers"]):
            await self.close(FOREIGN_ORIGIN)
            return
        person = self.scope["user"]
        if not person.is_authenticated or not await database_sync_to_async(_may_listen)(person, self.scope["session"]):
            await self.close(NOT_LOGGED_IN)
            return
        await self.accept()
        self.listener = await hub().join(_settled(person), self.scope["session"].session_key, self._after())
        self.sides = tuple(sides(_settled(person), self.listener.offer))
        self.sender = asyncio.get_running_loop().create_task(self._send_all(self.listener))

    def _after(self) -> int | None:
        given = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [""])[0]
        return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None

    async def _send_all(self, listener: Listener) -> None:
        while True:
            message = await listener.queue.get()
            if isinstance(message, int):
                await self.close(message)
                return
            await self.send(bytes_data=None, text_data=orjson.dumps(message).decode())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What a page says is for the rooms beside the news, such as who looks at what."""
        for side in self.sides if text_data is not None else ():
            await side.hear(text_data or "")

    async def disconnect(self, code: int) -> None:
        if self.listener is not None:
            hub().leave(self.listener)
        if self.sender is not None:
            self.sender.cancel()
        for side in self.sides:
            await side.leave()


def _settled(person: Any) -> Any:
    """The person behind Channels' lazy user."""
    return getattr(person, "_wrapped", person)


def _may_listen(person: Any, session: Any) -> bool:
    """As at the API: active, with a password of one's own, and an administrator has passed the second factor."""
    if not person.is_active or person.must_change_password:
        return False
    if not person.needs_second_factor:
        return True
    device = Device.from_persistent_id(session.get(DEVICE_ID_SESSION_KEY, "") or "none/0")
    return device is not None and device.user_id == person.pk
