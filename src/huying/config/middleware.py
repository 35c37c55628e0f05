"""What every request passes: an id for logs and audit, bounds on what is read, the end of idle sessions."""

import re
import time
import uuid

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse

from huying.base.audit.context import RequestContext, request_context
from huying.base.errors import Problem, TooLarge
from huying.base.org import actions as org
from huying.config.problems import problem_for_status, problem_response

_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,36}$")
_TOLD = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
_FORWARDED = (*_TOLD, "HTTP_X_FORWARDED_PROTO")
_BODIES = ("application/json", "multipart/form-data")
_GUARDED = ("/api/", "/admin/")


def client_address(request: HttpRequest) -> str:
    """Where the request comes from: the connection's address, already corrected for trusted proxies."""
    return request.META.get("REMOTE_ADDR", "")[:45]


def _believe_proxies(request: HttpRequest) -> None:
    """Take the caller's address from X-Forwarded-For where the connection comes from a trusted proxy; drop the
    forwarding headers of everybody else. Read from the right: what stands further left, the caller may have made up."""
    trusted = set(settings.OPTIONS.trusted_proxies)
    if request.META.get("REMOTE_ADDR") not in trusted:
        told = [request.META.pop(header, None) for header in _FORWARDED]
        request.forwarded_by_stranger = any(told)  # type: ignore[attr-defined]
        return
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    request.META["REMOTE_ADDR"] = next(
        (hop for hop in reversed(hops) if hop not in trusted), request.META["REMOTE_ADDR"]
    )
    for header in _TOLD:  # what was needed is taken; nothing further in may read what the caller wrote there
        request.META.pop(header, None)


class RequestContextMiddleware:
    """Gives the request an id (the caller's own where it is well-formed) and hands it to logs and audit."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _believe_proxies(request)
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.match(given) else uuid.uuid4().hex
        with (
            request_context(RequestContext(request_id, client_address(request))),
            structlog.contextvars.bound_contextvars(request_id=request_id),
        ):
            response = self._told_as_problem(request, self.get_response(request))
        response["X-Request-ID"] = request_id
        response.setdefault("Cache-Control", "no-store")
        return response

    @staticmethod
    def _told_as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Refusals that the framework itself makes under the API's address are told like all others."""
        plain = response.status_code >= 400 and not response.get("Content-Type", "").startswith(
            "application/problem+json"
        )
        if not plain or not request.path.startswith("/api/"):
            return response
        told = problem_response(problem_for_status(response.status_code))
        for header in ("Allow", "Retry-After"):
            if header in response:
                told[header] = response[header]
        return told


class RequestGuardMiddleware:
    """Refuses, before anything is read, what no page and no integrator sends: bodies too large or of a strange kind,
    and NUL characters, which no database keeps."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = self._problem(request)
        return problem_response(problem) if problem else self.get_response(request)

    @staticmethod
    def _problem(request: HttpRequest) -> Problem | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return TooLarge(f"一次最多上传 {settings.OPTIONS.max_body_mb} MB，请压缩或分开提交。")
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return Problem("地址中有不能使用的字符。", code="unreadable")
        if request.path.startswith("/api/") and length.strip("0") and request.content_type not in _BODIES:
            return problem_for_status(415)
        return None


class IdleSessionMiddleware:
    """Ends a session that nobody used for a while (等保: 超时退出).

    Counted in the machine's own time: no test and no replay of the past may keep a session alive or end it. The moment
    of use is written at most once a minute, so that reading costs no write.
    """

    WRITE_EVERY = 60
    KEY = "seen"

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.path.startswith(_GUARDED):
            self._note_use(request)
        return self.get_response(request)

    def _note_use(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            return
        now = int(time.time())
        seen = request.session.get(self.KEY, now - self.WRITE_EVERY)
        if now - seen > settings.OPTIONS.session_idle_minutes * 60:
            org.note_logout(person=request.user, idle=True)  # type: ignore[arg-type]
            logout(request)
        elif now - seen >= self.WRITE_EVERY:
            request.session[self.KEY] = now


class AdminMessageMiddleware(MessageMiddleware):
    """Django's messages, which only its admin uses; the API is spared the work."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/admin/"):
            super().process_request(request)
