"""Ctrl-K over HTTP. What was typed is written down nowhere; which orders were shown is."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from huying.handling.orders import schemas, searching
from huying.handling.orders.api import note_shown

router = Router(tags=["search"])


class SearchIn(Schema):
    """In the body, not in the address: a telephone number must not stay in a proxy's log."""

    words: Annotated[str, StringConstraints(max_length=100)]


class PlaceHit(Schema):
    name: str
    hint: str
    kind: str


class NamedHit(Schema):
    id: str
    name: str
    hint: str


class SearchOut(Schema):
    orders: schemas.OrderPage
    places: list[PlaceHit]
    units: list[NamedHit]
    people: list[NamedHit]


@router.post("", response=SearchOut, summary="查工单、电话、地点、单位和人员")
def search(request: HttpRequest, body: SearchIn):
    found = searching.everything(request.auth, body.words)
    note_shown(request.auth, "orders.searched", found["orders"].pop("shown"))
    return found
