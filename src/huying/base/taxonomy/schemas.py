"""Categories, trees and responsibilities as they go over HTTP."""

from datetime import date
from typing import Annotated

from ninja import Field, Schema


class TreeOut(Schema):
    id: int
    version: int
    code: str
    name: str
    edition: str
    effective_from: date
    effective_until: date | None


class TreesOut(Schema):
    items: list[TreeOut]


class TreeIn(Schema):
    """``copy_of``: the edition to copy; without it a new, empty tree."""

    code: str = Field("", max_length=40)
    name: str = Field("", max_length=80)
    edition: str = Field(min_length=1, max_length=40)
    effective_from: date
    copy_of: int | None = None


class TreeEndIn(Schema):
    version: int
    effective_until: date


class CategoryOut(Schema):
    """``leaf``: nothing below it. ``provisional``: an import met it, nobody has confirmed it yet."""

    id: int
    version: int
    code: str
    name: str
    full_name: str
    depth: int
    leaf: bool
    deciding_place: str
    must_ask: list[str]
    provisional: bool
    retired_on: date | None


class CategoryPage(Schema):
    items: list[CategoryOut]
    next: str | None = None
    count: int
    count_capped: bool


class CategoryIn(Schema):
    """``tree``: an edition; without it the one in force."""

    tree: int | None = None
    parent: int | None = None
    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=80)
    deciding_place: str = Field("incident", max_length=12)
    must_ask: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=30)


class CategoryPatchIn(Schema):
    version: int
    name: str | None = Field(None, min_length=1, max_length=80)
    deciding_place: str | None = Field(None, max_length=12)
    must_ask: list[Annotated[str, Field(max_length=200)]] | None = Field(None, max_length=30)


class CategoryRetireIn(Schema):
    version: int
    on: date


class TranslationOut(Schema):
    category: CategoryOut
    share: float


class TranslationsOut(Schema):
    items: list[TranslationOut]


class CrosswalkTargetIn(Schema):
    category: int
    share: float = Field(1.0, gt=0, le=1)


class CrosswalkIn(Schema):
    targets: list[CrosswalkTargetIn] = Field(max_length=50)
    note: str = Field("", max_length=200)


class ResponsibilityOut(Schema):
    id: str
    version: int
    unit: str
    category: str
    matter: str
    basis: str
    effective_from: date
    effective_until: date | None


class ResponsibilityIn(Schema):
    unit: str = Field(min_length=1, max_length=26)
    category: int | None = Field(None, ge=1, le=2**63 - 1)
    matter: str = Field(min_length=1, max_length=200)
    basis: str = Field("", max_length=300)
    effective_from: date
    effective_until: date | None = None


class ResponsibilitiesOut(Schema):
    items: list[ResponsibilityOut]


class TaxonomyRowErrorOut(Schema):
    line: int
    column: str
    message: str


class TaxonomyImportOut(Schema):
    """What an import did; rows with an error are left out, all others are in."""

    added: int
    changed: int
    unchanged: int
    errors: list[TaxonomyRowErrorOut]
