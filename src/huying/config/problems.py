"""One way to tell a problem over HTTP: RFC 9457, ``application/problem+json``."""

import orjson
from django.http import HttpResponse

from huying.base.errors import Problem


def problem_response(problem: Problem) -> HttpResponse:
    body = orjson.dumps(problem.document(), default=str)
    return HttpResponse(body, status=problem.status, content_type="application/problem+json; charset=utf-8")
