"""Seats as they go over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

StateCode = Literal["free", "talking", "after", "busy", "rest", "off"]


class HelpCallOut(Schema):
    id: str
    version: int
    seat: str
    person: str
    staff_no: str
    words: str
    text: str = Field(description="求助时写到哪里；号码等已换成记号")
    asked_at: datetime
    taken_at: datetime | None
    taken_by: str
    reply: str
    ended_at: datetime | None


class OwnSeat(Schema):
    state: StateCode
    since: datetime
    call: HelpCallOut | None


class SeatStateIn(Schema):
    state: StateCode
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = Field(
        "", description="接谈时的来电号码；只留脱敏后的样子给班长看"
    )


class SeatStateOut(Schema):
    code: StateCode
    label: str
    tone: str


class SeatOut(Schema):
    id: str
    version: int
    person: str
    staff_no: str
    firm: str
    state: StateCode
    state_label: str
    since: datetime
    long_after: int | None = Field(description="超过多少分钟提示班长；空：不提示")
    present: str
    contacts: int
    orders: int
    answered: int
    about_open: int = Field(description="在办件的催办、补充、查询、撤单")


class FloorOut(Schema):
    states: list[SeatStateOut]
    seats: list[SeatOut]
    calls: list[HelpCallOut]


class StateTotal(Schema):
    state: StateCode
    label: str
    seconds: int


class SeatSpanOut(Schema):
    state: StateCode
    label: str
    began_at: datetime
    ended_at: datetime


class SeatDay(Schema):
    totals: list[StateTotal]
    spans: list[SeatSpanOut]


class SeatVersionIn(Schema):
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class HelpIn(Schema):
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""


class HelpReplyIn(SeatVersionIn):
    reply: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
