"""Notices and templates as they go over HTTP."""

from datetime import date, datetime

from ninja import Field, Schema


class SentNoticeOut(Schema):
    """``sent_at`` is null while waiting; ``error`` says why it did not go out. ``adapter`` log: recorded only."""

    id: str = Field(validation_alias="public_id")
    code: str
    label: str
    channel: str
    body: str
    created_at: datetime
    sent_at: datetime | None
    adapter: str
    error: str


class SentNoticesOut(Schema):
    items: list[SentNoticeOut]


class NoticeTemplateOut(Schema):
    id: str = Field(validation_alias="public_id")
    version: int
    code: str
    label: str
    channel: str
    body: str
    effective_from: date
    effective_until: date | None


class NoticeFieldOut(Schema):
    name: str
    label: str
    max_length: int


class DefaultTemplateOut(Schema):
    code: str
    label: str
    body: str


class NoticeTemplatesOut(Schema):
    """The centre's own templates, the texts that hold where it has none, and the fields all may use."""

    items: list[NoticeTemplateOut]
    defaults: list[DefaultTemplateOut]
    fields: list[NoticeFieldOut]


class NoticeTemplateIn(Schema):
    code: str = Field(max_length=40)
    channel: str = Field("sms", max_length=12, pattern=r"^[a-z_]+$")
    body: str = Field(max_length=2000)
    effective_from: date


class NoticeTemplatePatchIn(Schema):
    version: int
    body: str = Field(max_length=2000)


class NoticeTemplateEndIn(Schema):
    version: int
    effective_until: date


class TemplatePreviewIn(Schema):
    body: str = Field(max_length=2000)


class TemplatePreviewOut(Schema):
    """The text as a citizen would read it, with sample values, and how many SMS it takes."""

    text: str
    segments: int
