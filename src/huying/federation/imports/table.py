"""A file of orders for work without a database: what can be read of each row, and what is wrong with the others.

The same mapping and the same reader as the import, but less is asked for: whoever only wants a recommendation has no
unit yet, and whoever only wants to try may lack a category. Nothing here is written anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.engines.analyst.orders import FileOrder
from huying.federation.imports.mapping import Mapping
from huying.federation.imports.parse import Rejected, category_of, text_of, time_of, unit_of
from huying.federation.imports.reader import SourceRow, read_rows


@dataclass(frozen=True)
class Fault:
    line: int
    reason: str


@dataclass
class Table:
    """`orders` as in the file, one a number; `faults` are rows left out; `lacking` are columns the file does not have."""

    orders: list[FileOrder] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def read_table(
    file: Path, mapping: Mapping, *, teaching: bool, progress: Callable[[float], None] = lambda share: None
) -> Table:
    """Read `file`. `teaching`: rows must have words, unit and day; otherwise any row that can be read is an order.

    Raises :class:`Invalid` where the file can't be read or has not the columns that are needed.
    """
    if not file.is_file():
        raise Invalid(f"找不到文件 {file}。")
    table, numbers = Table(), set[str]()
    headed = False
    for row in read_rows(file, mapping.file):
        if not headed and not row.fault:
            table.lacking = _lacking(row, mapping, teaching)
            headed = True
        try:
            order = _order(row, mapping, teaching)
            if order.number in numbers:
                raise Rejected(f"编号 {order.number} 重复，已取前一行")
        except Rejected as reason:
            table.faults.append(Fault(row.line, str(reason)))
            continue
        numbers.add(order.number)
        table.orders.append(order)
        if len(table.orders) % 500 == 0:
            progress(row.progress)
    if not table.orders and not table.faults:
        raise Invalid(f"{file.name} 里没有工单。请核对文件，以及映射里的工作表和表头行。")
    return table


def _lacking(row: SourceRow, mapping: Mapping, teaching: bool) -> list[str]:
    """Columns of the mapping that the file does not have; those without which nothing can be done are refused."""
    needed = set(mapping.text.names)
    if teaching:
        needed |= {mapping.filed_at.column, mapping.unit.column}
        if not mapping.unit.column:
            raise Invalid("映射没有写承办单位在哪一列（[unit] column），无从学习。")
    if not needed & set(row.cells) or (teaching and needed - set(row.cells)):
        missing = "、".join(sorted(needed - set(row.cells)))
        there = "、".join(list(row.cells)[:20])
        raise Invalid(f"文件缺少映射中的列：{missing}。文件的表头是：{there}。请核对表头或映射文件。")
    used = {*needed, *mapping.source_no.names, *mapping.category.columns}
    return sorted(used - set(row.cells))


def _order(row: SourceRow, mapping: Mapping, teaching: bool) -> FileOrder:
    if row.fault:
        raise Rejected(row.fault)
    cells = row.cells
    number = _joined(cells, mapping.source_no.names, "")[:80] or f"第{row.line}行"
    if not teaching:
        text = _joined(cells, mapping.text.names, mapping.text.join)
        return FileOrder(number, text, _day(cells, mapping, strict=False), line=row.line)
    text = text_of(cells, mapping.text.model_copy(update={"required": True}), "诉求内容")
    unit = unit_of(cells, mapping)
    if not unit:
        raise Rejected("承办单位为空")
    day = _day(cells, mapping, strict=True)
    if day is None:
        raise Rejected("受理时间为空")
    path = category_of(cells, mapping.model_copy(update={"category": _optional(mapping)}))
    recorded = cells.get(mapping.unit.recorded, "").strip()[:120] or unit
    return FileOrder(number, text, day, unit, path, row.line, recorded)


def _optional(mapping: Mapping):
    return mapping.category.model_copy(update={"required": False})


def _joined(cells: dict[str, str], names: list[str], join: str) -> str:
    """Cells as they are: a text that is only read and never run may look like a formula."""
    return join.join(part for part in (cells.get(name, "").strip() for name in names) if part)


def _day(cells: dict[str, str], mapping: Mapping, *, strict: bool):
    try:
        moment = time_of(cells, mapping.filed_at, "受理时间")
    except Rejected:
        if strict:
            raise
        return None
    return clock.local(moment).date() if moment else None
