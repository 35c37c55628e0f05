"""Automation, models and learning as they go over HTTP."""

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from huying.handling.dispatch.schemas import KnownOrder, Line, NamedUnit, PublicId


class DispatchModelOut(Schema):
    name: str
    trained_at: datetime
    window_from: date | None
    window_until: date | None
    orders: int
    figures: dict[str, Any]
    threshold: float | None
    promoted_at: datetime | None
    promoted_by: str | None
    retired_at: datetime | None
    in_use: bool


class DispatchModelsOut(Schema):
    items: list[DispatchModelOut]


class ComparisonOut(Schema):
    champion: str
    challenger: str
    at: datetime
    since: date
    until: date
    orders: int
    both: int = Field(description="两个都派准")
    only_champion: int
    only_challenger: int
    neither: int
    p_value: float = Field(description="McNemar 精确检验，双侧")
    figures: dict[str, Any] = Field(description="champion、challenger 各自的准确率、前三、自动派单比例及其错派率")
    better: bool


class ComparisonsOut(Schema):
    items: list[ComparisonOut]


class CompareIn(Schema):
    challenger: str = Field(max_length=60)
    champion: str = Field("", max_length=60, description="空：现在启用的模型")


class AutomationAtLimit(Schema):
    limit: float
    share: float = Field(description="在较晚的工单上可自动派单的比例")
    threshold: float | None


class AutomationHappened(Schema):
    days: int
    dispatched: int
    automatic: int
    share: float | None
    wrong: int = Field(description="自动派单后退单成立或改派的件数")
    wrong_per_hundred: float | None
    confirmed: int
    corrected: int


class LabelAgreement(Schema):
    """Of the orders that people decided beside a proposal: how many as proposed. Not the same as not being objected to."""

    judged: int
    agreed: int
    share: float | None


class NonObjection(Schema):
    """Of automatic dispatch: what is settled, what not yet."""

    automatic: int
    pending: int = Field(description="单位还没有签收，未计入")
    wrong: int
    wrong_per_hundred: float | None


class WithdrawalOut(Schema):
    id: str
    unit: NamedUnit | None = Field(description="空：全部单位")
    at: datetime
    by: str
    cause: str = Field(description="test 错派上升、person 人工暂停")
    reason: str
    figures: dict[str, Any]
    returned_at: datetime | None
    returned_by: str | None
    return_cause: str = Field(description="person 人工恢复、proof 后续工单证明合格")
    return_reason: str


class WithdrawalsOut(Schema):
    items: list[WithdrawalOut]


class AutomationOut(Schema):
    enabled: bool
    limit: float
    auto_promote: bool
    set_at: datetime | None
    set_by: str | None
    model: str
    threshold: float | None
    limits: list[AutomationAtLimit]
    happened: AutomationHappened
    agreement: LabelAgreement
    non_objection: NonObjection
    withdrawn: list[WithdrawalOut]


class AutomationIn(Schema):
    enabled: bool
    limit: float = Field(ge=0.001, le=0.2, description="每 100 件自动派单最多错派几件，除以 100")
    auto_promote: bool | None = Field(None, description="夜间训练胜出的模型自动启用；空：不变")


class AutomationUnit(Schema):
    unit: NamedUnit
    automatic: int
    pending: int
    wrong: int
    wrong_per_hundred: float | None
    withdrawn: bool


class AutomationUnitsOut(Schema):
    days: int
    items: list[AutomationUnit]


class WithdrawIn(Schema):
    unit: PublicId = Field("", description="空：全部单位")
    reason: Line = Field(min_length=1)


class ReturnIn(Schema):
    reason: Line = Field(min_length=1)


class ProofOut(Schema):
    """How far later orders have come in proving that automation may return."""

    orders: int
    wrong: int
    evidence: float
    needed: float
    proved: bool


class DriftDayOut(Schema):
    day: date
    figures: dict[str, Any]
    alarms: list[str]


class DriftOut(Schema):
    items: list[DriftDayOut]
    memory: int = Field(description="正用于校正模型的近期人工决定")


class LabelsOut(Schema):
    """What was decided in a time, by how it came to be a label."""

    days: int
    confirmed: int
    corrected: int
    objection: int
    reassigned: int
    panel: int
    automatic_not_objected: int
    settled_since_training: int = Field(description="上次训练以来新定单位的工单")
    needed_for_training: int


class ProposalOpinionOut(Schema):
    side: str
    agrees: bool
    words: str
    by: str
    at: datetime


class ProposalOut(Schema):
    """A new kind of matter on its way into the next edition of the tree."""

    id: str
    version: int
    state: str = Field(description="gathered 已聚合、proposed 征求意见、adopted 已纳入、dismissed 不单列")
    name: str
    terms: list[str]
    size: int = Field(description="不属于任何类的工单件数")
    first_on: date
    last_on: date
    reason: str
    parent: str
    category: str
    opinions: list[ProposalOpinionOut]
    allowed_actions: list[str] = Field(description="本人现在可做的：propose、opinion、adopt、dismiss")
    open_sides: list[str] = Field(description="本人可代表发表意见、尚未发表的一方：centre、staffing、justice")
    examples: list[KnownOrder] = []


class ProposalsOut(Schema):
    items: list[ProposalOut]
    next: str | None = None
