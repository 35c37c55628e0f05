"""What this room says over HTTP."""

from datetime import datetime
from typing import Any

from ninja import Schema


class Actor(Schema):
    id: str
    name: str


class EntryOut(Schema):
    """``position`` is empty until the row is sealed, a second or so after it was written."""

    position: int | None
    at: datetime
    actor: Actor | None
    by_token: bool
    verb: str
    subject_type: str
    subject_id: int | None
    succeeded: bool
    changes: dict[str, Any]
    reason: str
    request_id: str
    address: str


class EntryList(Schema):
    items: list[EntryOut]
    next: str | None
    count: int
    count_capped: bool


class ChainOut(Schema):
    sound: bool
    checked: int
    unsealed: int
    broken_at: int | None
    reason: str
