"""Every POST that creates takes an Idempotency-Key, also where its room says nothing of it.

A room whose answers tell of a citizen uses ``once`` itself: there only an id is kept. What is left creates
rules and reference rows (templates, places, editions, limits); their whole answer is kept and given again. So a new
operation is safe to send twice from its first day. A test holds the list of those whose answer is kept.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status
from ninja.operation import Operation

from huying.base.errors import Invalid
from huying.base.events.idempotency import LONGEST_KEY, once_with_answer

HEADER = "Idempotency-Key"
CREATED = 201
_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "同一请求重发时带同一个值，只会创建一次。",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "title": HEADER},
}


def operations(router: Router) -> Iterator[Operation]:
    """Those of a router and of the routers in it."""
    for view in router.path_operations.values():
        yield from view.operations
    for _, inner, *_ in router._routers:
        yield from operations(inner)


def creates(operation: Operation) -> bool:
    return "POST" in operation.methods and CREATED in operation.response_models


def takes_key(operation: Operation) -> bool:
    """Whether the room looks at the key itself."""
    return "idempotency_key" in operation.signature.signature.parameters


def make_repeatable(router: Router) -> None:
    """Give every operation of the router that creates and does not look at the key the general treatment."""
    for operation in operations(router):
        if creates(operation) and not takes_key(operation) and not hasattr(operation.view_func, "once_only"):
            operation.view_func = _once_only(operation.view_func, operation.response_models[CREATED])
            operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [_PARAMETER]}


def _once_only(view: Callable[..., Any], shape: Any) -> Callable[..., Any]:
    answer = shape.model_fields["response"].annotation

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            raise Invalid(f"Idempotency-Key 不超过 {LONGEST_KEY} 个字符。", code="idempotency_key_too_long")
        return Status(CREATED, once_with_answer(request, key, create=lambda: document(view(request, *args, **kwargs))))

    def document(result: Any) -> dict[str, Any]:
        value = result.value if isinstance(result, Status) else result[1]
        made: dict[str, Any] = answer.model_validate(value).model_dump(mode="json")
        return made

    answered.once_only = True  # type: ignore[attr-defined]
    return answered
