"""Dispatching as it goes over HTTP."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field

from huying.base.org.models import UnitKind
from huying.handling.dispatch.models import CatalogueEntry

PublicId = Annotated[str, Field(max_length=26, pattern=r"^[0-9a-z]*$")]
Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]


class TermEvidence(Schema):
    term: str
    weight: float
    start: int = Field(description="在原文中的位置；-1：不在原文中")
    end: int


class UnitLoad(Schema):
    open: int
    overdue: int
    staff: int = Field(description="承办人数，0：未填")


class UnitCandidate(Schema):
    id: str
    name: str
    probability: float
    step: str = Field(description="place 点位派、rule 定向派、catalogue 分类派、model 推荐派")
    reasons: list[str]
    evidence: list[TermEvidence]
    load: UnitLoad


class CategoryCandidate(Schema):
    id: int
    name: str
    probability: float
    evidence: list[TermEvidence]


class TextSpan(Schema):
    term: str
    start: int
    end: int


class TextFacets(Schema):
    request_type: str
    urgency: str
    urgency_why: list[TextSpan]
    emotion: str
    transfer: str = Field(description="110、119、120、122 或 none")
    repeat: bool
    not_accept: str = Field(description="不予受理情形的代码；空：应受理")


class NamedUnit(Schema):
    id: str
    name: str


class NumberedName(Schema):
    id: int
    name: str


class PlaceCandidate(Schema):
    division: NamedUnit | None
    place: str
    confidence: float
    start: int
    end: int


class CallerOpenOrder(Schema):
    id: str
    order_no: str
    title: str
    state: str


class CallerOrders(Schema):
    open_orders: list[CallerOpenOrder]
    orders_in_year: int


class KnownOrder(Schema):
    """Another order, as much as is needed to recognise it."""

    id: str
    order_no: str
    title: str
    state: str
    filed_at: datetime
    unit: str
    open: bool


class SimilarOrder(KnownOrder):
    score: float
    same: bool = Field(description="多半是同一件事：并单；同一诉求人则催办")
    why: list[str] = Field(description="依据，用办事员的话")


class SimilarOrders(Schema):
    orders: list[SimilarOrder]
    ready: bool = Field(description="false：在办工单正在读入，稍后再看")


class SettledOrder(KnownOrder):
    final_unit: str
    likeness: float
    conclusion: str


class ClauseOut(Schema):
    clause: str
    category: str
    division: str
    unit: NamedUnit | None
    part: str
    basis: str


class PrecedentOut(Schema):
    decided_on: date
    words: str
    unit: NamedUnit | None
    basis: str
    order: str
    order_no: str


class AnalysisOut(Schema):
    model: str = Field(description="模型版本；空：没有模型，只凭目录、规则和地名")
    at: datetime
    units: list[UnitCandidate]
    categories: list[CategoryCandidate]
    facets: TextFacets
    places: list[PlaceCandidate]
    title: str
    opinion: str
    missing: list[str] = Field(description="还应问的要素")
    assists: list[NamedUnit]
    step: str
    reasons: list[str]
    confidence: float
    threshold: float | None = Field(description="自动派单的概率门槛；空：不自动派")
    would_dispatch: bool
    held: str = Field(
        "", description="为何留给人：off、nobody、words、elsewhere、unsure、ban、doubt、withdrawn、burst；空：可自动派"
    )
    citizen: CallerOrders | None = None
    similar: SimilarOrders | None = Field(None, description="在办的同一件事或相似的事；读件时才有")
    cited: list[KnownOrder] = Field([], description="内容里写到编号的工单")


class AdviceOut(Schema):
    """What a dispatcher decides by."""

    analysis: AnalysisOut | None
    clauses: list[ClauseOut]
    precedents: list[PrecedentOut]
    settled: list[SettledOrder] = Field(description="最相近的三件已定单位的工单")
    cited: list[KnownOrder]
    similar: SimilarOrders


class AnalyseIn(Schema):
    text: str = Field(max_length=20_000)
    channel: str = Field("phone", max_length=16)
    category: int | None = Field(None, ge=1, le=2**63 - 1)
    incident_place: str = Field("", max_length=200)
    incident_division: str = Field("", max_length=12, description="区划代码")
    caller_division: str = Field("", max_length=12)
    respondent_division: str = Field("", max_length=12)
    urgency: str = Field("", max_length=12)
    phone: str = Field("", max_length=30, description="填写后同时给出此诉求人的在办工单")


class DecisionOut(Schema):
    at: datetime
    by: str
    kind: str
    kind_label: str
    proposed: NamedUnit | None
    probability: float | None
    chosen: NamedUnit
    model: str


class OrderAnalysisOut(Schema):
    analysis: AnalysisOut | None
    decisions: list[DecisionOut]


class WeeklyWindow(Schema):
    """Hours of the week; ``until`` before ``start`` means the next morning."""

    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7, description="1 为周一，7 为周日")
    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    until: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class RuleOut(Schema):
    """One rule of any kind; columns that the kind does not have are null."""

    id: str
    version: int
    effective_from: date
    effective_until: date | None
    in_force: bool
    unit: NamedUnit | None
    category: NumberedName | None
    basis: str
    clause: str | None = None
    division: NamedUnit | None = None
    part: str | None = None
    unit_kind: str | None = None
    place: NumberedName | None = None
    name: str | None = None
    words: list[str] | None = None
    channel: str | None = None
    taken_from: NamedUnit | None = None
    priority: int | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    weekly: list[WeeklyWindow] | None = None
    weekly_words: str | None = None
    tried: bool | None = Field(None, description="生效前在历史工单上试行过")


class RulePageOut(Schema):
    items: list[RuleOut]
    next: str | None


class RuleIn(Schema):
    """A new rule. Which columns it needs depends on the kind; others are refused."""

    effective_from: date | None = Field(None, description="空：今天起")
    effective_until: date | None = Field(None, description="最后一天；空：长期")
    category: int | None = Field(None, ge=1, le=2**63 - 1)
    unit: PublicId = ""
    division: str = Field("", max_length=12, pattern=r"^[0-9]*$", description="区划代码")
    place: int | None = Field(None, ge=1, le=2**63 - 1)
    unit_kind: UnitKind | None = None
    part: CatalogueEntry.Part | None = None
    clause: Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$")] = ""
    name: Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f]*$")] = ""
    words: list[Annotated[str, Field(min_length=2, max_length=40)]] = Field([], max_length=50)
    channel: str = Field("", max_length=12)
    taken_from: PublicId = Field("", description="原承办单位（仅定向规则）：原应派它的，改派 unit；空：不限")
    basis: Line = ""
    priority: int | None = Field(None, ge=-1000, le=1000)
    begins_at: AwareDatetime | None = Field(None, description="生效时刻（仅定向规则）")
    ends_at: AwareDatetime | None = Field(None, description="失效时刻（仅定向规则）；到时自行失效")
    weekly: list[WeeklyWindow] = Field([], max_length=14, description="每周时段（仅定向规则）；空：全天")
    trial: PublicId = Field("", description="试行编号，见 POST /dispatch/{kind}/try")


class RuleFinding(Schema):
    severity: str = Field(description="error：不能生效；warning：请斟酌")
    code: str
    field: str
    message: str
    rule: str = Field(description="与之冲突的规则编号")


class RuleCheckOut(Schema):
    passes: bool
    findings: list[RuleFinding]


class TrialUnit(Schema):
    unit: str
    orders: int


class TrialExample(Schema):
    id: str
    order_no: str
    title: str
    filed_at: datetime
    before: str
    after: str
    final: str = Field(description="最终承办单位；空：还没有定")
    verdict: str = Field(description="right 改对、against 改错、neither 都不对、unsettled 还没有定")


class TrialResult(Schema):
    scanned: int = Field(description="看过的工单")
    matched: int = Field(description="符合规则条件的工单")
    tried: int = Field(description="逐件重新研读的工单；少于 matched 时为均匀抽样")
    sampled: bool
    changed: int
    right: int
    against: int
    neither: int
    unsettled: int
    automatic_before: int
    automatic_after: int
    gains: list[TrialUnit]
    loses: list[TrialUnit]
    examples: list[TrialExample]


class TrialOut(Schema):
    id: str
    kind: str
    days: int
    state: str = Field(description="waiting、running、done、failed")
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    result: TrialResult | None


class RuleReplaceIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1, description="看到的现行版本的版本号")
    rule: RuleIn
    reason: Line = ""


class RuleRestoreIn(Schema):
    reason: Line = ""


class RuleHistoryOut(Schema):
    items: list[RuleOut]


class RuleEndIn(Schema):
    last_day: date | None = Field(None, description="最后一天；空：今天")
    at: AwareDatetime | None = Field(None, description="失效时刻（仅定向规则），与最后一天二选一")
    version: int = Field(ge=1, le=2**31 - 1)
    reason: Line = ""


class RuleRowError(Schema):
    line: int
    column: str
    message: str


class RulesImportOut(Schema):
    added: int
    changed: int
    unchanged: int
    errors: list[RuleRowError]
