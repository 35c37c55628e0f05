"""One row of a file → the facts of one order, or the reason why it can't be one. Pure: no database."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from huying.federation.imports.mapping import Mapping, TextColumn, TimeColumn, ValueColumn
from huying.federation.imports.reader import WORKBOOK_MOMENT, SourceRow

# A cell that a spreadsheet would run: =HYPERLINK(…), @SUM(…), =cmd|'…'!A0.
FORMULA = re.compile(r"^\s*[=+@-]\s*[A-Za-z][A-Za-z0-9_.]*\s*[(|!]")


class Rejected(Exception):
    """Why a row can't become an order, in words for the person who keeps the file."""


@dataclass(frozen=True)
class OrderFacts:
    """What a source knows of one order. Times are aware UTC; with ``day_only`` only their day (local) means anything."""

    line: int
    source_no: str
    text: str
    title: str
    place: str
    reply: str
    filed_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    day_only: bool
    category: tuple[str, ...]
    unit: str
    request_type: str
    channel: str
    urgency: str
    status: str
    anonymous: bool


def parse_row(row: SourceRow, mapping: Mapping) -> OrderFacts:
    """The facts of ``row``. Raises :class:`Rejected` with a reason."""
    if row.fault:
        raise Rejected(row.fault)
    cells = row.cells
    filed = time_of(cells, mapping.filed_at, "受理时间")
    if filed is None:
        raise Rejected("受理时间为空")
    text = text_of(cells, mapping.text, "诉求内容")
    return OrderFacts(
        line=row.line,
        source_no=text_of(cells, mapping.source_no, "来源编号")[:80],
        text=text,
        title=text_of(cells, mapping.order_title, "标题")[: mapping.order_title.max_length],
        place=text_of(cells, mapping.place, "地址")[:200],
        reply=text_of(cells, mapping.reply, "答复"),
        filed_at=filed,
        closed_at=_closed(cells, mapping, filed),
        due_at=time_of(cells, mapping.due_at, "到期时间") if mapping.due_at else None,
        day_only=mapping.filed_at.precision == "day",
        category=category_of(cells, mapping),
        unit=unit_of(cells, mapping),
        request_type=_value(cells, mapping.request_type),
        channel=_value(cells, mapping.channel),
        urgency=_value(cells, mapping.urgency),
        status=_value(cells, mapping.status),
        anonymous=_value(cells, mapping.anonymous) == "yes",
    )


def _cell(cells: dict[str, str], name: str, label: str) -> str:
    value = cells.get(name, "").strip()
    if FORMULA.match(value):
        raise Rejected(f"{label}像是表格公式（{value[:20]}…），为安全未导入")
    if "\x00" in value:
        raise Rejected(f"{label}含有空字符")
    return value


def text_of(cells: dict[str, str], column: TextColumn, label: str) -> str:
    parts = [part for part in (_cell(cells, name, label) for name in column.names) if part]
    value = column.join.join(parts) or column.default
    if column.required and not value:
        raise Rejected(f"{label}为空")
    if len(value) > max(column.max_length, 200) and column.required:
        raise Rejected(f"{label}过长（{len(value):,} 字，上限 {column.max_length:,}）")
    return value


def time_of(cells: dict[str, str], column: TimeColumn, label: str) -> datetime | None:
    value = _cell(cells, column.column, label)
    if not value:
        if column.required:
            raise Rejected(f"{label}为空")
        return None
    for form in (*column.formats, WORKBOOK_MOMENT):
        try:
            moment = datetime.strptime(value, form)  # noqa: DTZ007  the zone follows, where the format has none
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(column.zone))
        if column.precision == "day":
            moment = moment.replace(hour=0, minute=0, second=0)
        if not date(1990, 1, 1) <= moment.date() <= date(2100, 1, 1):
            break
        return moment.astimezone(UTC)
    raise Rejected(f"{label}“{value[:30]}”不是有效日期")


def _closed(cells: dict[str, str], mapping: Mapping, filed: datetime) -> datetime | None:
    closed = time_of(cells, mapping.closed_at, "办结时间") if mapping.closed_at else None
    days = text_of(cells, mapping.closed_after_days, "办结天数")
    if closed is None and days:
        if not re.fullmatch(r"\d{1,4}(\.0*)?", days):
            raise Rejected(f"办结天数“{days[:20]}”不是数字")
        closed = filed + timedelta(days=int(float(days)))
    if closed is not None and closed < filed:
        raise Rejected("办结时间早于受理时间")
    return closed


def category_of(cells: dict[str, str], mapping: Mapping) -> tuple[str, ...]:
    levels = [_cell(cells, name, "事项分类") for name in mapping.category.columns]
    path = tuple(level[:80] for level in levels if level)
    if mapping.category.required and not path:
        raise Rejected("事项分类为空")
    return path


def unit_of(cells: dict[str, str], mapping: Mapping) -> str:
    value = _cell(cells, mapping.unit.column, "承办单位") if mapping.unit.column else ""
    if mapping.unit.required and not value:
        raise Rejected("承办单位为空")
    if len(value) > 120:
        raise Rejected("承办单位名称过长")
    return value


def _value(cells: dict[str, str], column: ValueColumn) -> str:
    value = cells.get(column.column, "").strip() if column.column else ""
    return column.values.get(value, column.default)
