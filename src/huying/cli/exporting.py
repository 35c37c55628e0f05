"""``huying export orders``: orders as a table for analysis, without what identifies a citizen."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from huying.cli import environment

app = typer.Typer()

COLUMNS = {
    "工单编号": "order_no",
    "来源": "source",
    "来源编号": "source_no",
    "状态": "state",
    "渠道": "channel",
    "诉求类型": "request_type",
    "紧急程度": "urgency",
    "标题": "title",
    "诉求内容": "text",
    "事项编码": "category__code",
    "事项": "category__full_name",
    "事发区划": "incident_division__full_name",
    "主办单位": "lead_unit__name",
    "受理时间": "filed_at",
    "派单时间": "dispatched_at",
    "派单方式": "dispatched_by",
    "自动派单": "automatic",
    "承诺办结时间": "promised_at",
    "办结时间": "concluded_at",
    "结案时间": "closed_at",
    "办理结果": "conclusion",
    "是否联系": "contacted",
    "是否解决": "solved",
    "是否满意": "satisfied",
    "重办次数": "redo_count",
    "改派次数": "reassign_count",
    "超期": "overdue",
}
RISKY = ("=", "+", "-", "@", "\t", "\r")


class What(StrEnum):
    ORDERS = "orders"


@app.command()
def export(
    what: Annotated[What, typer.Argument(help="导出什么：orders 工单。", show_default=False)],
    target: Annotated[Path, typer.Argument(help="写入的文件，.csv 或 .xlsx。", show_default=False)],
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="受理日期自。")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="受理日期至（含）。")] = None,
) -> None:
    """导出工单为表格。号码、姓名、证件已替换为 ‹电话1› 这样的记号；导出会记入审计。"""
    if target.suffix not in {".csv", ".xlsx"}:
        environment.refuse("文件名请以 .csv 或 .xlsx 结尾。")
    if target.exists():
        environment.refuse(f"{target} 已存在，请换一个文件名。")
    environment.ready()
    rows = _orders(since.date() if since else None, until.date() if until else None)
    total = rows.count()
    with environment.progress() as bar:
        task = bar.add_task("导出工单", total=total)
        table = _shown(rows.values_list(*COLUMNS.values()).iterator(chunk_size=2000), lambda: bar.advance(task))
        written = write_xlsx(target, table) if target.suffix == ".xlsx" else write_csv(target, table)
    _note(target, written, {"from": _day(since), "to": _day(until)})
    environment.out.print(f"已导出 {written} 件：{target}")


def _orders(since: date | None, until: date | None):
    from datetime import time, timedelta

    from huying.base.calendars import clock
    from huying.handling.orders.models import WorkOrder

    rows = WorkOrder.objects.order_by("filed_at", "id")
    if since:
        rows = rows.filter(filed_at__gte=datetime.combine(since, time(), clock.SHANGHAI))
    if until:
        rows = rows.filter(filed_at__lt=datetime.combine(until + timedelta(days=1), time(), clock.SHANGHAI))
    return rows


def _shown(rows: Iterable[tuple], step) -> Iterator[list[Any]]:
    """Rows as they are written; ``step`` moves the bar."""
    for row in rows:
        yield [cell(value) for value in row]
        step()


def cell(value: Any) -> Any:
    """A value for a spreadsheet: moments in Asia/Shanghai, and no text that it would take for a formula.

    Such a text gets an apostrophe before it (OWASP, CSV injection).
    """
    from huying.base.calendars import clock

    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        clean = "".join(sign for sign in value if sign >= " " or sign in "\t\n\r")
        return f"'{clean}" if clean.startswith(RISKY) else clean
    return value


def write_csv(target: Path, rows: Iterable[list[Any]]) -> int:
    """UTF-8 with a byte order mark, which spreadsheets need for Chinese; the number of rows."""
    import csv

    with target.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_xlsx(target: Path, rows: Iterable[list[Any]]) -> int:
    """Written row by row, so that a million orders need no more memory than one."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    sheet.append(list(COLUMNS))
    count = 0
    for row in rows:
        sheet.append(row)
        count += 1
    book.save(target)
    return count


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _note(target: Path, count: int, chosen: dict[str, str]) -> None:
    from django.db import transaction

    from huying.base.events.recorder import record
    from huying.base.org.selectors import system_person

    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    changes = {"count": count, "sha256": digest, **chosen}
    with transaction.atomic():
        record(actor=system_person(), verb="orders.export", changes=changes)
