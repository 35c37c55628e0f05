"""What goes over HTTP about undertaking."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from huying.handling.orders.schemas import Ref

Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class UndertakingCounts(Schema):
    """Open assignments by state; of them those past their time and those done again."""

    states: dict[str, int]
    overdue: int
    redo: int


class SignWanted(Schema):
    id: str = Field(max_length=40)
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class SignManyIn(Schema):
    items: list[SignWanted] = Field(min_length=1, max_length=200)


class SignedOut(Schema):
    """What became of one: signed, or why not."""

    id: str
    order_no: str
    signed: bool
    why: str


class SignManyOut(Schema):
    items: list[SignedOut]
    signed: int


class UnitBelow(Schema):
    """``level``: how far below, 1 directly; ``busy``: has this order in hand already."""

    id: str
    name: str
    kind: str
    level: int
    open: int
    overdue: int
    busy: bool


class DelegationOut(Schema):
    """When work handed on now would be due, counted backwards from one's own time."""

    own_due_at: datetime
    due_at: datetime
    sign_due_at: datetime
    units: list[UnitBelow]


class CitableClause(Schema):
    clause: str
    words: str
    unit: str
    unit_id: str
    basis: str
    source: str


class ReplyText(Schema):
    """A text filled for this order; what is between 【 】 the handler writes. ``conclusion`` empty: goes with any."""

    name: str
    conclusion: str
    text: str


class RelayCallOut(Schema):
    """A way to the citizen without the number: what to dial, what to say."""

    id: str
    dial: str
    code: str
    words: str


class ReplyTemplateOut(Schema):
    id: str
    version: int
    name: str
    body: str
    conclusion: str
    unit: Ref | None
    category: str
    effective_from: date
    effective_until: date | None


class ReplyField(Schema):
    name: str
    label: str


class ReplyTemplatesOut(Schema):
    """The templates the reader keeps, the texts that hold where there are none, and the gaps all may use."""

    items: list[ReplyTemplateOut]
    defaults: list[ReplyText]
    fields: list[ReplyField]


class ReplyTemplateIn(Schema):
    name: Name
    body: Body
    conclusion: str = Field("", max_length=16)
    unit: str = Field("", max_length=40, description="单位；空为全中心通用")
    category: int | None = None
    effective_from: date | None = None


class ReplyTemplatePatchIn(Schema):
    version: int
    name: Name
    body: Body


class ReplyTemplateEndIn(Schema):
    version: int
    effective_until: date
