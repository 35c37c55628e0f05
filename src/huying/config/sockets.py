"""Addresses of the sockets."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from huying.base.events.live.consumer import LiveConsumer

NO_SUCH_SOCKET = 4404


class NoSuchSocket(AsyncWebsocketConsumer):
    """Any other address is closed at once, without an error in the log."""

    async def connect(self) -> None:
        await self.close(NO_SUCH_SOCKET)


routes: list = [path("ws/live", LiveConsumer.as_asgi()), re_path(r"", NoSuchSocket.as_asgi())]
