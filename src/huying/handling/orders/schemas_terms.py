"""Limits, choices and grounds for declining as they go over HTTP."""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

Code = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_.-]*$")]
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]


class LimitOut(Schema):
    """``id`` empty, ``version`` 0: Huying's own, where the centre has set nothing. ``words``: the conditions, for people."""

    id: int | None
    version: int
    purpose: str
    request_type: str
    urgency: str
    category_prefix: str
    words: str
    amount: float
    measure: str
    effective_from: date | None
    effective_until: date | None
    stage: str = Field(description="now 现行、later 尚未生效、over 已失效、default 标准")


class PurposeOut(Schema):
    code: str
    label: str
    meaning: str
    lines: list[LimitOut]


class LimitsOut(Schema):
    purposes: list[PurposeOut]
    measures: dict[str, str]
    request_types: dict[str, str]
    urgencies: dict[str, str]
    may_change: bool


class LimitNew(Schema):
    purpose: Code
    amount: float = Field(gt=0, le=1000)
    measure: Code
    effective_from: date
    request_type: Code = ""
    urgency: Code = ""
    category_prefix: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z._-]*$")] = ""


class LineEnd(Schema):
    version: int
    last_day: date


class PolicyLine(Schema):
    id: int
    version: int
    value: Any
    effective_from: date
    effective_until: date | None
    stage: str


class PolicyOut(Schema):
    """``kind``: many, one, number or text; ``value`` is in force today, ``lines`` what the centre set, newest first."""

    key: str
    label: str
    kind: str
    choices: dict[str, str]
    least: float
    most: float
    whole: bool
    unit: str
    default: Any
    value: Any
    lines: list[PolicyLine]


class PoliciesOut(Schema):
    items: list[PolicyOut]
    may_change: bool


class PolicyNew(Schema):
    key: Code
    value: Annotated[str, Field(max_length=60)] | float | Annotated[list[Code], Field(max_length=20)]
    effective_from: date


class DeclineOut(Schema):
    id: int | None
    version: int
    code: str
    name: str
    tell: str
    basis: str
    effective_from: date | None
    effective_until: date | None
    stage: str


class DeclinesOut(Schema):
    items: list[DeclineOut]
    may_change: bool


class DeclineNew(Schema):
    code: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[a-z0-9_]+$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    tell: Words
    basis: Annotated[str, Field(max_length=200)] = ""
    effective_from: date


class RoleMove(Schema):
    """Something a role may do: ``on`` order or assignment, and in which states."""

    on: str
    label: str
    states: list[str]


class RoleMovesOut(Schema):
    roles: dict[str, list[RoleMove]]
