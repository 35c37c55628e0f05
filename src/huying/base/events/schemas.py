"""Webhooks over HTTP."""

import uuid
from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$", title="名称")]
Address = Annotated[str, Field(min_length=8, max_length=500, pattern=r"^https?://[^\s\x00-\x1f]+$", title="推送地址")]
Types = Annotated[
    list[Annotated[str, Field(pattern=r"^(\*|[a-z0-9_]+(\.[a-z0-9_]+)*)$", max_length=60)]],
    Field(min_length=1, max_length=50, title="事件类型", description="如 order、order.close；* 为全部"),
]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="所见内容的版本")]


class WebhookIn(Schema):
    name: Name
    url: Address
    types: Types


class WebhookChange(Schema):
    version: Version
    name: Name | None = None
    url: Address | None = None
    types: Types | None = None
    active: bool | None = None


class WebhookVersionIn(Schema):
    version: Version


class WebhookOut(Schema):
    id: str = Field(alias="public_id")
    name: str
    url: str
    types: list[str]
    active: bool
    created_at: datetime
    version: int


class WebhookSecretOut(WebhookOut):
    secret: str


class WebhookDeliveryOut(Schema):
    event_id: uuid.UUID
    event_position: int
    created_at: datetime
    attempts: int
    status: int | None
    error: str
    delivered_at: datetime | None
    given_up_at: datetime | None


class WebhookDeliveriesOut(Schema):
    items: list[WebhookDeliveryOut]
    next: str | None


class WebhookRetryOut(Schema):
    count: int = Field(description="重新推送的条数")


class WebhookTrialOut(Schema):
    delivered: bool
    status: int | None
    error: str
