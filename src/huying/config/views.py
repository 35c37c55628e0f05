"""Pages outside the API: the web app's shell, health, and refusals before a view is reached."""

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from huying.base.errors import NotAllowed, NotFound, Problem
from huying.config.problems import problem_response


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
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return JsonResponse({"status": "ok" if not pending else "migrations", "pending": pending}, status=503 if pending else 200)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_response(NotAllowed("页面已过期，请刷新后重试；已填写的内容保存在本机。", code="csrf"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_response(NotFound("地址不存在。"))


def server_error(request: HttpRequest) -> HttpResponse:
    problem = Problem("处理时出了问题，内容没有改变。请稍后重试；若仍不行，请把编号告诉管理员。", code="internal", title="暂时无法处理")
    problem.status = 500
    return problem_response(problem)
