"""What goes over HTTP when contacts are taken and shifts handed over."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from huying.handling.orders.schemas import OrderItem

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
ChannelCode = Literal["phone", "wechat", "web", "app", "email", "qr", "110", "province", "centre"]
RequestTypeCode = Literal["", "consult", "help", "complaint", "report", "suggest", "praise", "other"]
UrgencyCode = Literal["", "general", "urgent", "emergency"]


class ContactIn(Schema):
    """A citizen's words and how they came."""

    text: Words
    channel: ChannelCode = "phone"
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = ""
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    anonymous: bool = False
    number_called: Annotated[str, StringConstraints(max_length=20)] = ""
    source_hotline: Annotated[str, StringConstraints(max_length=40)] = ""
    source_no: Annotated[str, StringConstraints(max_length=80)] = ""


class OrderIn(ContactIn):
    """An order to be filed. What is left empty is taken from the analysis."""

    confidential: bool = False
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    request_type: RequestTypeCode = ""
    urgency: UrgencyCode = ""
    category: int | None = Field(None, description="事项分类的编号")
    incident_place: Short = ""
    incident_division: str = Field("", max_length=12, description="区划代码")
    caller_place: Short = ""
    caller_division: str = Field("", max_length=12)
    respondent: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    respondent_place: Short = ""
    opinion: Annotated[str, StringConstraints(max_length=2000)] = ""
    submit: bool = True
    master: str = Field("", max_length=26, description="与哪件在办工单是同一件事；填写后随即并入它")


class FiledOrder(Schema):
    """What the agent needs at once: the number and the query code to tell the citizen, and where the order stands."""

    id: str
    order_no: str
    query_code: str
    state: str
    version: int
    promised_at: datetime | None


class ClosedContactIn(ContactIn):
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""
    result: Literal["answered", "comforted", "transfer", "declined", "silent", "nuisance"]
    answer: Annotated[str, StringConstraints(max_length=5000)] = ""
    rule: str = Field("", max_length=20, description="不予受理的情形；不予受理时必填")


class ContactOut(Schema):
    id: str
    channel: str
    started_at: datetime
    result: str
    text: str
    order: dict[str, str] | None
    agent: str
    phone_masked: str


class CallerIn(Schema):
    """The number goes in the body, so that it stands in no address, log or history."""

    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=30)]


class CallerOrder(OrderItem):
    """An open order of the caller; ``version`` is that of the order where the matter is handled."""

    allowed: list[str] = Field(description="不另立工单可办的：ask 查进度、urge 催办、add_words 补充、withdraw 撤单")


class EarlierOrder(Schema):
    id: str
    order_no: str
    state: str


class EarlierContact(Schema):
    id: str
    at: datetime
    channel: str
    result: str
    result_label: str
    words: str = Field(description="工单标题，或原话的开头")
    order: EarlierOrder | None


class CallerOut(Schema):
    """Whom the desk has on the line: masked, with what is open and what was said within a year."""

    id: str
    name_masked: str
    phone_masked: str
    open_orders: list[CallerOrder]
    orders_in_year: int
    contacts_in_year: int
    contacts_in_month: int
    often: bool = Field(description="近 30 天来过多次")
    history: list[EarlierContact]


class CallerFound(Schema):
    """``caller`` is null where the number is new."""

    caller: CallerOut | None


class ServeIn(ContactIn):
    """What a caller wants of an open order; ``text`` is what they said (for 查进度 it may be empty)."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    matter: Literal["urge", "add_words", "ask", "withdraw"]
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="页面看到的版本")


class ContactPage(Schema):
    items: list[ContactOut]
    next: str | None


class HandoverIn(Schema):
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class HandoverOut(Schema):
    id: str
    version: int
    made_at: datetime
    made_by: str
    own: bool
    note: str
    items: list[dict[str, Any]]
    signed_at: datetime | None
    signed_by: str


class PublicQuery(Schema):
    """Number and query code, as told to the citizen at acceptance."""

    order_no: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=40)]
    query_code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=12)]


class PublicSupplement(PublicQuery):
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=5000)]


class PublicPhotoIn(PublicQuery):
    """Which order the photo belongs to."""


class PublicPhotoOut(Schema):
    name: str


class PublicProgress(Schema):
    """What a citizen may see: where it stands, who answers, by when, and the answer once there is one."""

    order_no: str
    title: str
    state: str
    state_label: str
    filed_at: datetime
    promised_at: datetime | None
    unit: str
    reply: str
    steps: list[dict[str, Any]]


class PublicOrderIn(Schema):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=5000)]
    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=7, max_length=30)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    incident_place: Short = ""
    confidential: bool = False
    channel: Literal["web", "wechat", "app", "qr"] = "web"
