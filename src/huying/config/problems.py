"""One way to tell a problem over HTTP: RFC 9457, ``application/problem+json``; in the words of a clerk."""

from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

from huying.base.errors import Problem

MEDIA_TYPE = "application/problem+json"
# Refusals that the framework makes before a room is asked: code, title, what to do.
FRAMEWORK = {
    400: ("unreadable", "请求无法读取", "请求的格式不对，无法读取。"),
    401: ("unauthenticated", "请先登录", "登录已失效，请重新登录；已填写的内容保存在本机。"),
    403: ("not_allowed", "没有权限", "没有权限进行此操作。"),
    404: ("not_found", "没有找到", "地址不存在。"),
    405: ("method_not_allowed", "不支持的操作", "此地址不支持这种操作，可用的操作见 Allow。"),
    413: ("too_large", "内容过大", "内容过大，请压缩或分开提交。"),
    415: ("media_type", "格式不支持", "请以 application/json 提交；上传文件用 multipart/form-data。"),
    429: ("too_many", "操作过于频繁", "操作过于频繁，请稍后再试。"),
    500: ("internal", "暂时无法处理", "处理时出了问题，内容没有改变。请稍后重试；若仍不行，请把编号告诉管理员。"),
    503: ("unavailable", "暂时无法处理", "系统暂时无法处理，请稍后重试。"),
}
DECLARED = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457：发生了什么、为什么、怎么办。",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
        "allowed_actions": {"type": "array", "items": {}},
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": True,
}
# pydantic's kinds of error in Chinese; the braces are filled from the error's context.
_MESSAGES = {
    "missing": "必填",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数字过大",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为数字",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "list_type": "应为列表",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "可选：{expected}",
    "enum": "可选：{expected}",
    "none_required": "应为空",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}
_MOMENTS = {
    "date": "日期不对，应如 2025-06-16",
    "time": "时间不对，应如 09:30",
    "datetime": "日期时间不对，应如 2025-06-16T09:30:00+08:00",
}


def problem_response(problem: Problem) -> HttpResponse:
    body = orjson.dumps(problem.document(), default=str)
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE)


def problem_for_status(status: int) -> Problem:
    """The problem that stands for a bare status of the framework."""
    code, title, detail = FRAMEWORK.get(status, ("refused", "请求被拒绝", "请求的格式不对，无法读取。"))
    problem = Problem(detail, code=code, title=title)
    problem.status = status
    return problem


def field_errors(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Validation errors as field and Chinese message. What was typed is not repeated: it may be personal."""
    return [{"field": _field(error["loc"]), "message": _message(error)} for error in errors]


def _field(loc: tuple[Any, ...]) -> str:
    """Without the part of the request and, for a body, the name that the code gives it."""
    inner = loc[2:] if loc[0] == "body" or (loc[0] == "form" and len(loc) > 2) else loc[1:]
    return ".".join(str(part) for part in inner) or str(loc[0])


def _message(error: dict[str, Any]) -> str:
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "value_error":
        return str(context.get("error", "")) or "填写的内容不对"
    for prefix, message in _MOMENTS.items():
        if kind == prefix or kind.startswith(f"{prefix}_"):
            return message
    try:
        return _MESSAGES[kind].format(**context)
    except KeyError:
        return "填写的内容不对"


def declare(schema: dict[str, Any]) -> None:
    """Write the problem responses once into an OpenAPI document and refer to them from every operation."""
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = SCHEMA
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parts["responses"] = {
        f"Problem{status}": {"description": HTTPStatus(status).phrase, "content": content} for status in DECLARED
    }
    for path in schema["paths"].values():
        for operation in path.values():
            for status in DECLARED:
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
