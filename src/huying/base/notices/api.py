"""Notices for the centre, templates for the system administrator."""

from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.errors import NotAllowed
from huying.base.events.recorder import record_access
from huying.base.notices import actions, schemas, selectors
from huying.base.notices.models import Notice, NoticeTemplate
from huying.base.notices.templates import CODES, DEFAULTS, FIELDS, check, fill, segments
from huying.base.org.access import require_role
from huying.base.org.roles import Reach

router = Router(tags=["notices"])

WRITER = "system_admin"
SAMPLE = {
    "order_no": "20250616000123",
    "query_code": "246810",
    "title": "示例路路灯不亮",
    "unit": "示例区城管局",
    "promised": "6月20日17时",
    "reply": "已更换灯具，恢复照明。",
    "reason": "需购置配件",
    "question": "具体在哪一段",
    "target": "供电热线",
    "link": "https://example.org/v/abcdefgh",
}


@router.get("", response=schemas.SentNoticesOut, summary="某事项的告知记录")
def list_notices(request: HttpRequest, subject_type: str = Query(max_length=40), subject: str = Query(max_length=26)):
    """``subject_type`` such as ``orders.workorder``, ``subject`` its public id."""
    if request.auth.reach is not Reach.CENTRE:
        raise NotAllowed("告知记录由热线中心查看。", code="role")
    found = selectors.of_public_subject(subject_type, subject)
    if found:
        record_access(
            actor=request.auth,
            verb="notice.list",
            subject_type=found[0].subject_type,
            subject_id=found[0].subject_id,
            changes={"notices": [notice.pk for notice in found]},
        )
    return {"items": [_notice(notice) for notice in found]}


@router.get("/templates", response=schemas.NoticeTemplatesOut, summary="告知模板")
def list_templates(request: HttpRequest):
    require_role(request.auth, WRITER, "duty_leader", "team_leader")
    return {
        "items": [_template(template) for template in selectors.templates()],
        "defaults": [{"code": code, "label": CODES[code], "body": body} for code, body in DEFAULTS.items()],
        "fields": [{"name": name, "label": label, "max_length": limit} for name, (label, limit) in FIELDS.items()],
    }


@router.post("/templates", response={201: schemas.NoticeTemplateOut}, summary="新建告知模板")
def create_template(request: HttpRequest, body: schemas.NoticeTemplateIn):
    """The template in force until then ends the day before."""
    require_role(request.auth, WRITER)
    return Status(201, _template(actions.set_template(actor=request.auth, **body.dict())))


@router.post("/templates/preview", response=schemas.TemplatePreviewOut, summary="预览告知模板")
def preview(request: HttpRequest, body: schemas.TemplatePreviewIn):
    require_role(request.auth, WRITER)
    text = fill(check(body.body), SAMPLE)
    return {"text": text, "segments": segments(text)}


@router.patch("/templates/{public_id}", response=schemas.NoticeTemplateOut, summary="修改告知模板的文字")
def correct_template(request: HttpRequest, public_id: str, body: schemas.NoticeTemplatePatchIn):
    require_role(request.auth, WRITER)
    template = selectors.get_template(public_id)
    return _template(
        actions.correct_template(actor=request.auth, template=template, body=body.body, expected_version=body.version)
    )


@router.post("/templates/{public_id}/end", response=schemas.NoticeTemplateOut, summary="停用告知模板")
def end_template(request: HttpRequest, public_id: str, body: schemas.NoticeTemplateEndIn):
    require_role(request.auth, WRITER)
    ended = actions.end_template(
        actor=request.auth,
        template=selectors.get_template(public_id),
        effective_until=body.effective_until,
        expected_version=body.version,
    )
    return _template(ended)


def _notice(notice: Notice) -> dict:
    names = ("public_id", "code", "channel", "body", "created_at", "sent_at", "adapter", "error")
    return {name: getattr(notice, name) for name in names} | {"label": CODES.get(notice.code, notice.code)}


def _template(template: NoticeTemplate) -> dict:
    names = ("public_id", "version", "code", "channel", "body", "effective_from", "effective_until")
    return {name: getattr(template, name) for name in names} | {"label": CODES.get(template.code, template.code)}
