"""新事项 over HTTP: what gathered, proposed, the joint opinion, into the next edition."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from huying.base.errors import NotFound
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.roles import CENTRE_ROLES
from huying.base.paging import keyset_page
from huying.base.taxonomy.models import Category, CategoryTree
from huying.handling.dispatch.actions import proposals
from huying.handling.dispatch.models import CategoryProposal
from huying.handling.dispatch.same_matter import shown_order
from huying.handling.dispatch.schemas import Line
from huying.handling.dispatch.schemas_automation import ProposalOut, ProposalsOut
from huying.handling.orders.models import WorkOrder

router = Router(tags=["dispatch"])
READERS = tuple(sorted(CENTRE_ROLES))
EXAMPLES = 20


class ProposeIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)
    name: Line = Field(min_length=1)
    parent: int = Field(ge=1, le=2**63 - 1, description="上级事项")
    reason: Line = ""


class OpinionIn(Schema):
    side: Literal["centre", "staffing", "justice"] = Field(description="热线中心、编办、司法")
    agrees: bool
    words: Line = ""


class DismissIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)
    reason: Line = Field(min_length=1)


class AdoptIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)
    tree: int = Field(ge=1, le=2**63 - 1, description="尚未生效的下一版")
    parent: int = Field(ge=1, le=2**63 - 1, description="下一版中的上级事项")
    code: Line = Field(min_length=1)


@router.get("/proposals", response=ProposalsOut, summary="新事项建议")
def list_proposals(
    request: HttpRequest,
    everything: bool = Query(False, description="也列出已纳入的和不单列的"),
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    """Those with the most orders first."""
    require_role(request.auth, *READERS)
    rows = CategoryProposal.objects.select_related("parent", "category").prefetch_related("opinions__by")
    rows = rows if everything else rows.filter(state__in=["gathered", "proposed"])
    order = ["-size", "-pk"]
    page, following = keyset_page(rows.order_by(*order), cursor=cursor, fields=order, limit=limit)
    return {"items": [_shown(request.auth, row) for row in page], "next": following}


@router.post("/proposals/gather", response=ProposalsOut, summary="重新聚合不属于任何类的工单")
def gather(request: HttpRequest):
    proposals.gather_proposals(actor=request.auth)
    return list_proposals(request, False, "", 50)


@router.get("/proposals/{id}", response=ProposalOut, summary="一条新事项建议及其工单")
def one_proposal(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    row = _find(id)
    rows = WorkOrder.objects.select_related("lead_unit").filter(pk__in=row.orders).order_by("-filed_at")[:EXAMPLES]
    return {**_shown(request.auth, row), "examples": [shown_order(order) for order in rows]}


@router.post("/proposals/{id}/propose", response=ProposalOut, summary="提出新事项，征求意见")
def propose(request: HttpRequest, id: str, body: ProposeIn):
    require_role(request.auth, proposals.KEEPER)
    parent = _category(body.parent)
    row = proposals.propose_category(
        actor=request.auth, proposal=_find(id), name=body.name, parent=parent, reason=body.reason,
        expected_version=body.version,
    )  # fmt: skip
    return _shown(request.auth, row)


@router.post("/proposals/{id}/opinions", response=ProposalOut, summary="发表意见：中心、编办、司法各一次")
def opinion(request: HttpRequest, id: str, body: OpinionIn):
    require_role(request.auth, proposals.KEEPER, proposals.PANEL)
    row = _find(id)
    proposals.give_opinion(actor=request.auth, proposal=row, side=body.side, agrees=body.agrees, words=body.words)
    return _shown(request.auth, _find(id))


@router.post("/proposals/{id}/dismiss", response=ProposalOut, summary="不单列")
def dismiss(request: HttpRequest, id: str, body: DismissIn):
    require_role(request.auth, proposals.KEEPER)
    row = proposals.dismiss_proposal(
        actor=request.auth, proposal=_find(id), reason=body.reason, expected_version=body.version
    )
    return _shown(request.auth, row)


@router.post("/proposals/{id}/adopt", response=ProposalOut, summary="纳入分类的下一版")
def adopt(request: HttpRequest, id: str, body: AdoptIn):
    require_role(request.auth, proposals.KEEPER)
    tree = CategoryTree.objects.filter(pk=body.tree).first()
    if tree is None:
        raise NotFound("没有这个分类版本。")
    row = proposals.adopt_proposal(
        actor=request.auth, proposal=_find(id), tree=tree, parent=_category(body.parent), code=body.code,
        expected_version=body.version,
    )  # fmt: skip
    return _shown(request.auth, row)


def _find(public_id: str) -> CategoryProposal:
    rows = CategoryProposal.objects.select_related("parent", "category").prefetch_related("opinions__by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这条建议。")
    return found


def _category(pk: int) -> Category:
    found = Category.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这个事项。")
    return found


def _shown(person: Person, row: CategoryProposal) -> dict[str, Any]:
    names = ("version", "state", "name", "terms", "size", "first_on", "last_on", "reason")
    return {
        "id": row.public_id,
        **{name: getattr(row, name) for name in names},
        "parent": row.parent.full_name if row.parent else "",
        "category": row.category.full_name if row.category else "",
        "opinions": [
            {"side": one.side, "agrees": one.agrees, "words": one.words, "by": one.by.name, "at": one.at}
            for one in row.opinions.all()
        ],
        "allowed_actions": proposals.allowed(person, row),
        "open_sides": proposals.open_sides(person, row),
    }
