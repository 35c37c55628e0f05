"""What a person fills in to make a move: checked against the move's fields, told in Chinese, ids turned into rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic import Field as Constraint

from huying.base.calendars.clock import SHANGHAI
from huying.base.errors import Invalid
from huying.base.org.models import Unit
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.orders.limits import decline_rules
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import FormField, Move

MOST_UNITS = 20
LONG, SHORT = 5000, 200
_TYPES: dict[str, Any] = {
    "text": (str, Constraint(max_length=SHORT)),
    "textarea": (str, Constraint(max_length=LONG)),
    "choice": (str, Constraint(max_length=40)),
    "decline_rule": (str, Constraint(max_length=20)),
    "unit": (str, Constraint(max_length=40)),
    "units": (list[str], Constraint(max_length=MOST_UNITS)),
    "category": (int | str, ...),
    "division": (str, Constraint(max_length=12)),
    "order": (str, Constraint(max_length=60)),
    "datetime": (datetime, ...),
    "date": (date, ...),
    "number": (int, Constraint(ge=0, le=3650)),
    "bool": (bool, ...),
}
_MESSAGES = {
    "missing": "请填写",
    "string_too_long": "太长了",
    "too_long": "太多了",
    "extra_forbidden": "没有这一项",
    "int_parsing": "请填写整数",
    "int_from_float": "请填写整数",
    "int_type": "请填写整数",
    "less_than_equal": "数值太大",
    "greater_than_equal": "不能为负数",
    "bool_parsing": "请选择是或否",
    "bool_type": "请选择是或否",
    "string_type": "请填写文字",
    "list_type": "请选择单位",
}


def filled_in(move: Move, values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the move's function. Raises ``Invalid`` naming every field that can't be right."""
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    try:
        parsed = _model(move).model_validate(given)
    except ValidationError as error:
        labels = {f.name: f.label for f in move.fields}
        raise _told([(str(e["loc"][0]), _message(e, labels)) for e in error.errors()], labels) from error
    arguments: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for field in move.fields:
        if field.name not in given:
            continue
        try:
            arguments[field.name] = _resolved(field, getattr(parsed, field.name))
        except LookupError as error:
            wrong.append((field.name, str(error.args[0])))
    if wrong:
        raise _told(wrong, {f.name: f.label for f in move.fields})
    return arguments


def choices(field: FormField) -> dict[str, str]:
    """What may be chosen in a field, for the page."""
    if field.kind == "decline_rule":
        return {code: name for code, (name, _) in decline_rules().items()}
    return field.choices


@lru_cache(maxsize=256)
def _cached_model(action: str, fields: tuple[tuple[str, str, bool], ...]) -> type[BaseModel]:
    members: dict[str, Any] = {}
    for name, kind, required in fields:
        annotation, constraint = _TYPES[kind]
        bounds = constraint if constraint is not ... else Constraint()
        if required and kind in ("text", "textarea"):
            bounds = Constraint(min_length=1, max_length=SHORT if kind == "text" else LONG)
        if required:
            members[name] = (annotation, bounds)
        else:
            members[name] = (annotation | None, Constraint(default=None))
    return create_model(f"{action}_values", __config__=ConfigDict(extra="forbid", str_strip_whitespace=True), **members)


def _model(move: Move) -> type[BaseModel]:
    return _cached_model(move.action, tuple((f.name, f.kind, f.required) for f in move.fields))


def _message(error: Any, labels: dict[str, str]) -> str:
    kind = error["type"]
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    if kind == "string_too_short":
        return "不能为空"
    return "日期不对" if kind.startswith("date") else "填写不对"


def _told(wrong: list[tuple[str, str]], labels: dict[str, str]) -> Invalid:
    said = "；".join(f"{labels.get(name, name)}：{message}" for name, message in wrong)
    return Invalid(f"{said}。", errors=[{"field": name, "message": message} for name, message in wrong])


def _resolved(field: FormField, value: Any) -> Any:
    resolve = _RESOLVERS.get(field.kind)
    if (field.kind == "text" and len(value) > SHORT) or (field.kind == "textarea" and len(value) > LONG):
        raise LookupError("太长了")
    return resolve(field, value) if resolve else value


def _choice(field: FormField, value: str) -> str:
    if value not in field.choices:
        raise LookupError("不在可选范围")
    return value


def _unit(field: FormField, value: str) -> Unit:
    found = Unit.objects.filter(public_id=value).first()
    if found is None:
        raise LookupError("没有这个单位")
    return found


def _units(field: FormField, value: list[str]) -> list[Unit]:
    if len(value) > MOST_UNITS:
        raise LookupError(f"最多 {MOST_UNITS} 个单位")
    found = {unit.public_id: unit for unit in Unit.objects.filter(public_id__in=value)}
    if len(found) < len(set(value)):
        raise LookupError("有的单位不存在")
    return [found[each] for each in dict.fromkeys(value)]


def _category(field: FormField, value: int | str) -> Category:
    found = Category.objects.filter(pk=int(value)).first() if str(value).isdigit() and len(str(value)) < 19 else None
    if found is None:
        raise LookupError("没有这个事项分类")
    return found


def _division(field: FormField, value: str) -> Division:
    found = Division.objects.filter(code=value).first()
    if found is None:
        raise LookupError("没有这个区划")
    return found


def _order(field: FormField, value: str) -> WorkOrder:
    rows = WorkOrder.objects
    found = rows.filter(order_no=value).first() or rows.filter(public_id=value).first()
    if found is None:
        raise LookupError("没有这件工单")
    return found


def _moment(field: FormField, value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)


_RESOLVERS: dict[str, Callable[[FormField, Any], Any]] = {
    "choice": _choice,
    "unit": _unit,
    "units": _units,
    "category": _category,
    "division": _division,
    "order": _order,
    "datetime": _moment,
}
