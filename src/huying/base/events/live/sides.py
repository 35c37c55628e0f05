"""What rooms do with a socket besides news: each side hears what the page says, and may send it something."""

from collections.abc import Callable
from typing import Any, Protocol

Offer = Callable[[dict[str, Any]], bool]


class Side(Protocol):
    async def hear(self, text: str) -> None: ...

    async def leave(self) -> None: ...


_makers: list[Callable[[Any, Offer], Side]] = []


def register_side(make: Callable[[Any, Offer], Side]) -> None:
    """Let ``make(person, offer)`` stand beside every socket; ``offer(message)`` is false where the page is too slow."""
    if make not in _makers:
        _makers.append(make)


def sides(person: Any, offer: Offer) -> list[Side]:
    return [make(person, offer) for make in _makers]
