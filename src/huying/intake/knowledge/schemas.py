"""统一口径 as it goes over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class BulletinDivision(Schema):
    id: str
    name: str


class BulletinCategory(Schema):
    id: int
    name: str


class BulletinOut(Schema):
    id: str
    version: int
    edition: int
    title: str
    text: str
    division: BulletinDivision | None
    category: BulletinCategory | None
    valid_from: datetime
    valid_until: datetime | None
    published_at: datetime
    published_by: str
    revised_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    standing: Literal["coming", "in_force", "ended"]
    read: bool = Field(description="本人已阅现行版本")
    read_by: int = Field(description="已阅现行版本的人数")


class BoardOut(Schema):
    items: list[BulletinOut]


class BulletinPage(Schema):
    items: list[BulletinOut]
    next: str | None


class BulletinIn(Schema):
    title: Title
    text: Words
    division: str = Field("", max_length=12, description="区划代码；空：全市")
    category: int | None = Field(None, ge=1, le=2**63 - 1, description="事项分类；空：不限")
    valid_from: AwareDatetime | None = Field(None, description="空：现在起")
    valid_until: AwareDatetime | None = Field(None, description="空：撤下为止")


class BulletinRevisionIn(Schema):
    title: Title
    text: Words
    valid_until: AwareDatetime | None = None
    version: int = Field(ge=1, le=2**31 - 1)


class BulletinVersionIn(Schema):
    version: int = Field(ge=1, le=2**31 - 1)


class ReceiptIn(Schema):
    edition: int = Field(ge=1, le=2**31 - 1)


class ReceiptOut(Schema):
    name: str
    at: datetime


class EditionOut(Schema):
    number: int
    title: str
    text: str
    at: datetime
    by: str


class ReadersOut(Schema):
    read: list[ReceiptOut]
    unread: list[str] = Field(description="还没有阅看的坐席")
    editions: list[EditionOut]
