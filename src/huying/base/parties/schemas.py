"""Citizens and respondents as they go over HTTP: masked, except what a person sends in."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class PhoneLookupIn(Schema):
    """The number goes in the body, so that it stands in no address, log or history."""

    phone: str = Field(max_length=40, description="号码，写法不限")


class TailLookupIn(Schema):
    tail: str = Field(max_length=4, description="号码后四位")


class CitizenOut(Schema):
    id: str
    version: int
    name_masked: str
    phone_masked: str
    identity_masked: str
    preferences: dict[str, Any]
    created_at: datetime


class CitizenFoundOut(Schema):
    """``citizen`` is null where the number is new."""

    citizen: CitizenOut | None


class CitizensFoundOut(Schema):
    items: list[CitizenOut]


class CitizenPatchIn(Schema):
    """Only what is sent is changed; an empty string erases."""

    version: int
    phone: str | None = Field(None, max_length=40)
    name: str | None = Field(None, max_length=60)
    identity: str | None = Field(None, max_length=30)
    preferences: dict[str, Any] | None = None


class CitizenMergeIn(Schema):
    duplicate: str = Field(max_length=26)
    reason: str = Field(min_length=1, max_length=300)


class RespondentFoundOut(Schema):
    id: str
    name: str
    kind: str
    credit_code: str
    address: str
    division: str


class RespondentsFoundOut(Schema):
    items: list[RespondentFoundOut]
