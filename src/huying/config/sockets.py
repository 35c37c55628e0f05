"""Addresses of the sockets."""

from collections.abc import Awaitable, Callable

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from huying.base.events.live.consumer import LiveConsumer
from huying.config.outages import noted

NO_SUCH_SOCKET, TRY_AGAIN_LATER = 4404, 1013


class NoSuchSocket(AsyncWebsocketConsumer):
    """Any other address is closed at once, without an error in the log."""

    async def connect(self) -> None:
        await self.close(NO_SUCH_SOCKET)


routes: list = [path("ws/live", LiveConsumer.as_asgi()), re_path(r"", NoSuchSocket.as_asgi())]


def steady(application: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A socket asked for while the database is away is told to come again; pages try anew by themselves."""

    async def answer(scope, receive, send) -> None:
        try:
            await application(scope, receive, send)
        except Exception as error:
            if not noted(error):
                raise
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})

    return answer
