"""What a centre sets for itself, over HTTP: limits, choices, grounds for declining; and what each role may do."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.access import require_role
from huying.handling.orders import limits, rules, schemas_terms
from huying.handling.orders.actions import terms
from huying.handling.orders.models import DeclineRule, LimitRule, Policy
from huying.handling.orders.moves import REQUEST_TYPES, URGENCIES, Move
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE

router = Router(tags=["terms"])

READERS = (*terms.KEEPERS, "security_admin", "team_leader", "duty_leader", "dispatcher", "model_manager", "supervisor")
MEASURES = {"natural_hours": "小时", "natural_days": "天", "working_hours": "工作小时", "working_days": "工作日"}
MEANINGS = {
    "handle": "从受理到办结，也是对诉求人承诺的时间",
    "sign": "单位收到后多久须签收",
    "contact": "签收后多久须首次联系诉求人",
    "object": "单位收到后多久内可以退单",
    "supplement": "等诉求人补充多久，过时按无法补充办结",
    "redo": "研判为合理后，重办多久",
    "decide": "延期、挂账、退单的审批多久",
    "transfer": "转接后等对方应答多久，过时转回急件",
}
MOST = 500


def _stage(start: date, until: date | None) -> str:
    today = clock.today()
    if until is not None and until < today:
        return "over"
    return "now" if start <= today else "later"


def _living(everything: bool) -> Q:
    return Q() if everything else Q(effective_until__isnull=True) | Q(effective_until__gte=clock.today())


def _may(request: HttpRequest) -> bool:
    return request.auth.has_role(*terms.KEEPERS)  # type: ignore[attr-defined]


# ---- limits


@router.get("/limits", response=schemas_terms.LimitsOut, summary="办理时限")
def list_limits(request: HttpRequest, everything: bool = Query(False, description="也列出已失效的")):
    """The most specific line wins: urgency before category before kind of request."""
    require_role(request.auth, *READERS)
    rows = LimitRule.objects.filter(_living(everything)).order_by("-effective_from", "pk")[:MOST]
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        lines.setdefault(row.purpose, []).append(_limit(row, _stage(row.effective_from, row.effective_until), row.pk))
    for each in rules.DEFAULT_LIMITS:
        lines.setdefault(each.purpose, [])
        if not any(line["stage"] == "now" for line in lines[each.purpose] if line["id"]):
            lines[each.purpose].append(_limit(each, "default", None))
    purposes = [
        {"code": code, "label": label, "meaning": MEANINGS[code], "lines": sorted(lines[code], key=_rank)}
        for code, label in LimitRule.Purpose.choices
    ]
    may = _may(request)
    return {
        "purposes": purposes,
        "measures": MEASURES,
        "request_types": REQUEST_TYPES,
        "urgencies": URGENCIES,
        "may_change": may,
    }


def _limit(row: LimitRule | rules.LimitRow, stage: str, pk: int | None) -> dict[str, Any]:
    names = ("purpose", "request_type", "urgency", "category_prefix", "amount", "measure")
    kinds = [REQUEST_TYPES.get(row.request_type, ""), URGENCIES.get(row.urgency, "")]
    of_category = [f"事项代码 {row.category_prefix} 开头"] if row.category_prefix else []
    dates = {"effective_from": row.effective_from, "effective_until": row.effective_until} if pk else {}
    return {
        **{name: getattr(row, name) for name in names},
        "words": "、".join([word for word in kinds if word] + of_category) or "一般",
        "effective_from": None,
        "effective_until": None,
        **dates,
        "id": pk,
        "version": row.version if isinstance(row, LimitRule) else 0,
        "stage": stage,
    }


def _rank(line: dict[str, Any]) -> tuple:
    order = {"now": 0, "default": 0, "later": 1, "over": 2}
    return order[line["stage"]], bool(line["urgency"]), bool(line["category_prefix"]), bool(line["request_type"])


@router.post("/limits", response={201: schemas_terms.LimitOut}, summary="定一条办理时限")
def set_limit(request: HttpRequest, body: schemas_terms.LimitNew):
    """The line with the same conditions ends the day before; orders filed earlier keep it."""
    require_role(request.auth, *terms.KEEPERS)
    row = terms.set_limit(actor=request.auth, **body.dict())
    return Status(201, _limit(row, _stage(row.effective_from, row.effective_until), row.pk))


@router.post("/limits/{id}/end", response=schemas_terms.LimitOut, summary="让一条办理时限失效")
def end_limit(request: HttpRequest, id: int, body: schemas_terms.LineEnd):
    require_role(request.auth, *terms.KEEPERS)
    row: Any = terms.end_line(
        actor=request.auth, line=_line(LimitRule, id), last_day=body.last_day, expected_version=body.version
    )
    return _limit(row, _stage(row.effective_from, row.effective_until), id)


def _line(model: Any, pk: int) -> Any:
    found = model.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotFound("没有这一行。")
    return found


# ---- choices


@router.get("/policies", response=schemas_terms.PoliciesOut, summary="中心设置")
def list_policies(request: HttpRequest):
    require_role(request.auth, *READERS)
    lines: dict[str, list[Policy]] = {}
    for row in Policy.objects.order_by("-effective_from")[:MOST]:
        lines.setdefault(row.key, []).append(row)
    book = limits.book()
    items = [_policy(book, key, lines.get(key, [])) for key in rules.POLICIES]
    return {"items": items, "may_change": _may(request)}


def _policy(book: limits.Book, key: str, rows: list[Policy]) -> dict[str, Any]:
    kind = rules.POLICIES[key]
    names = ("label", "choices", "least", "most", "unit", "default")
    shape = "many" if isinstance(kind.default, list) else "one" if kind.choices else "number"
    return {
        "key": key,
        **{name: getattr(kind, name) for name in names},
        "kind": "text" if shape == "number" and isinstance(kind.default, str) else shape,
        "whole": isinstance(kind.default, int),
        "value": book.policy(key, clock.today()),
        "lines": [
            {
                "id": row.pk,
                "version": row.version,
                "value": row.value,
                "effective_from": row.effective_from,
                "effective_until": row.effective_until,
                "stage": _stage(row.effective_from, row.effective_until),
            }
            for row in rows
        ],
    }


@router.post("/policies", response={201: schemas_terms.PolicyOut}, summary="改一项中心设置")
def set_policy(request: HttpRequest, body: schemas_terms.PolicyNew):
    require_role(request.auth, *terms.KEEPERS)
    kind = rules.POLICIES.get(body.key)
    whole = isinstance(body.value, float) and body.value.is_integer() and kind and isinstance(kind.default, int)
    value = int(body.value) if whole else body.value  # type: ignore[arg-type]
    terms.set_policy(actor=request.auth, key=body.key, value=value, effective_from=body.effective_from)
    rows = list(Policy.objects.filter(key=body.key).order_by("-effective_from"))
    return Status(201, _policy(limits.book(), body.key, rows))


@router.post("/policies/{id}/end", response=schemas_terms.PolicyOut, summary="撤回一项中心设置")
def end_policy(request: HttpRequest, id: int, body: schemas_terms.LineEnd):
    require_role(request.auth, *terms.KEEPERS)
    row: Any = terms.end_line(
        actor=request.auth, line=_line(Policy, id), last_day=body.last_day, expected_version=body.version
    )
    rows = list(Policy.objects.filter(key=row.key).order_by("-effective_from"))
    return _policy(limits.book(), row.key, rows)


# ---- grounds for declining


@router.get("/declines", response=schemas_terms.DeclinesOut, summary="不予受理的情形")
def list_declines(request: HttpRequest, everything: bool = Query(False, description="也列出已失效的")):
    require_role(request.auth, *READERS)
    rows = DeclineRule.objects.filter(_living(everything)).order_by("pk")[:MOST]
    items = [_decline(row) for row in rows]
    if not DeclineRule.objects.exists():
        items = [
            {
                "id": None,
                "version": 0,
                "code": code,
                "name": name,
                "tell": tell,
                "basis": "",
                "effective_from": None,
                "effective_until": None,
                "stage": "default",
            }
            for code, (name, tell) in rules.DEFAULT_DECLINES.items()
        ]
    return {"items": items, "may_change": _may(request)}


def _decline(row: DeclineRule) -> dict[str, Any]:
    names = ("version", "code", "name", "tell", "basis", "effective_from", "effective_until")
    stage = _stage(row.effective_from, row.effective_until)
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "stage": stage}


@router.post("/declines", response={201: schemas_terms.DeclineOut}, summary="定一种不予受理的情形")
def set_decline(request: HttpRequest, body: schemas_terms.DeclineNew):
    require_role(request.auth, *terms.KEEPERS)
    return Status(201, _decline(terms.set_decline_rule(actor=request.auth, **body.dict())))


@router.post("/declines/{id}/end", response=schemas_terms.DeclineOut, summary="让一种情形失效")
def end_decline(request: HttpRequest, id: int, body: schemas_terms.LineEnd):
    require_role(request.auth, *terms.KEEPERS)
    row: Any = terms.end_line(
        actor=request.auth, line=_line(DeclineRule, id), last_day=body.last_day, expected_version=body.version
    )
    return {**_decline(row), "id": id}


# ---- what each role may do


@router.get("/roles", response=schemas_terms.RoleMovesOut, summary="各角色可以办的事")
def role_moves(request: HttpRequest):
    """Read out of the two state tables, so that it can't differ from what the server allows."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for on, table in (("order", ORDER_TABLE), ("assignment", ASSIGNMENT_TABLE)):
        for row in table.values():
            for move in row.moves:
                _note(found, on, row.label, move)
    return {
        "roles": {
            code: [{"on": on, "label": label, "states": states} for (on, label), states in moves.items()]
            for code, moves in found.items()
        }
    }


def _note(found: dict[str, dict[tuple[str, str], list[str]]], on: str, state: str, move: Move) -> None:
    for role in move.roles:
        states = found.setdefault(role, {}).setdefault((on, move.label), [])
        if state not in states:
            states.append(state)
