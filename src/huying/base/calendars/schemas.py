"""The calendar over HTTP."""

from datetime import date
from typing import Annotated

from ninja import Path, Schema
from pydantic import Field

from huying.base.calendars.models import DayKind, DaySource
from huying.base.calendars.workcalendar import FIRST_YEAR, LAST_YEAR

Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR, description="年份")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$", examples=["08:30"])]
Name = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$")]
PatternName = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Version = Annotated[int | None, Field(ge=0, le=2**31 - 1, description="所见内容的版本；新增填 0，不核对留空")]


class DayOut(Schema):
    day: date
    worked: bool
    kind: DayKind
    name: str
    provisional: bool
    source: DaySource | None = Field(description="空：只按每周规律")
    version: int | None = Field(description="空：表中没有这一天，按每周规律")
    spans: list[list[str]]


class YearOut(Schema):
    year: int
    provisional: bool = Field(description="调休尚未公布，或尚未录入")
    days: list[DayOut]


class DayIn(Schema):
    kind: DayKind
    name: Name = ""
    reason: Name = Field("", description="依据，如文号")
    expected_version: Version = None


class ConfirmIn(Schema):
    reason: Name = Field("", description="依据，如文号")


class FilledOut(Schema):
    year: int
    source: DaySource
    provisional: bool
    added: int
    changed: int
    removed: int
    kept: int = Field(description="人工录入、未被覆盖的天数")


class ShiftsIn(Schema):
    effective_from: date
    effective_until: date | None = None
    spans: list[Annotated[list[TimeOfDay], Field(min_length=2, max_length=2)]] = Field(min_length=1, max_length=6)
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field([0, 1, 2, 3, 4], min_length=1, max_length=7)
    expected_version: Version = None


class ShiftsOut(Schema):
    name: str
    effective_from: date
    effective_until: date | None
    spans: list[list[str]]
    weekdays: list[int]
    version: int
