"""Idempotency keys: a POST that creates may be sent again, and creates once.

The reply is remembered in the transaction of the action itself, so that "done" and "remembered" can't part. What is
remembered is the public id of what was created, never the body: the body is made again by the caller's loader, under
the reader's present rights, and no personal data lies in the table. Costs two statements: one look-up, one insert.
(draft-ietf-httpapi-idempotency-key-header)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Header

from huying.base.calendars import clock
from huying.base.errors import Invalid, Problem
from huying.base.events.models import IdempotentReply

LONGEST_KEY = 128

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        description="同一请求重发时带同一个值，只会创建一次。",
    ),
]
"""The header as an operation's parameter: ``idempotency_key: IdempotencyKey = None``."""


@dataclass(frozen=True)
class Reply:
    """The status to answer with, what was created, and whether this is a repetition."""

    status: int
    value: Any
    repeated: bool


def once(
    request: HttpRequest,
    key: str | None,
    *,
    create: Callable[[], Any],
    load: Callable[[str], Any],
    status: int = 201,
    scope: str = "",
) -> Reply:
    """Run ``create()`` (an action; it returns a row with ``public_id``) once for ``key`` and person.

    A repetition with the same body is answered by ``load(public_id)``; with another body or address it is refused
    (422). Of two at the same time one creates, the other waits and gets the first one's reply. ``scope`` stands in for
    the person where nobody is logged in.
    """
    if not key:
        return Reply(status, create(), repeated=False)
    owner = scope or f"person:{request.user.pk}"
    known, created = _first_or_known(request, owner, key, status, create, lambda row: {"id": row.public_id})
    if known is not None:
        return Reply(known.status, load(known.reply["id"]), repeated=True)
    return Reply(status, created, repeated=False)


def once_with_answer(request: HttpRequest, key: str, *, create: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """As :func:`once`, where ``create()`` gives the whole answer and this is kept: for answers without personal data."""
    known, created = _first_or_known(request, _owner(request), key, 201, create, lambda answer: {"answer": answer})
    answer: dict[str, Any] = created if known is None else known.reply["answer"]
    return answer


def _owner(request: HttpRequest) -> str:
    """Nobody in particular (a citizen's form) is told apart by the session's CSRF secret."""
    if request.user.pk is not None:
        return f"person:{request.user.pk}"
    return f"form:{request.META.get('CSRF_COOKIE', '')}"


def _first_or_known(
    request: HttpRequest,
    owner: str,
    key: str,
    status: int,
    create: Callable[[], Any],
    kept: Callable[[Any], dict[str, Any]],
) -> tuple[IdempotentReply | None, Any]:
    """What was answered before for this key, else None and what was created now."""
    key_digest = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
    body_digest = _body_digest(request)
    if known := _known(key_digest, body_digest):
        return known, None
    try:
        with transaction.atomic():
            created = create()
            IdempotentReply.objects.create(
                key_digest=key_digest,
                body_digest=body_digest,
                status=status,
                reply=kept(created),
                created_at=clock.now(),
            )
    except (IntegrityError, Problem):
        if known := _known(key_digest, body_digest):  # the other one was first; what we did is rolled back
            return known, None
        raise
    return None, created


def _known(key_digest: str, body_digest: str) -> IdempotentReply | None:
    known = IdempotentReply.objects.filter(key_digest=key_digest).first()
    if known is not None and known.body_digest != body_digest:
        raise Invalid("同一个 Idempotency-Key 已用于另一内容，请换一个再提交。", code="idempotency_key_reused")
    return known


def _body_digest(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":  # boundaries differ between two sendings of the same form
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(repr((name, file.name, file.size)).encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()
