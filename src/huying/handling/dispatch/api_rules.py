"""派单规则 over HTTP: checked, tried on past orders, made, replaced, rolled back, ended; lists and sheets."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Query, Router
from ninja.files import UploadedFile

from huying.base.calendars import clock
from huying.base.downloads import download
from huying.base.errors import Invalid
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.base.org.roles import CENTRE_ROLES
from huying.base.paging import keyset_page
from huying.handling.dispatch import actions, forms, knowledge, schemas, selectors
from huying.handling.dispatch.actions import trials
from huying.handling.dispatch.kinds import KINDS
from huying.handling.dispatch.models import DirectedRule, RuleTrial
from huying.handling.dispatch.scrutiny import scrutinise

router = Router(tags=["dispatch"])

READERS = tuple(sorted(CENTRE_ROLES))
KEEPER = "model_manager"
Kind = Literal["catalogue", "bans", "place-rules", "directed-rules"]


@router.get("/trials/{id}", response=schemas.TrialOut, summary="规则试行的进度与结果")
def trial(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    return _trial(selectors.find_trial(id))


def _trial(row: RuleTrial) -> dict[str, Any]:
    names = ("kind", "days", "state", "done", "total", "started_at", "finished_at")
    result = row.result or None
    return {"id": row.public_id, **{name: getattr(row, name) for name in names}, "result": result}


@router.get("/{kind}.xlsx", summary="导出规则")
def export_rules(request: HttpRequest, kind: Kind):
    return download(actions.export_rules(actor=request.auth, kind=kind), f"{kind}.xlsx")


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


@router.post("/{kind}/check", response=schemas.RuleCheckOut, summary="检查一条规则，不保存")
def check_rule(request: HttpRequest, kind: Kind, body: schemas.RuleIn, instead_of: str = Query("", max_length=26)):
    """What would refuse it, and what is to be weighed: bans, overlaps, what could never be reached."""
    require_role(request.auth, KEEPER)
    old = selectors.find_rule(kind, instead_of) if instead_of else None
    try:
        rule = KINDS[kind].model(**forms.rule_values(kind, body))
    except Invalid as refused:
        errors = refused.extra.get("errors", [])
        wrong = [{"severity": "error", "code": "wrong", **error, "rule": ""} for error in errors]
        return {"passes": False, "findings": wrong}
    found = scrutinise(knowledge.current(), rule, old)
    return {"passes": not any(one.severity == "error" for one in found), "findings": [vars(one) for one in found]}


@router.post("/{kind}/try", response={202: schemas.TrialOut}, summary="在历史工单上试行一条规则")
def try_rule(
    request: HttpRequest,
    kind: Kind,
    body: schemas.RuleIn,
    days: int = Query(90, ge=1, le=366),
    instead_of: str = Query("", max_length=26, description="将被它替换的规则"),
    idempotency_key: IdempotencyKey = None,
):
    require_role(request.auth, KEEPER)
    old = selectors.find_rule(kind, instead_of) if instead_of else None
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.start_trial(
            actor=request.auth, kind=kind, days=days, instead_of=old, **forms.rule_values(kind, body)
        ),
        load=selectors.find_trial,
        status=202,
    )
    return reply.status, _trial(reply.value)


def _values(kind: str, body: schemas.RuleIn) -> dict[str, Any]:
    """The columns, and for a directed rule the trial that it had."""
    values = forms.rule_values(kind, body)
    tried = trials.trial_for(kind, body.trial, values)
    return {**values, "trial": tried} if KINDS[kind].model is DirectedRule else values


@router.post("/{kind}", response={201: schemas.RuleOut}, summary="新增规则")
def create_rule(request: HttpRequest, kind: Kind, body: schemas.RuleIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, KEEPER)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_rule(actor=request.auth, kind=kind, **_values(kind, body)),
        load=lambda public_id: selectors.find_rule(kind, public_id),
    )
    return reply.status, forms.rule_out(kind, reply.value, clock.today())


@router.post("/{kind}/{id}/end", response=schemas.RuleOut, summary="让规则失效")
def end_rule(request: HttpRequest, kind: Kind, id: str, body: schemas.RuleEndIn):
    require_role(request.auth, KEEPER)
    rule = selectors.find_rule(kind, id)
    ended = actions.end_rule(
        actor=request.auth,
        rule=rule,
        last_day=clock.local(body.at).date() if body.at else body.last_day or clock.today(),
        at=body.at,
        expected_version=body.version,
        reason=body.reason,
    )
    return forms.rule_out(kind, ended, clock.today())


@router.post("/{kind}/{id}/replace", response={201: schemas.RuleOut}, summary="修改规则：新版本接替现行版本")
def replace_rule(
    request: HttpRequest, kind: Kind, id: str, body: schemas.RuleReplaceIn, idempotency_key: IdempotencyKey = None
):
    require_role(request.auth, KEEPER)
    rule = selectors.find_rule(kind, id)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.replace_rule(
            actor=request.auth, rule=rule, expected_version=body.version, reason=body.reason, **_values(kind, body.rule)
        ),
        load=lambda public_id: selectors.find_rule(kind, public_id),
    )
    return reply.status, forms.rule_out(kind, reply.value, clock.today())


@router.get("/{kind}/{id}/history", response=schemas.RuleHistoryOut, summary="规则的各个版本")
def history(request: HttpRequest, kind: Kind, id: str):
    require_role(request.auth, *READERS)
    rows = selectors.rule_history(kind, selectors.find_rule(kind, id))
    return {"items": [forms.rule_out(kind, row, clock.today()) for row in rows]}


@router.post("/{kind}/{id}/restore", response={201: schemas.RuleOut}, summary="恢复规则的这个版本")
def restore_rule(
    request: HttpRequest, kind: Kind, id: str, body: schemas.RuleRestoreIn, idempotency_key: IdempotencyKey = None
):
    require_role(request.auth, KEEPER)
    rule = selectors.find_rule(kind, id)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.restore_rule(actor=request.auth, rule=rule, reason=body.reason),
        load=lambda public_id: selectors.find_rule(kind, public_id),
    )
    return reply.status, forms.rule_out(kind, reply.value, clock.today())
