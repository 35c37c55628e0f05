"""What keeps up with events by position in a thread of its own of the worker, such as the search index."""

from collections.abc import Callable
from typing import Protocol


class Follower(Protocol):
    def step(self) -> int:
        """Do a bounded piece of work; 0 where there was none."""

    def close(self) -> None:
        """Give back what another process may want to take over."""


_makers: dict[str, Callable[[], Follower]] = {}


def join(name: str, make: Callable[[], Follower]) -> None:
    """Let every worker run a follower made by ``make``; which of several works is for them to settle."""
    _makers[name] = make


def followers() -> dict[str, Callable[[], Follower]]:
    return dict(_makers)
