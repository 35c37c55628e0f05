"""The one API: every room's router, problems told one way, limits of size."""

from typing import Any

import orjson
from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from huying import __version__
from huying.base.errors import Invalid, NotFound, Problem, Unauthenticated
from huying.base.org.access import AUTH
from huying.config.problems import problem_response
from huying.config.routers import mount


class FastRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)


class FastParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


api = NinjaAPI(
    title="Huying 呼应",
    version=__version__,
    description="12345 政务服务便民热线：接诉、办理、评估、治理。",
    auth=AUTH,
    renderer=FastRenderer(),
    parser=FastParser(),
    urls_namespace="api",
)


@api.exception_handler(Problem)
def told(request: HttpRequest, error: Problem):
    return problem_response(error)


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: AuthenticationError):
    return problem_response(Unauthenticated("登录已失效，请重新登录；已填写的内容保存在本机。"))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError):
    errors = [
        {"field": ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]), "message": item["msg"]}
        for item in error.errors
    ]
    return problem_response(Invalid("有的内容填写不对，请看各项说明。", errors=errors))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404):
    return problem_response(NotFound("没有找到，或不在您的范围内。"))


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError):
    problem = Problem("请求的格式不对，无法读取。", code="unreadable")
    problem.status = error.status_code
    return problem_response(problem)


mount(api)
