"""Who is asking, from where, under which request: set by the middleware, read by every audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestContext:
    request_id: str = ""
    address: str = ""
    token_id: int | None = None


_NOBODY = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("huying_request", default=_NOBODY)


def current() -> RequestContext:
    return _current.get()


@contextmanager
def request_context(context: RequestContext) -> Iterator[None]:
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def set_token(token_id: int) -> None:
    """Remember that this request is made with an API token (called by authentication)."""
    known = _current.get()
    _current.set(RequestContext(known.request_id, known.address, token_id))
