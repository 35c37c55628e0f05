"""A list of orders as an xlsx: the same conditions, the columns that the person chose, masked as on the screen."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from huying.base import tables
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record_access
from huying.base.org.models import Person
from huying.base.paging import LIMIT
from huying.base.tables import Column
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.listing import order_page
from huying.handling.orders.moves import CHANNELS, REQUEST_TYPES, URGENCIES
from huying.handling.orders.presenting import FLAGS
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE

MOST = 10_000

Line = dict[str, Any]


def _moment(value: datetime | None) -> datetime | None:
    return clock.local(value).replace(microsecond=0) if value else None


def _left(row: Line) -> str:
    if row["clock_stopped"]:
        return "暂停"
    seconds = row["seconds_left"]
    if seconds is None:
        return ""
    hours = abs(seconds) // 3600
    return f"{'超' if seconds < 0 else '剩'} {hours // 24} 天 {hours % 24} 小时"


def _state(row: Line) -> str:
    own = row["assignment"]
    return ASSIGNMENT_TABLE[own["state"]].label if own else ORDER_TABLE[row["state"]].label


def _citizen(row: Line) -> str:
    citizen = row["citizen"]
    return f"{citizen['name_masked']} {citizen['phone_masked']}".strip() if citizen else ""


# Under the names by which the page knows its columns; one of the page's may be several of the sheet's.
COLUMNS: dict[str, tuple[tuple[Column, Callable[[Line], Any]], ...]] = {
    "left": ((Column("left", "剩余时间", width=18), _left),),
    "title": (
        (Column("order_no", "工单编号", width=20), lambda row: row["order_no"]),
        (Column("title", "标题", width=50), lambda row: row["title"]),
    ),
    "state": ((Column("state", "状态", width=12), _state),),
    "unit": ((Column("unit", "主办单位", width=28), lambda row: (row["lead_unit"] or {}).get("name", "")),),
    "place": ((Column("place", "事发地", width=28), lambda row: row["incident_place"]),),
    "kind": (
        (Column("type", "类型", width=8), lambda row: REQUEST_TYPES.get(row["request_type"], "")),
        (Column("channel", "渠道", width=10), lambda row: CHANNELS.get(row["channel"], row["channel"])),
    ),
    "filed": ((Column("filed", "受理时间", width=20), lambda row: _moment(row["filed_at"])),),
    "number": ((Column("order_no", "工单编号", width=20), lambda row: row["order_no"]),),
    "category": ((Column("category", "事项", width=36), lambda row: (row["category"] or {}).get("name", "")),),
    "division": ((Column("division", "区划", width=16), lambda row: row["division"]),),
    "urgency": ((Column("urgency", "紧急程度", width=10), lambda row: URGENCIES.get(row["urgency"], "")),),
    "flags": ((Column("flags", "标记", width=20), lambda row: [FLAGS[name] for name in row["flags"]]),),
    "citizen": ((Column("citizen", "诉求人", width=20), _citizen),),
    "promised": ((Column("promised", "承诺时间", width=20), lambda row: _moment(row["promised_at"])),),
}


def export_orders(*, actor: Person, filters: OrderFilters, columns: list[str]) -> tuple[bytes, int]:
    """The sheet and how many orders it holds. One audit row for all, committed before the bytes leave.

    Raises :class:`Invalid` where more than :data:`MOST` orders fit, or a column is unknown.
    """
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or not columns:
        raise Invalid("没有这样的列。", errors=[{"field": "columns", "message": "、".join(COLUMNS)}])
    shown = {column.key: (column, read) for name in columns for column, read in COLUMNS[name]}
    lines: list[Line] = []
    citizens = 0
    for page in _pages(actor, filters):
        lines += page["items"]
        citizens += len(page["shown"])
        if len(lines) > MOST:
            raise Invalid(
                f"符合条件的超过 {MOST:,} 件，一次导不完；请加时间、单位等条件，分几次导出。", code="too_many_rows"
            )
    content = tables.write_table(
        "工单",
        [column for column, _ in shown.values()],
        ({key: read(line) for key, (_, read) in shown.items()} for line in lines),
    )
    record_access(
        actor=actor,
        verb="orders.exported",
        subject_type="orders.workorder",
        subject_id=None,
        changes={"rows": len(lines), "with_citizen": citizens, "columns": list(columns)},
    )
    return content, len(lines)


def _pages(reader: Person, filters: OrderFilters) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = order_page(reader, filters, cursor, LIMIT)
        yield page
        cursor = page["next"] or ""
        if not cursor:
            return
