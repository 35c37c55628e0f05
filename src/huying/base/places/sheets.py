"""Divisions and named places as tables: what is exported can be edited and read again."""

from typing import IO

from huying.base.events.recorder import record_access
from huying.base.org.models import Person
from huying.base.places import actions, selectors
from huying.base.places.actions import DivisionRow, PlaceRow
from huying.base.places.models import Division, DivisionLevel, Place, PlaceKind
from huying.base.tables import Column, Loaded, read_table, write_table

DIVISION_COLUMNS = (
    Column("code", "区划代码", required=True, max_length=12),
    Column("name", "名称", required=True, max_length=80, width=24),
    Column("parent", "上级代码", max_length=12),
    Column("level", "层级", choices=dict(DivisionLevel.choices)),
    Column("population", "常住人口", kind="integer"),
    Column("aliases", "别名", kind="list", width=30),
)
PLACE_COLUMNS = (
    Column("name", "名称", required=True, max_length=120, width=30),
    Column("kind", "类型", required=True, choices=dict(PlaceKind.choices)),
    Column("division", "区划代码", required=True, max_length=12),
    Column("aliases", "别名", kind="list", width=30),
    Column("longitude", "经度", kind="number"),
    Column("latitude", "纬度", kind="number"),
)


def export_divisions(*, actor: Person) -> bytes:
    rows = list(Division.objects.order_by("code"))
    parents = selectors.parent_codes(rows)
    _exported(actor, "places.export_divisions", len(rows))
    return write_table(
        "行政区划",
        DIVISION_COLUMNS,
        (
            {**{column.key: getattr(row, column.key, None) for column in DIVISION_COLUMNS}, "parent": parents[row.pk]}
            for row in rows
        ),
    )


def export_places(*, actor: Person) -> bytes:
    rows = list(Place.objects.select_related("division").order_by("division__code", "name"))
    _exported(actor, "places.export_named", len(rows))
    return write_table(
        "点位",
        PLACE_COLUMNS,
        (
            {**{column.key: getattr(row, column.key) for column in PLACE_COLUMNS}, "division": row.division.code}
            for row in rows
        ),
    )


def _exported(actor: Person, verb: str, rows: int) -> None:
    record_access(actor=actor, verb=verb, subject_type="", subject_id=None, changes={"rows": rows})


def import_divisions(*, actor: Person, source: IO[bytes] | bytes) -> Loaded:
    """Read a sheet of divisions; every refused line is reported, all others are in."""
    read = read_table(source, DIVISION_COLUMNS)
    rows = [
        DivisionRow(
            code=row.values["code"],
            name=row.values["name"],
            parent=row.values["parent"],
            level=row.values["level"] or "",
            population=row.values["population"],
            aliases=tuple(row.values["aliases"]),
            line=row.line,
        )
        for row in read.rows
    ]
    return actions.import_divisions(actor=actor, rows=rows).with_unread(read.errors)


def import_places(*, actor: Person, source: IO[bytes] | bytes) -> Loaded:
    """Read a sheet of named places; every refused line is reported, all others are in."""
    read = read_table(source, PLACE_COLUMNS)
    rows = [
        PlaceRow(
            name=row.values["name"],
            kind=row.values["kind"],
            division=row.values["division"],
            aliases=tuple(row.values["aliases"]),
            longitude=row.values["longitude"],
            latitude=row.values["latitude"],
            line=row.line,
        )
        for row in read.rows
    ]
    return actions.import_places(actor=actor, rows=rows).with_unread(read.errors)
