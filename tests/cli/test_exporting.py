"""Orders as a table: nothing that identifies a citizen, nothing that a spreadsheet would run."""

import csv

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from huying.base.audit.models import AuditEntry
from huying.cli import app
from huying.cli.exporting import COLUMNS, cell
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_orders():
    agent = factories.person("agent")
    factories.order(agent, title='=HYPERLINK("http://evil.example")', text="请回电‹电话1›", citizen=factories.citizen())
    factories.order(agent, title="路灯不亮", overdue=True)


def export(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["export", "orders", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_csv_holds_every_order_and_the_export_is_written_down(two_orders, tmp_path):
    export(str(tmp_path / "o.csv"))

    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["标题"] for row in rows] == ['\'=HYPERLINK("http://evil.example")', "路灯不亮"]
    assert rows[0]["诉求内容"] == "请回电‹电话1›"
    assert [row["超期"] for row in rows] == ["否", "是"]
    assert not {"诉求人", "电话", "姓名"} & set(COLUMNS)
    entry = AuditEntry.objects.get(verb="orders.export")
    assert entry.changes["count"] == 2
    assert len(entry.changes["sha256"]) == 64


def test_xlsx_holds_text_where_text_is_meant(two_orders, tmp_path):
    export(str(tmp_path / "o.xlsx"))

    sheet = load_workbook(tmp_path / "o.xlsx").active
    assert sheet.max_row == 3
    assert all(shown.data_type != "f" for row in sheet.iter_rows() for shown in row)


def test_days_narrow_it(two_orders, tmp_path):
    export(str(tmp_path / "o.csv"), "--from", "2001-01-01", "--to", "2001-12-31")

    assert len((tmp_path / "o.csv").read_text("utf-8-sig").splitlines()) == 1


def test_an_existing_file_or_a_strange_name_is_refused(two_orders, tmp_path):
    (tmp_path / "o.csv").write_text("mine")

    export(str(tmp_path / "o.csv"), code=1)
    export(str(tmp_path / "o.pdf"), code=1)
    assert (tmp_path / "o.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("1-1", "1-1"),
        (None, ""),
        (-3, -3),
    ],
)
def test_what_begins_like_a_formula_gets_an_apostrophe(value, shown):
    assert cell(value) == shown
