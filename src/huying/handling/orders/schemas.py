"""What goes over HTTP about orders and assignments."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime


class Ref(Schema):
    id: str
    name: str


class CategoryRef(Schema):
    id: int
    name: str


class OrderRef(Schema):
    id: str
    order_no: str


class CitizenLine(Schema):
    name_masked: str
    phone_masked: str


class OwnPart(Schema):
    """The reader's own part in an order. ``child``: handed on inside by a unit above.

    ``allowed_actions``: what the reader may do with it out of a list, where nothing else has to be looked at first.
    """

    id: str
    version: int
    state: str
    part: str
    child: bool
    dispatched_at: datetime
    sign_due_at: datetime
    due_at: datetime
    redo_round: int
    unit: Ref
    allowed_actions: list[str]


class OrderItem(Schema):
    id: str
    order_no: str
    version: int
    title: str
    state: str
    urgency: str
    request_type: str
    channel: str
    category: CategoryRef | None
    incident_place: str
    division: str
    lead_unit: Ref | None
    filed_at: datetime
    promised_at: datetime | None
    due_at: datetime | None
    clock_stopped: bool
    seconds_left: int | None
    light: str | None
    flags: list[str]
    citizen: CitizenLine | None
    assignment: OwnPart | None


class OrderPage(Schema):
    """``notice``: what a person has to know about the answer, such as that the full-text index is being built."""

    items: list[OrderItem]
    next: str | None
    count: int
    count_capped: bool
    notice: str = ""


class Pressing(Schema):
    """Of what waits for the reader: how many are urgent, how many late. ``states``: those in which orders wait for them."""

    urgent: int
    overdue: int
    capped: bool
    states: list[str]


class FieldOut(Schema):
    """One thing to fill in; ``kind`` says by which control."""

    name: str
    label: str
    kind: str
    required: bool
    choices: dict[str, str]
    hint: str


class ActionOut(Schema):
    """A move that the reader may make now: its button and its form."""

    action: str
    label: str
    danger: str
    fields: list[FieldOut]


class OutreachOut(Schema):
    at: datetime
    by: str
    relayed: bool
    connected: bool
    summary: str


class PetitionOut(Schema):
    kind: str
    reason: str
    days: int | None
    review_on: date | None
    filed_at: datetime
    decided_at: datetime | None
    granted: bool | None
    decision: str


class ObjectionOut(Schema):
    clause: str
    reason: str
    suggested: Ref | None
    filed_at: datetime
    decided_at: datetime | None
    accepted: bool | None
    decision: str


class AssignmentOut(Schema):
    id: str
    version: int
    unit: Ref
    part: str
    parent_id: str | None
    state: str
    opinion: str
    dispatched_at: datetime
    dispatched_by: str
    sign_due_at: datetime
    contact_due_at: datetime | None
    first_contact_at: datetime | None
    due_at: datetime
    signed_at: datetime | None
    signed_automatically: bool
    submitted_at: datetime | None
    must_sign: bool
    waived: str
    redo_round: int
    clock_stopped: bool
    seconds_left: int | None
    light: str | None
    answer: str
    conclusion: str
    outreach: list[OutreachOut]
    petitions: list[PetitionOut]
    objections: list[ObjectionOut]
    allowed_actions: list[ActionOut]


class AttachmentOut(Schema):
    """``kind``: evidence, recording, or a photo: scene, before, after; of a photo also when and where it was taken."""

    id: str
    name: str
    kind: str
    size: int
    media_type: str
    added_at: datetime
    added_by: str
    taken_at: datetime | None
    longitude: float | None
    latitude: float | None


class AttachmentIn(Schema):
    """What a page says of a photo that does not say it itself: when and where it was taken (degrees, WGS-84)."""

    kind: Literal["evidence", "scene", "before", "after"] = "evidence"
    taken_at: AwareDatetime | None = None
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)


class NoticeOut(Schema):
    code: str
    channel: str
    body: str
    created_at: datetime
    sent_at: datetime | None
    error: str


class MilestoneOut(Schema):
    due_on: date
    title: str
    done_at: datetime | None


class DifficultCaseOut(Schema):
    leader: str
    unit: Ref
    due: datetime
    milestones: list[MilestoneOut]


class OrderDetail(OrderItem):
    text: str
    opinion: str
    reply: str
    query_code: str
    caller_place_masked: str
    respondent: str
    respondent_place: str
    confidential: bool
    anonymous: bool
    times_known: bool
    source: str
    source_no: str
    first_promised_at: datetime | None
    dispatched_at: datetime | None
    dispatched_by: str
    automatic: bool
    info_due_at: datetime | None
    shelved_until: date | None
    concluded_at: datetime | None
    closed_at: datetime | None
    closing: str
    conclusion: str
    contacted: str
    solved: str
    satisfied: str
    redo_count: int
    reassign_count: int
    urge_count: int
    extension_count: int
    supervision_level: int
    master: OrderRef | None
    children: list[OrderRef]
    assignments: list[AssignmentOut]
    difficult_case: DifficultCaseOut | None
    analysis: dict[str, Any] | None
    attachments: list[AttachmentOut]
    notices: list[NoticeOut]
    allowed_actions: list[ActionOut]


class ByOut(Schema):
    name: str
    unit: str


class TimelineEntry(Schema):
    at: datetime
    action: str
    label: str
    by: ByOut
    from_state: str
    to_state: str
    note: str
    data: dict[str, Any]
    unit: Ref | None  # whose part it was
    named: list[Ref]  # to whom it was given, who assists, who was suggested


class StateOut(Schema):
    label: str
    waits_for: str
    clock: str
    tone: str
    terminal: bool


class StatesOut(Schema):
    """The state tables and the words for codes, for pages."""

    order: dict[str, StateOut]
    assignment: dict[str, StateOut]
    conclusions: dict[str, str]
    urgencies: dict[str, str]
    request_types: dict[str, str]
    channels: dict[str, str]
    closings: dict[str, str]
    dispatched_by: dict[str, str]
    flags: dict[str, str]


class ActionIn(Schema):
    """A move with what was filled in; ``version`` is that of the order or assignment the reader saw."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    values: dict[str, Any] = Field(default_factory=dict)


class RevealIn(Schema):
    field: str = Field(max_length=20)
    reason: str = Field(max_length=200)


class RevealOut(Schema):
    value: str


class OrderQuery(Schema):
    """Conditions of a list; see ``OrderFilters``."""

    state: str = Field("", max_length=300)
    unit: str = Field("", max_length=40)
    category: str = Field("", max_length=20)
    urgency: str = Field("", max_length=12)
    channel: str = Field("", max_length=16)
    type: str = Field("", max_length=12)
    overdue: bool = False
    mine: bool = False
    supervised: bool = False
    words: str = Field("", max_length=100)
    order_no: str = Field("", max_length=40)
    from_day: date | None = Field(None, alias="from")
    to_day: date | None = Field(None, alias="to")
    sort: str = Field("newest", max_length=10)
    cursor: str = Field("", max_length=300)
    limit: int = Field(50, ge=1, le=200)
