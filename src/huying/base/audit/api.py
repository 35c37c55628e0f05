"""The audit log for the audit administrator. Looking into it leaves a row in it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import orjson
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from huying.base import tables
from huying.base.audit import actions, selectors
from huying.base.audit.models import AuditEntry
from huying.base.audit.schemas import Actor, ChainOut, EntryList, EntryOut
from huying.base.errors import NotAllowed
from huying.base.paging import LIMIT, capped_count, keyset_page

router = Router(tags=["audit"])
HEADINGS = ("序号", "时间", "人员", "动作", "对象类别", "对象", "成功", "变化", "原因", "请求编号", "来源地址", "封印")


class Filters(Schema):
    actor: Annotated[str, Field(max_length=26)] = ""
    subject_type: Annotated[str, Field(max_length=40)] = ""
    subject: Annotated[str, Field(max_length=26)] = ""
    verb: Annotated[str, Field(max_length=60)] = ""
    since: datetime | None = None
    until: datetime | None = None
    succeeded: bool | None = None


def _require_auditor(request: HttpRequest) -> None:
    if not request.auth.has_role("audit_admin"):
        raise NotAllowed("审计记录由审计管理员查看。", code="role")


@router.get("", response=EntryList)
def entries(
    request: HttpRequest,
    filters: Query[Filters],
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=LIMIT),
):
    """Who saw and did what, newest first."""
    _require_auditor(request)
    criteria = selectors.Criteria(**filters.model_dump())
    rows = selectors.entries(criteria)
    count, capped = capped_count(rows)
    found, following = keyset_page(rows.order_by("-id"), cursor=cursor, fields=["-id"], limit=limit)
    actions.note_use(actor=request.auth, verb="audit.view", criteria=criteria.as_json(), rows=len(found))
    names = selectors.actor_names({row.actor_id for row in found})
    items = [_out(row, names) for row in found]
    return {"items": items, "next": following, "count": count, "count_capped": capped}


def _out(row: AuditEntry, names: dict[int, tuple[str, str]]) -> EntryOut:
    known = names.get(row.actor_id) if row.actor_id is not None else None
    plain = ("position", "at", "verb", "subject_type", "subject_id", "succeeded", "changes", "reason")
    return EntryOut(
        actor=Actor(id=known[0], name=known[1]) if known else None,
        by_token=row.token_id is not None,
        request_id=row.request_id,
        address=row.address,
        **{name: getattr(row, name) for name in plain},
    )


@router.get("/export.csv", summary="Export Entries")
def export(request: HttpRequest, filters: Query[Filters]):
    """The rows that meet the criteria, in order of the chain, with their seals."""
    _require_auditor(request)
    criteria = selectors.Criteria(**filters.model_dump())
    rows = selectors.entries(criteria).filter(position__isnull=False).order_by("position")
    actions.note_use(actor=request.auth, verb="audit.export", criteria=criteria.as_json(), rows=rows.count())
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _lines(rows) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    yield b"\xef\xbb\xbf"
    for row in rows.iterator(chunk_size=2000):
        writer.writerow(
            (
                row.position,
                row.at.isoformat(),
                row.actor_id,
                row.verb,
                row.subject_type,
                row.subject_id,
                "是" if row.succeeded else "否",
                tables.guard(orjson.dumps(row.changes).decode()),
                tables.guard(row.reason),
                tables.guard(row.request_id),
                row.address,
                row.digest,
            )
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


@router.get("/chain", response=ChainOut)
def chain(request: HttpRequest):
    """Check the whole chain; names the first link that does not hold."""
    _require_auditor(request)
    report = selectors.check_chain()
    actions.note_use(actor=request.auth, verb="audit.check", criteria={"sound": report.sound}, rows=report.checked)
    return {**vars(report), "sound": report.sound}
