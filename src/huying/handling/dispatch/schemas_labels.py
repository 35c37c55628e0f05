"""What label care sends and takes over HTTP."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from huying.handling.dispatch.schemas import Line


class LabelUnit(Schema):
    id: str
    name: str


class LabelOrder(Schema):
    id: str
    order_no: str
    title: str


class LabelProposalOut(Schema):
    id: str
    version: int
    kind: Literal["merge", "rename", "relabel", "exclude", "handover"]
    kind_label: str
    state: Literal["open", "agreed", "declined", "gone"]
    subject: LabelUnit | None
    target: LabelUnit | None
    marks: list[str] = Field(description="工作移交：工单须含其中一词；空：该单位其余的全部工单")
    rule: str = Field(description="工作移交：同意后成为的定向规则编号；空：没有")
    orders: list[LabelOrder] = Field(description="涉及的工单，最多 10 件")
    count: int = Field(description="同意以后训练时会改变的工单数")
    reason: str
    evidence: list[str]
    effect: str
    confidence: float
    found_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    words: str


class LabelProposalsOut(Schema):
    items: list[LabelProposalOut]
    next: str | None


class LabelSettleIn(Schema):
    agree: bool
    target: str = Field("", max_length=26, description="改记为的单位；空：照建议")
    words: Line = ""
    version: int = Field(ge=1, le=2**31 - 1)
