"""Preferences of pages and saved filters over HTTP. Documents are the page's own; their size is checked by the action."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from huying.base.org.schemas import Version

FilterName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
Document = Annotated[dict[str, Any], Field(max_length=100)]


class PreferenceIn(Schema):
    document: Document
    version: Version = None


class PreferenceOut(Schema):
    document: dict[str, Any]
    version: int


class FilterIn(Schema):
    name: FilterName
    document: Document
    shared: bool = False


class FilterChange(FilterIn):
    version: Version = None


class FilterOut(Schema):
    """``own``: whether the reader may change it; ``owner``: who shares it."""

    id: str
    name: str
    document: dict[str, Any]
    shared: bool
    version: int
    own: bool
    owner: str


class PageOut(PreferenceOut):
    """``version`` is 0 where nothing was chosen yet."""

    filters: list[FilterOut]
