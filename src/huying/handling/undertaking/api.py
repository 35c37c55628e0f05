"""承办 over HTTP: what a unit's desk asks for beside the orders themselves."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from huying.base.errors import NotFound
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.base.org.models import Unit
from huying.base.taxonomy.selectors import get_category
from huying.handling.orders.moves import CLERKS, HANDLERS
from huying.handling.orders.selectors import get_assignment
from huying.handling.undertaking import actions, schemas, selectors
from huying.handling.undertaking.models import RelayCall, ReplyTemplate
from huying.handling.undertaking.replies import DEFAULTS, FIELDS

router = Router(tags=["undertaking"])
UNIT_PEOPLE = tuple(sorted(HANDLERS | {"unit_leader"}))


@router.get("/counts", response=schemas.UndertakingCounts, summary="本单位在办任务的件数")
def counts(request: HttpRequest, own: bool = True):
    require_role(request.auth, *UNIT_PEOPLE)
    return selectors.counts(request.auth, own=own)


@router.post("/sign", response=schemas.SignManyOut, summary="批量签收")
def sign_many(request: HttpRequest, body: schemas.SignManyIn):
    """Each is signed by itself; the answer says of each that could not be signed why."""
    require_role(request.auth, *sorted(HANDLERS))
    told = actions.sign_many(actor=request.auth, wanted=[(item.id, item.version) for item in body.items])
    return {"items": told, "signed": sum(row["signed"] for row in told)}


@router.get(
    "/assignments/{assignment_id}/units", response=schemas.DelegationOut, summary="可转的下级单位和倒排的办理期限"
)
def units_below(request: HttpRequest, assignment_id: str):
    require_role(request.auth, *sorted(CLERKS))
    return selectors.units_below(get_assignment(request.auth, assignment_id))


@router.get("/assignments/{assignment_id}/clauses", response=list[schemas.CitableClause], summary="退单可引用的条款")
def clauses(request: HttpRequest, assignment_id: str):
    require_role(request.auth, *sorted(CLERKS))
    return selectors.clauses(get_assignment(request.auth, assignment_id))


@router.get("/assignments/{assignment_id}/replies", response=list[schemas.ReplyText], summary="填好的答复模板")
def replies(request: HttpRequest, assignment_id: str):
    require_role(request.auth, *UNIT_PEOPLE)
    return selectors.replies(request.auth, get_assignment(request.auth, assignment_id))


@router.post(
    "/assignments/{assignment_id}/calls",
    response={201: schemas.RelayCallOut},
    summary="经中继联系诉求人（不显示号码）",
)
def call(request: HttpRequest, assignment_id: str, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, *sorted(HANDLERS))
    assignment = get_assignment(request.auth, assignment_id)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.call(actor=request.auth, assignment=assignment),
        load=lambda public_id: RelayCall.objects.get(public_id=public_id, assignment=assignment),
    )
    bridge = actions.bridge(reply.value)
    told = {"id": reply.value.public_id, "dial": bridge.dial, "code": bridge.code, "words": bridge.words}
    return Status(reply.status, told)


@router.get("/templates", response=schemas.ReplyTemplatesOut, summary="答复模板")
def list_templates(request: HttpRequest):
    require_role(request.auth, actions.KEEPER, actions.OWN_KEEPER)
    return {
        "items": [_template(row) for row in selectors.templates(request.auth)],
        "defaults": [{"name": text.name, "conclusion": text.conclusion, "text": text.body} for text in DEFAULTS],
        "fields": [{"name": name, "label": label} for name, label in FIELDS.items()],
    }


@router.post("/templates", response={201: schemas.ReplyTemplateOut}, summary="新建答复模板")
def add_template(request: HttpRequest, body: schemas.ReplyTemplateIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, actions.KEEPER, actions.OWN_KEEPER)
    values = body.dict(exclude={"unit", "category"})
    unit = Unit.objects.filter(public_id=body.unit).first() if body.unit else None
    if body.unit and unit is None:
        raise NotFound("没有这个单位。")
    category = get_category(body.category) if body.category is not None else None
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.add_template(actor=request.auth, unit=unit, category=category, **values),
        load=lambda public_id: selectors.get_template(request.auth, public_id),
    )
    return Status(reply.status, _template(reply.value))


@router.patch("/templates/{template_id}", response=schemas.ReplyTemplateOut, summary="修改答复模板的文字")
def correct_template(request: HttpRequest, template_id: str, body: schemas.ReplyTemplatePatchIn):
    require_role(request.auth, actions.KEEPER, actions.OWN_KEEPER)
    template = selectors.get_template(request.auth, template_id)
    return _template(
        actions.correct_template(
            actor=request.auth, template=template, name=body.name, body=body.body, expected_version=body.version
        )
    )


@router.post("/templates/{template_id}/end", response=schemas.ReplyTemplateOut, summary="停用答复模板")
def end_template(request: HttpRequest, template_id: str, body: schemas.ReplyTemplateEndIn):
    require_role(request.auth, actions.KEEPER, actions.OWN_KEEPER)
    template = selectors.get_template(request.auth, template_id)
    return _template(
        actions.end_template(
            actor=request.auth,
            template=template,
            effective_until=body.effective_until,
            expected_version=body.version,
        )
    )


def _template(row: ReplyTemplate) -> dict[str, Any]:
    names = ("version", "name", "body", "conclusion", "effective_from", "effective_until")
    return {
        **{name: getattr(row, name) for name in names},
        "id": row.public_id,
        "unit": {"id": row.unit.public_id, "name": row.unit.name} if row.unit else None,
        "category": row.category.full_name if row.category else "",
    }
