"""What every request passes: an id for logs and audit, and a bound on the body's size."""

import re
import uuid

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from huying.base.audit.context import RequestContext, request_context
from huying.base.errors import TooLarge
from huying.config.problems import problem_response

_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,36}$")


class RequestContextMiddleware:
    """Gives the request an id (the caller's own where it is well-formed) and hands it to logs and audit."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE_ID.match(given) else uuid.uuid4().hex
        with (
            request_context(RequestContext(request_id, request.META.get("REMOTE_ADDR", "")[:45])),
            structlog.contextvars.bound_contextvars(request_id=request_id),
        ):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        response.setdefault("Cache-Control", "no-store")
        return response


class BodyLimitMiddleware:
    """Refuses a body that is announced larger than the centre allows, before reading it."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            limit = settings.OPTIONS.max_body_mb
            return problem_response(TooLarge(f"一次最多上传 {limit} MB，请压缩或分开提交。"))
        return self.get_response(request)
