"""Assignments over HTTP: what a unit has in hand, and its moves. A move answers with the order as it now stands."""

from django.http import HttpRequest
from ninja import Field as Constraint
from ninja import Query, Router, Schema

from huying.handling.orders import actions, schemas, selectors
from huying.handling.orders.api import note_shown, shown

router = Router(tags=["orders"])


class AssignmentQuery(Schema):
    state: str = Constraint("", max_length=200)
    mine: bool = False
    own: bool = Constraint(False, description="只看本单位的，不看下级的")
    redo: bool = Constraint(False, description="只看重办的")
    cursor: str = Constraint("", max_length=300)
    limit: int = Constraint(50, ge=1, le=200)


@router.get("", response=schemas.OrderPage, summary="承办任务列表")
def list_assignments(request: HttpRequest, query: Query[AssignmentQuery]):
    page = selectors.assignment_page(request.auth, **query.dict())
    note_shown(request.auth, "assignments.listed", page.pop("shown"))
    return page


@router.post("/{assignment_id}/actions/{action}", response=schemas.OrderDetail, summary="对承办任务进行一项操作")
def act(request: HttpRequest, assignment_id: str, action: str, body: schemas.ActionIn):
    assignment = selectors.get_assignment(request.auth, assignment_id)
    actions.perform_assignment(
        actor=request.auth, assignment=assignment, action=action, values=body.values, expected_version=body.version
    )
    return shown(request.auth, selectors.get_order(request.auth, assignment.order.public_id))
