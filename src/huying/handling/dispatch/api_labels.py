"""标签治理 over HTTP: the proposals, and what a person makes of each."""

from collections.abc import Mapping
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from huying.base.errors import Invalid
from huying.base.org.access import require_role
from huying.base.org.models import Unit
from huying.base.org.roles import CENTRE_ROLES
from huying.base.paging import keyset_page
from huying.handling.dispatch import actions, forms, labels
from huying.handling.dispatch import schemas_labels as schemas
from huying.handling.dispatch.models_labels import LabelProposal
from huying.handling.orders.models import WorkOrder

router = Router(tags=["dispatch"])
READERS = tuple(sorted(CENTRE_ROLES))
State = Literal["open", "agreed", "declined", "gone"]


@router.get("/label-proposals", response=schemas.LabelProposalsOut, summary="标签治理建议")
def label_proposals(
    request: HttpRequest,
    state: State | None = None,
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    require_role(request.auth, *READERS)
    rows = labels.proposal_rows(state or "")
    page, following = keyset_page(rows, cursor=cursor, fields=["-pk"], limit=limit)
    orders = labels.orders_of(page)
    return {"items": [_out(row, orders) for row in page], "next": following}


@router.post("/label-proposals/{id}/settle", response=schemas.LabelProposalOut, summary="同意或不同意一条标签治理建议")
def settle(request: HttpRequest, id: str, body: schemas.LabelSettleIn):
    require_role(request.auth, "model_manager")
    row = actions.settle_label(
        actor=request.auth,
        proposal=labels.find_proposal(id),
        agree=body.agree,
        target=_unit(body.target) if body.target else None,
        words=body.words,
        expected_version=body.version,
    )
    return _out(row, labels.orders_of([row]))


def _unit(public_id: str) -> Unit:
    found = Unit.objects.filter(public_id=public_id).first()
    if found is None:
        raise Invalid("没有这个单位。", errors=[{"field": "target", "message": "没有这个单位"}])
    return found


def _out(row: LabelProposal, orders: Mapping[int, WorkOrder]) -> dict[str, Any]:
    shown = [orders[key] for key in row.orders[: labels.SHOWN_ORDERS] if key in orders]
    plain = ("version", "kind", "state", "count", "reason", "evidence", "effect", "confidence", "found_at", "words")
    return {
        "id": row.public_id,
        **{name: getattr(row, name) for name in (*plain, "settled_at")},
        "kind_label": row.get_kind_display(),
        "subject": forms.named(row.subject),
        "target": forms.named(row.target),
        "marks": row.marks,
        "rule": row.rule.public_id if row.rule else "",
        "orders": [{"id": one.public_id, "order_no": one.order_no, "title": one.title} for one in shown],
        "settled_by": row.settled_by.name if row.settled_by else None,
    }
