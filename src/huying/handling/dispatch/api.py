"""智能派单 over HTTP: read a text, keep the rules, choose the model, set the limit."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router
from ninja.files import UploadedFile

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.events.recorder import record_access
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.roles import CENTRE_ROLES, ROLES
from huying.base.paging import keyset_page
from huying.base.parties.selectors import by_phone
from huying.base.tables import XLSX
from huying.handling.dispatch import actions, forms, schemas, selectors
from huying.handling.dispatch.models import Decision, ModelVersion
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import selectors as orders

router = Router(tags=["dispatch"])

READERS = tuple(sorted(CENTRE_ROLES))
Kind = Literal["catalogue", "bans", "place-rules", "directed-rules"]


@router.post("/analyse", response=schemas.AnalysisOut, summary="研读诉求：事项、单位、地点、紧急程度")
def analyse(request: HttpRequest, body: schemas.AnalyseIn):
    """Nothing is stored. With a phone number also the citizen's open orders, which the access audit keeps."""
    person: Person = request.auth  # type: ignore[attr-defined]
    require_role(person, *READERS)
    values = body.dict()
    phone = values.pop("phone")
    seen = understand(**forms.analysis_values(values))
    made = selectors.with_load(seen.as_json())
    return {**made, "citizen": _citizen(person, phone) if phone.strip() else None}


def _citizen(person: Person, phone: str) -> dict[str, Any] | None:
    """None for a number still being typed, a citizen not yet known, or a reader who may not see citizens."""
    if not any(ROLES[code].sees_personal for code in person.roles if code in ROLES):
        return None
    try:
        citizen = by_phone(phone)
    except Invalid:
        return None
    if citizen is None:
        return None
    found = selectors.citizen_orders(citizen)
    record_access(
        actor=person,
        verb="dispatch.citizen_orders_seen",
        subject_type=citizen._meta.label_lower,
        subject_id=citizen.pk,
        changes={"orders": len(found["open_orders"])},
    )
    return found


@router.get("/orders/{id}/analysis", response=schemas.OrderAnalysisOut, summary="工单的研读结果与派单经过")
def order_analysis(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    order = orders.get_order(request.auth, id)
    return {
        "analysis": selectors.order_analysis(order),
        "decisions": [_decision(row) for row in selectors.decisions_of(order)],
    }


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "at": row.at,
        "by": row.by.name,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "proposed": forms.named(row.proposed),
        "probability": row.probability,
        "chosen": forms.named(row.chosen),
        "model": row.model,
    }


@router.get("/models", response=schemas.DispatchModelsOut, summary="派单模型")
def models(request: HttpRequest):
    require_role(request.auth, *READERS)
    return {"items": [_model(row) for row in selectors.models()[:100]]}


@router.post("/models/{name}/promote", response=schemas.DispatchModelOut, summary="启用一个模型，也可恢复旧的")
def promote(request: HttpRequest, name: str):
    require_role(request.auth, "model_manager")
    return _model(actions.promote(actor=request.auth, model=selectors.find_model(name)))


def _model(row: ModelVersion) -> dict[str, Any]:
    names = (
        "name",
        "trained_at",
        "window_from",
        "window_until",
        "orders",
        "figures",
        "threshold",
        "promoted_at",
        "retired_at",
    )
    by = row.promoted_by.name if row.promoted_by else None
    in_use = row.promoted_at is not None and row.retired_at is None
    return {**{name: getattr(row, name) for name in names}, "promoted_by": by, "in_use": in_use}


@router.get("/automation", response=schemas.AutomationOut, summary="自动派单的设置、预计与实际")
def automation(request: HttpRequest):
    require_role(request.auth, *READERS)
    return selectors.automation()


@router.post("/automation", response=schemas.AutomationOut, summary="设置自动派单")
def set_automation(request: HttpRequest, body: schemas.AutomationIn):
    require_role(request.auth, "model_manager")
    actions.set_automation(actor=request.auth, limit=body.limit, enabled=body.enabled)
    return selectors.automation()


@router.get("/{kind}.xlsx", summary="导出规则")
def export_rules(request: HttpRequest, kind: Kind):
    response = HttpResponse(actions.export_rules(actor=request.auth, kind=kind), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response


@router.post("/{kind}.xlsx", response=schemas.RulesImportOut, summary="导入规则")
def import_rules(request: HttpRequest, kind: Kind, file: File[UploadedFile]):
    return actions.import_rules(actor=request.auth, kind=kind, source=file.file)


@router.get("/{kind}", response=schemas.RulePageOut, summary="规则：派单目录、不得分派、点位、定向")
def rules(
    request: HttpRequest,
    kind: Kind,
    words: str = Query("", max_length=60),
    everything: bool = Query(False, description="也列出已失效的和尚未生效的"),
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    require_role(request.auth, *READERS)
    rows = selectors.rule_rows(kind, words=words, everything=everything)
    page, following = keyset_page(rows, cursor=cursor, fields=["-pk"], limit=limit)
    today = clock.today()
    return {"items": [forms.rule_out(kind, row, today) for row in page], "next": following}


@router.post("/{kind}", response={201: schemas.RuleOut}, summary="新增规则")
def create_rule(request: HttpRequest, kind: Kind, body: schemas.RuleIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, "model_manager")
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_rule(actor=request.auth, kind=kind, **forms.rule_values(kind, body)),
        load=lambda public_id: selectors.find_rule(kind, public_id),
    )
    return reply.status, forms.rule_out(kind, reply.value, clock.today())


@router.post("/{kind}/{id}/end", response=schemas.RuleOut, summary="让规则失效")
def end_rule(request: HttpRequest, kind: Kind, id: str, body: schemas.RuleEndIn):
    require_role(request.auth, "model_manager")
    rule = selectors.find_rule(kind, id)
    ended = actions.end_rule(
        actor=request.auth, rule=rule, last_day=body.last_day, expected_version=body.version, reason=body.reason
    )
    return forms.rule_out(kind, ended, clock.today())
