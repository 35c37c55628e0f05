"""Reading files as they really come: BOM, gb18030, quoted line breaks, one broken row among good ones."""

import pytest
from openpyxl import Workbook

from huying.base.errors import Invalid
from huying.federation.imports.mapping import FileShape
from huying.federation.imports.reader import detect_encoding, read_rows

SHAPE = FileShape()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_common_encodings_are_recognised(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,内容\r\n1,路灯不亮\r\n".encode(encoding))
    (row,) = read_rows(path, SHAPE)
    assert row.cells == {"编号": "1", "内容": "路灯不亮"}
    assert not row.fault


def test_a_row_in_another_encoding_is_told_and_its_neighbours_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,内容\n1,好\n".encode() + "2,路灯\n".encode("gb18030") + "3,好\n".encode())
    rows = list(read_rows(path, SHAPE))
    assert [bool(row.fault) for row in rows] == [False, True, False]
    assert "编码" in rows[1].fault
    assert rows[2].cells["编号"] == "3"


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('no,text\n1,"first\nsecond"\n2,third\n', "utf-8")
    assert [row.line for row in read_rows(path, SHAPE)] == [2, 4]


def test_a_row_cut_short_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2\n", "utf-8")
    (row,) = read_rows(path, SHAPE)
    assert row.fault == "应有 3 列，实有 2 列"


def test_a_mostly_readable_file_is_not_taken_for_another_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,内容\n".encode() + "1,好\n".encode() * 50 + b"2,\xff\xfe\n")
    assert detect_encoding(path, ["utf-8-sig", "gb18030"]) == "utf-8-sig"


def test_xlsx_is_read_row_by_row(tmp_path):
    book = Workbook()
    book.active.append(["编号", "内容"])
    book.active.append([1, "路灯不亮"])
    book.active.append([None, None])
    book.save(tmp_path / "a.xlsx")
    (row,) = read_rows(tmp_path / "a.xlsx", SHAPE)
    assert (row.line, row.cells) == (2, {"编号": "1", "内容": "路灯不亮"})


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_text("not a workbook", "utf-8")
    with pytest.raises(Invalid, match="不是可读的 xlsx"):
        list(read_rows(tmp_path / "a.xlsx", SHAPE))
