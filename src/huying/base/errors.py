"""Problems told to people (RFC 9457): what happened, why, and what to do, in Chinese."""

from typing import Any


class Problem(Exception):
    """A refusal that leaves everything as it was. ``extra`` travels as further members of the problem document."""

    status = 400
    code = "bad_request"
    title = "请求无法处理"

    def __init__(self, detail: str, *, code: str = "", title: str = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.title = title or self.title
        self.extra = extra

    def document(self) -> dict[str, Any]:
        return {
            "type": f"urn:huying:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class Unauthenticated(Problem):
    status, code, title = 401, "unauthenticated", "请先登录"


class NotAllowed(Problem):
    status, code, title = 403, "not_allowed", "没有权限"


class NotFound(Problem):
    status, code, title = 404, "not_found", "没有找到"


class Conflict(Problem):
    """Somebody else was first, or the state does not allow the action; carries the present state."""

    status, code, title = 409, "conflict", "内容已变化"


class TooLarge(Problem):
    status, code, title = 413, "too_large", "内容过大"


class Invalid(Problem):
    """A value can't be right; ``errors`` names the fields: ``[{"field": …, "message": …}]``."""

    status, code, title = 422, "invalid", "填写有误"


class TooMany(Problem):
    status, code, title = 429, "too_many", "操作过于频繁"
