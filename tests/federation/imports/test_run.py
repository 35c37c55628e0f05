"""A whole file: every good row arrives once, every bad one is told, and running again adds nothing."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Unit
from huying.base.org.selectors import system_person
from huying.federation.imports.mapping import load_mapping
from huying.federation.imports.run import ImportResult, import_orders
from huying.handling.orders.models import WorkOrder

pytestmark = pytest.mark.django_db
HEADING = "order_no,date,category_1,category_2,category_3,category_4,text,unit_raw,unit"


def row(number: str, *, date: str = "2018-01-05", text: str = "示例路路灯不亮", unit: str = "示例路灯管理所") -> str:
    return f"{number},{date},城建,照明,路灯,,{text},{unit},{unit}"


def run(folder: Path, *rows: str) -> ImportResult:
    path = folder / "orders.csv"
    path.write_text("\n".join((HEADING, *rows)), encoding="utf-8")
    return import_orders(
        actor=system_person(), file=path, mapping=load_mapping("haikou.toml"), rejected_file=folder / "rejected.csv"
    )


def test_bad_rows_are_told_with_line_and_reason_and_cost_no_good_one(tmp_path):
    result = run(
        tmp_path,
        row("1"),
        row("2", date="2018-13-45"),
        row("3", unit=""),
        row("1"),
        row("4", text="=SUM(A1)"),
        row("5"),
    )
    assert (result.read, result.added, result.rejected) == (6, 2, 4)
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file))[1:]
    assert [line for line, _, _ in told] == ["3", "4", "5", "6"]
    assert all(reason for _, reason, _ in told)


def test_running_again_or_going_on_adds_only_what_is_not_here(tmp_path):
    first = run(tmp_path, row("1"), row("2"))
    again = run(tmp_path, row("1"), row("2"), row("3"))
    assert (first.added, again.added, again.present) == (2, 1, 2)
    assert WorkOrder.objects.filter(source="haikou").count() == 3


def test_a_workbook_with_dates_of_its_own_is_read_like_the_file(tmp_path):
    book = Workbook()
    book.active.append(HEADING.split(","))
    day = datetime(2018, 1, 5)  # noqa: DTZ001  a workbook knows no zone
    book.active.append(["1", day, "城建", "照明", "路灯", None, "示例路路灯不亮", "路灯所", "路灯所"])
    book.save(tmp_path / "orders.xlsx")
    result = import_orders(
        actor=system_person(),
        file=tmp_path / "orders.xlsx",
        mapping=load_mapping("haikou.toml"),
        rejected_file=tmp_path / "rejected.csv",
    )
    assert (result.added, result.rejected) == (1, 0)
    assert clock.local(WorkOrder.objects.get().filed_at).date() == date(2018, 1, 5)


def test_an_unknown_unit_is_made_once_and_waits_to_be_confirmed(tmp_path):
    result = run(tmp_path, row("1"), row("2"))
    assert result.units_made == ["示例路灯管理所"]
    assert Unit.objects.get(name="示例路灯管理所").provisional


def test_a_source_that_knows_the_day_only_gets_no_hours(tmp_path):
    run(tmp_path, row("1"))
    order = WorkOrder.objects.get(source_no="1")
    assert (order.times_known, order.closed_at, order.concluded_at) == (False, None, None)
    assert order.steps.exclude(data__not_in_source=True).count() == 0


def test_a_file_without_the_mapped_columns_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("编号,内容\n1,路灯不亮\n", encoding="utf-8")
    with pytest.raises(Invalid, match="缺少映射中的列"):
        import_orders(
            actor=system_person(), file=path, mapping=load_mapping("haikou.toml"), rejected_file=tmp_path / "r.csv"
        )
    assert not WorkOrder.objects.exists()
