"""Divisions and named places as they go over HTTP."""

from typing import Annotated

from ninja import Field, Schema


class DivisionOut(Schema):
    """``id`` is the code: divisions are known by it everywhere."""

    id: str
    code: str
    name: str
    full_name: str
    level: str
    parent: str
    has_children: bool


class NamedPlaceOut(Schema):
    id: int
    name: str
    kind: str
    kind_label: str
    division: str
    division_name: str
    longitude: float | None
    latitude: float | None


class NamedPlacesOut(Schema):
    items: list[NamedPlaceOut]


class NamedPlaceIn(Schema):
    name: str = Field(min_length=1, max_length=120)
    kind: str = Field("landmark", max_length=20)
    division: str = Field(max_length=12)
    aliases: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=20)
    longitude: float | None = Field(None, ge=-180, le=180)
    latitude: float | None = Field(None, ge=-90, le=90)


class PlaceRowErrorOut(Schema):
    line: int
    column: str
    message: str


class PlacesImportOut(Schema):
    """What an import did; rows with an error are left out, all others are in."""

    added: int
    changed: int
    unchanged: int
    errors: list[PlaceRowErrorOut]
