"""The one API: every room's router, problems told one way, limits of size."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from huying import __version__
from huying.base.errors import Invalid, NotFound, Problem, Unauthenticated
from huying.base.org.access import AUTH
from huying.config.outages import outage_response
from huying.config.problems import declare, field_errors, problem_for_status, problem_response
from huying.config.routers import mount


class FastRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)


# Signs that turn the direction of reading (U+200E/F, U+202A-E, U+2066-9), plain and as JSON writes them: nobody types
# them, no Chinese text needs them, and with them a line reads otherwise than it is.
_TURNING = re.compile(rb"\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_TURNING_ESCAPED = re.compile(rb"(?<!\\)((?:\\\\)*)\\u20(?:0[ef]|2[a-e]|6[6-9])", re.IGNORECASE)


class FastParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        if b"\\u0000" in request.body:
            raise ValueError("NUL characters are kept by no database")
        return orjson.loads(_TURNING_ESCAPED.sub(rb"\1", _TURNING.sub(b"", request.body)))


class HuyingAPI(NinjaAPI):
    """The API, whose OpenAPI document names the problems that any operation may answer with."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        declare(schema)
        return schema


def for_people(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the interface is for those who work with it: after login (``huying openapi`` needs none)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem_response(Unauthenticated("登录后可看接口说明。"))
        return view(request, *args, **kwargs)

    return guarded


api = HuyingAPI(
    title="Huying 呼应",
    version=__version__,
    description="12345 政务服务便民热线：接诉、办理、评估、治理。",
    auth=AUTH,
    renderer=FastRenderer(),
    parser=FastParser(),
    urls_namespace="api",
    docs_decorator=for_people,
)


@api.exception_handler(Problem)
def told(request: HttpRequest, error: Problem):
    return problem_response(error)


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError):
    return problem_response(Unauthenticated("登录已失效，请重新登录；已填写的内容保存在本机。"))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError):
    return problem_response(Invalid("有的内容填写不对，请看各项说明。", errors=field_errors(error.errors)))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404):
    return problem_response(NotFound("没有找到，或不在您的范围内。"))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError):
    response = problem_response(problem_for_status(error.status_code))
    if isinstance(error, Throttled) and error.wait:
        response["Retry-After"] = str(int(error.wait) + 1)
    return response


@api.exception_handler(Error)
@api.exception_handler(OSError)
def out_of_order(request: HttpRequest, error: Exception):
    """The database or the disk, not the program; every other error goes its usual way."""
    response = outage_response(error)
    if response is None:
        raise error
    return response


mount(api)
