"""Who is asking: a token where ``Authorization`` is present, otherwise the session with CSRF; and what they may do.

``AUTH`` guards the whole API. ``ENTERING`` is for a person who has still to pass the second factor or to change the
password. ``PUBLIC`` is for citizens' forms: nobody in particular, but CSRF is checked.
"""

import hashlib

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from huying.base.audit.context import set_token
from huying.base.calendars import clock
from huying.base.errors import NotAllowed, Unauthenticated
from huying.base.org import scopes
from huying.base.org.models import ApiToken, Person
from huying.base.org.passwords import change_due
from huying.base.org.roles import ROLES

SAFE = {"GET", "HEAD", "OPTIONS"}
_DAY_FIELDS = ["last_used_on"]


def token_digest(secret: str) -> str:
    """What is kept of a token: SHA-256 of its secret (32 random bytes, so that no slow hash is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def require_csrf(request: HttpRequest) -> None:
    """Refuse a write that does not carry the session's CSRF token."""
    if request.method not in SAFE and check_csrf(request):
        raise NotAllowed("页面已过期，请刷新后重试；已填写的内容保存在本机。", code="csrf")


def passed_second_factor(person: Person) -> bool:
    """Did this session pass the second factor? (django-otp puts the device on the person of the request.)"""
    return getattr(person, "otp_device", None) is not None


class TokenAuth(HttpBearer):
    """``Authorization: Bearer …``. Where the header is present nothing else counts, a valid session neither."""

    def __call__(self, request: HttpRequest):
        if "Authorization" not in request.headers:
            return None
        return super().__call__(request) or self._refuse()

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = ApiToken.objects.select_related("person__unit").filter(digest=token_digest(token)).first()
        now = clock.now()
        if found is None or found.revoked_at or (found.expires_at and found.expires_at <= now):
            return None
        if not found.person.is_active:
            return None
        if found.person.needs_second_factor:
            raise NotAllowed("管理员的操作须登录并完成二次验证，不能用令牌。", code="second_factor")
        parts = request.path.strip("/").split("/")
        room = parts[2] if len(parts) > 2 else ""
        reason = scopes.refusal(found.scopes, writing=request.method not in SAFE, room=room)
        if reason:
            raise NotAllowed(reason, code="token_scope")
        _note_use(found)
        set_token(found.pk)
        request.user = found.person
        return found.person

    @staticmethod
    def _refuse():
        raise Unauthenticated("令牌无效、已过期或已停用。", code="bad_token")


def _note_use(token: ApiToken) -> None:
    """One write a day and token, not one a request."""
    today = clock.today()
    if token.last_used_on != today:
        token.last_used_on = today
        token.save(update_fields=_DAY_FIELDS)


class SessionAuth(APIKeyCookie):
    """The session of a person who logged in on the page; CSRF is checked for every write."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Person | None:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        require_csrf(request)
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        person: Person = request.user  # type: ignore[assignment]
        if person.needs_second_factor and not passed_second_factor(person):
            raise NotAllowed("管理员须先完成二次验证。", code="second_factor")
        if change_due(person):
            raise NotAllowed("须先修改密码，再办理其他事项。", code="must_change_password")
        return person


class EnteringAuth(SessionAuth):
    """A session that may still lack the second factor or a password of one's own."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        return request.user  # type: ignore[return-value]


class PublicForm:
    """A citizen's form: anybody, but only from a page that this server gave out."""

    def __call__(self, request: HttpRequest) -> AnonymousUser | None:
        if "Authorization" in request.headers:
            return None
        require_csrf(request)
        return AnonymousUser()


AUTH = [TokenAuth(), SessionAuth()]
ENTERING = [EnteringAuth()]
PUBLIC = [TokenAuth(), PublicForm()]


def require_role(person: Person, *codes: str) -> None:
    """Refuse unless the person has one of the roles. Huying's own actor may do everything."""
    if person.is_system or person.has_role(*codes):
        return
    names = "、".join(ROLES[code].name for code in codes if code in ROLES)
    raise NotAllowed(f"此操作由{names}进行。", code="role")
