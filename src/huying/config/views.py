"""Pages outside the API: the web app's shell, health, and refusals before a view is reached."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from huying.base.audit.context import current
from huying.base.errors import NotAllowed
from huying.base.org import lockout
from huying.config import readiness
from huying.config.middleware import client_address
from huying.config.outages import outage_response
from huying.config.problems import problem_for_status, problem_response


def web_app(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every address that is not the API's opens the single-page application."""
    index = settings.WEBAPP / "index.html"
    if not index.exists():
        return HttpResponse("网页尚未构建：请运行 make web。", status=503, content_type="text/plain; charset=utf-8")
    response = FileResponse(index.open("rb"), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )
    return response


def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The process can serve: the database answers and its tables are up to date."""
    pending = readiness.waiting()
    return JsonResponse(
        {"status": "ok" if not pending else "migrations", "pending": pending}, status=503 if pending else 200
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_response(NotAllowed("页面已过期，请刷新后重试；已填写的内容保存在本机。", code="csrf"))


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None
) -> HttpResponse:
    """Too many wrong passwords: says until when the account is locked."""
    username = str((credentials or {}).get("username", ""))
    until = lockout.barred_until(username, client_address(request))
    return problem_response(lockout.locked(until))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return problem_response(problem_for_status(status))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_response(problem_for_status(403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_response(problem_for_status(404))


def server_error(request: HttpRequest) -> HttpResponse:
    """Something went wrong inside. Django has logged it with the request's id; the person is told only the id."""
    outage = outage_response(sys.exc_info()[1])  # Django calls this while it handles the exception
    if outage is not None:
        return outage
    problem = problem_for_status(500)
    problem.extra["request_id"] = current().request_id
    return problem_response(problem)
