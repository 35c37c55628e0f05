"""Tables go out and come in again as they were, and never as a formula."""

import contextlib
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from huying.base.errors import Invalid
from huying.base.files.tables import Column, guard, read_table, unguard, write_csv, write_table

COLUMNS = (
    Column("code", "代码", required=True),
    Column("name", "名称"),
    Column("count", "件数", kind="integer"),
    Column("share", "比例", kind="number"),
    Column("day", "日期", kind="date"),
    Column("urgent", "紧急", kind="boolean"),
    Column("words", "词", kind="list"),
    Column("level", "级别", choices={"a": "甲级", "b": "乙级"}),
)
ROW = {
    "code": "0101",
    "name": '=HYPERLINK("http://x")',
    "count": 3,
    "share": 0.5,
    "day": date(2025, 6, 16),
    "urgent": True,
    "words": ["水", "电"],
    "level": "b",
}


@pytest.mark.parametrize(
    "write", [lambda rows: write_table("表", COLUMNS, rows), lambda rows: write_csv(COLUMNS, rows)]
)
def test_every_kind_of_value_comes_back(write):
    read = read_table(write([ROW]), COLUMNS)
    assert read.errors == []
    assert [(row.line, row.values) for row in read.rows] == [(2, ROW)]


def test_nothing_that_is_written_is_a_formula():
    rows = [{"code": text} for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1")]
    sheet = load_workbook(io.BytesIO(write_table("表", COLUMNS, rows))).active
    values = [sheet.cell(line, 1) for line in range(2, sheet.max_row + 1)]
    assert all(cell.data_type == "s" and cell.value.startswith("'") for cell in values)
    assert b"\n=1" not in write_csv(COLUMNS, rows)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40).map(lambda text: guard(text)).filter(bool))
def test_guarding_is_undone_exactly(text: str):
    assert unguard(guard(text)) == text


def test_a_formula_somebody_typed_is_refused_with_its_line():
    book = Workbook()
    book.active.append(["代码", "件数"])
    book.active.append(["1", "=1+1"])
    book.active.append(["2", 5])
    buffer = io.BytesIO()
    book.save(buffer)
    read = read_table(buffer.getvalue(), COLUMNS)
    assert [row.values["count"] for row in read.rows] == [5]
    assert [(error.line, error.column) for error in read.errors] == [(2, "件数")]


def test_bad_cells_are_told_one_by_one():
    text = "代码,件数,比例,日期,紧急,级别\n,x,nan,2025-13-01,也许,丙级\n1,1.5,,2025年6月1日,否,a\n\n2,,,,,\n"
    read = read_table(text.encode(), COLUMNS)
    assert [(error.line, error.column) for error in read.errors] == [
        (2, "代码"), (2, "件数"), (2, "比例"), (2, "日期"), (2, "紧急"), (2, "级别"), (3, "件数"),
    ]  # fmt: skip
    assert [row.line for row in read.rows] == [5]


def test_titles_are_found_in_any_order_and_a_missing_one_is_named():
    read = read_table("名称,多余,代码*\n甲,x,1\n".encode("gb18030"), COLUMNS)
    assert (read.rows[0].values["code"], read.rows[0].values["name"]) == ("1", "甲")
    with pytest.raises(Invalid, match="代码"):
        read_table("名称\n甲\n".encode(), COLUMNS)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02", b"\xff\xfe\xff"])
def test_what_is_no_table_is_refused(content: bytes):
    with pytest.raises(Invalid):
        read_table(content, COLUMNS)


def test_a_table_that_is_too_long_is_refused():
    rows = [{"code": str(number)} for number in range(12)]
    with pytest.raises(Invalid, match="10 行"):
        read_table(write_table("表", COLUMNS, rows), COLUMNS, max_rows=10)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_in_words_or_read(data: st.DataObject):
    """Whatever part of the workbook is cut or altered: a clear refusal or a table, never another error."""
    whole = write_table("表", COLUMNS, [ROW, ROW])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(buffer, "w") as broken:
        names = archive.namelist()
        spoilt = data.draw(st.sampled_from(names))
        for name in names:
            body = archive.read(name)
            if name == spoilt:
                place = data.draw(st.integers(0, len(body)))
                body = body[:place] + data.draw(st.binary(max_size=6)) + body[place + data.draw(st.integers(0, 40)) :]
            broken.writestr(name, body)
    with contextlib.suppress(Invalid):
        read_table(buffer.getvalue(), COLUMNS)
