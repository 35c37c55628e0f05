"""Linkage as it goes over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
PublicId = Annotated[str, Field(max_length=26, pattern=r"^[0-9a-z]*$")]
Target = Literal["110", "119", "120", "122", "enterprise", "centre"]


class LinkedUnit(Schema):
    id: str
    name: str


class TransferWords(Schema):
    target: str
    label: str
    told: str = Field(description="告知用语，可直接念给诉求人")


class TransferWordsOut(Schema):
    items: list[TransferWords]


class TransferIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)
    target: Target
    told: Annotated[str, Field(max_length=1000)] = Field("", description="实际告知的话；空：用中心的用语")
    note: Annotated[str, Field(max_length=1000)] = ""
    contract: PublicId = Field("", description="热转协议，仅转企业时")


class TransferOut(Schema):
    id: str
    order: str
    order_no: str
    title: str
    target: str
    label: str
    enterprise: LinkedUnit | None
    told: str
    note: str
    at: datetime
    by: str
    outcome: str = Field(description="空：等待应答；taken 已接、refused 未接、silent 无人应答")
    outcome_at: datetime | None
    order_state: str
    order_version: int = Field(description="登记对方已接、未接时带上（工单操作 transfer_accepted、transfer_refused）")
    allowed_actions: list[str] = Field(description="工单现在可做的：transfer_accepted、transfer_refused")


class TransfersOut(Schema):
    items: list[TransferOut]
    next: str | None = None


class ContractOut(Schema):
    id: str
    version: int
    kind: str = Field(description="hot 热转、mediation 直派和解")
    enterprise: LinkedUnit
    regulator: LinkedUnit
    category: str
    division: str
    names: list[str]
    telephone: str
    working_days: int
    basis: str
    effective_from: date
    effective_until: date | None
    in_force: bool
    allowed_actions: list[str] = Field(description="本人现在可做的：end")


class ContractsOut(Schema):
    items: list[ContractOut]
    next: str | None = None


class ContractIn(Schema):
    kind: Literal["hot", "mediation"]
    enterprise: PublicId
    regulator: PublicId = Field(description="企业不接或没有解决时由它办理")
    category: int | None = Field(None, ge=1, le=2**63 - 1)
    division: str = Field("", max_length=12, pattern=r"^[0-9]*$")
    names: list[Annotated[str, Field(min_length=2, max_length=40)]] = Field([], max_length=50)
    telephone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+\-() ]*$")] = ""
    working_days: int = Field(3, ge=1, le=15)
    basis: Line = ""
    effective_from: date | None = None
    effective_until: date | None = None


class ContractEndIn(Schema):
    last_day: date
    version: int = Field(ge=1, le=2**31 - 1)


class MediationIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)
    contract: PublicId


class MediationOut(Schema):
    id: str
    order: str
    order_no: str
    title: str
    enterprise: LinkedUnit
    regulator: LinkedUnit
    at: datetime
    due_at: datetime
    outcome: str = Field(description="空：和解中；settled 企业已答复、back 转监管部门")
    ended_at: datetime | None
    promised_at: datetime | None
    order_version: int
    allowed_actions: list[str] = Field(description="本人现在可做的：back")


class MediationsOut(Schema):
    items: list[MediationOut]
    next: str | None = None


class FallBackIn(Schema):
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="工单的版本（order_version）")
    reason: Line = Field(min_length=1)


class TeamMember(Schema):
    id: str
    name: str
    reasons: list[str]


class Matter(Schema):
    words: str
    unit: LinkedUnit | None


class TeamOut(Schema):
    lead: TeamMember | None
    assists: list[TeamMember]
    matters: list[Matter] = Field(description="诉求含几件事时，各件及其单位")


class NetworkNode(Schema):
    id: str
    name: str
    orders: int


class NetworkEdge(Schema):
    lead: str
    assist: str
    orders: int


class NetworkOut(Schema):
    nodes: list[NetworkNode]
    edges: list[NetworkEdge]
    days: int
    pairs: int
