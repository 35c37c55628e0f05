"""Who is asking: a token where ``Authorization`` is present, otherwise the session with CSRF; and what they may do."""

import hashlib
from datetime import date

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from huying.base.audit.context import set_token
from huying.base.calendars import clock
from huying.base.errors import NotAllowed, Unauthenticated
from huying.base.org.models import ApiToken, Person

SAFE = {"GET", "HEAD", "OPTIONS"}


class TokenAuth(HttpBearer):
    """``Authorization: Bearer …``. A read-only token is refused for writing."""

    def __call__(self, request: HttpRequest):
        if "Authorization" not in request.headers:
            return None
        return super().__call__(request) or self._refuse()

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = (
            ApiToken.objects.select_related("person", "person__unit", "person__firm")
            .filter(digest=hashlib.sha256(token.encode()).hexdigest())
            .first()
        )
        now = clock.now()
        if found is None or found.revoked_at or (found.expires_at and found.expires_at <= now):
            return None
        if not found.person.is_active:
            return None
        if request.method not in SAFE and "write" not in found.scopes:
            raise NotAllowed("此令牌只可读取。", code="token_scope")
        _note_use(found, clock.local(now).date())
        set_token(found.pk)
        request.user = found.person
        return found.person

    @staticmethod
    def _refuse():
        raise Unauthenticated("令牌无效、已过期或已停用。", code="bad_token")


def _note_use(token: ApiToken, today: date) -> None:
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


class SessionAuth(APIKeyCookie):
    """The session of a person who logged in on the page; CSRF is checked for every write."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        person: Person = request.user  # type: ignore[assignment]
        if person.needs_second_factor and not person.is_verified():  # type: ignore[attr-defined]
            raise NotAllowed("管理员须先完成二次验证。", code="second_factor")
        return person


AUTH = [TokenAuth(), SessionAuth()]


def require_role(person: Person, *codes: str) -> None:
    """Refuse unless the person has one of the roles."""
    if not person.has_role(*codes):
        from huying.base.org.roles import ROLES

        names = "、".join(ROLES[c].name for c in codes if c in ROLES)
        raise NotAllowed(f"此操作由{names}进行。", code="role")
