"""Tables for people: xlsx written and read the one way that every room uses. No Django, no HTTP.

    COLUMNS = (Column("code", "代码", required=True), Column("level", "层级", kind="integer"), …)
    content: bytes = write_table("事项分类", COLUMNS, rows)              # rows: an iterable of dicts by Column.key
    read = read_table(file_or_bytes, COLUMNS)                            # xlsx, or csv in utf-8 / gb18030
    read.rows   → [Row(line=2, values={"code": …, "level": 3}), …]       # only rows without an error
    read.errors → [RowError(line=5, column="层级", message="…"), …]      # every bad cell with its line in the file

Formula injection: a text that a spreadsheet would run (it begins with = + - @ tab or return) is written with an
apostrophe before it, which `read_table` takes off again, so that any text survives the way out and back.

The library for xlsx is imported where it is used: a server that nobody asks for a table need not carry it.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from huying.base.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 100_000
MAX_UNPACKED = 300 * 1024 * 1024
LIST_MARK = "、"

_DANGEROUS = re.compile(r"^'*[=+\-@\t\r]")
_GUARDED = re.compile(r"^'+[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LISTS = re.compile(r"[、，,；;\n]")
# What openpyxl lets through from a damaged file: of the archive, of its XML (a SyntaxError), of what the XML refers to.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError,
    KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError,
)  # fmt: skip
_YES, _NO = {"是", "有", "true", "1", "y", "yes"}, {"否", "无", "false", "0", "n", "no"}


@dataclass(frozen=True)
class Column:
    """One column: ``key`` in the row's dict, ``title`` in the sheet's head.

    ``kind``: text, integer, number, date, boolean (是/否) or list (joined by 、). ``choices`` maps a value to what people
    read; both are accepted on the way in. ``width`` is in characters.
    """

    key: str
    title: str
    kind: str = "text"
    required: bool = False
    choices: dict[str, str] = field(default_factory=dict)
    width: int = 16
    max_length: int = 2000


@dataclass(frozen=True)
class Row:
    """A good row: its line in the file (the head is line 1) and its values by ``Column.key``."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class RowError:
    """What is wrong in which line and column, in words for the person who filled the sheet."""

    line: int
    column: str
    message: str


@dataclass
class Loaded:
    """What an import did; rows with an error are left out, all others are in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def with_unread(self, unread: list[RowError]) -> "Loaded":
        """Together with the lines that could not even be read, in the sequence of the file."""
        self.errors = sorted([*unread, *self.errors], key=lambda error: error.line)
        return self


@dataclass(frozen=True)
class TableRead:
    rows: list[Row]
    errors: list[RowError]


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula; control characters, which xlsx cannot hold, are dropped."""
    clean = printable(text)
    return f"'{clean}" if _DANGEROUS.match(clean) else clean


def printable(text: str) -> str:
    """Without the control characters that no office document can hold."""
    return _CONTROL.sub("", text)


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def write_table(
    name: str,
    columns: Iterable[Column],
    rows: Iterable[dict[str, Any]],
    *,
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """An xlsx of one sheet with a head that stays in view. ``progress`` is told the number of rows written."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    columns = tuple(columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", name)[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_head(sheet, column) for column in columns])
    count = 0
    for count, row in enumerate(rows, 1):
        sheet.append([_text_cell(sheet, _shown(column, row.get(column.key))) for column in columns])
        if progress and count % 500 == 0:
            progress(count)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write_csv(columns: Iterable[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """The same table as csv in UTF-8 with a mark at its beginning, as Excel expects it."""
    columns = tuple(columns)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.title for column in columns])
    writer.writerows([[_shown(column, row.get(column.key)) for column in columns] for row in rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _head(sheet, column: Column) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(sheet, value=f"{column.title}{'*' if column.required else ''}")
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="FFEFF3F8")
    cell.alignment = Alignment(vertical="center")
    return cell


def _text_cell(sheet, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _shown(column: Column, value: Any) -> Any:
    if value is None:
        return ""
    if column.choices:
        value = column.choices.get(value, value)
    if column.kind == "boolean":
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        value = LIST_MARK.join(str(each) for each in value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, (int, float, date)):
        return value
    return guard(str(value))


def read_table(
    source: IO[bytes] | bytes,
    columns: Iterable[Column],
    *,
    progress: Callable[[int], None] | None = None,
    max_rows: int = MAX_ROWS,
) -> TableRead:
    """The rows of the first sheet, and every bad cell with its line.

    Columns are found by their titles, in any order; further columns are left alone, empty rows are skipped. Raises
    :class:`Invalid` where the file is no table, lacks a required column or has more than ``max_rows`` rows.
    """
    columns = tuple(columns)
    lines = _lines(source if isinstance(source, bytes) else source.read())
    places = _find_columns(next(lines, (0, [])), columns)
    read = TableRead([], [])
    for line, cells in lines:
        if line > max_rows + 1:
            raise Invalid(f"表格超过 {max_rows} 行，请分成几个文件。", code="table_too_long")
        if all(cell in (None, "") for cell in cells):
            continue
        values, errors = _read_row(line, cells, columns, places)
        read.errors.extend(errors)
        if not errors:
            read.rows.append(Row(line, values))
        if progress and line % 500 == 0:
            progress(line)
    return read


def _find_columns(head: tuple[int, list[Any]], columns: tuple[Column, ...]) -> dict[str, int]:
    titles = {str(cell or "").strip().rstrip("*＊").strip(): index for index, cell in enumerate(head[1])}
    missing = [column.title for column in columns if column.required and column.title not in titles]
    if missing:
        raise Invalid(
            f"表头缺少：{LIST_MARK.join(missing)}。请用导出的表格作模板。", code="table_head", missing_columns=missing
        )
    return {column.key: titles[column.title] for column in columns if column.title in titles}


def _read_row(
    line: int, cells: list[Any], columns: tuple[Column, ...], places: dict[str, int]
) -> tuple[dict[str, Any], list[RowError]]:
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    for column in columns:
        place = places.get(column.key)
        raw = cells[place] if place is not None and place < len(cells) else None
        try:
            values[column.key] = _value(column, raw)
        except ValueError as error:
            errors.append(RowError(line, column.title, str(error)))
    return values, errors


class _Formula(str):
    """A cell that holds a formula instead of a value."""


def _value(column: Column, raw: Any) -> Any:
    if isinstance(raw, _Formula):
        raise ValueError("是公式，请改成数值或文字")
    if isinstance(raw, str):
        raw = unguard(raw).strip()
    if raw in (None, ""):
        if column.required:
            raise ValueError("不能为空")
        return (
            []
            if column.kind == "list"
            else False
            if column.kind == "boolean"
            else None
            if column.kind != "text"
            else ""
        )
    if column.choices:
        return _chosen(column, str(raw))
    return _READERS[column.kind](column, raw)


def _chosen(column: Column, text: str) -> str:
    by_label = {label: value for value, label in column.choices.items()}
    if text in by_label:
        return by_label[text]
    if text in column.choices:
        return text
    raise ValueError(f"“{text[:20]}”不在可选项中：{LIST_MARK.join(list(by_label)[:12])}")


def _text(column: Column, raw: Any) -> str:
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)
    if len(text) > column.max_length:
        raise ValueError(f"超过 {column.max_length} 个字")
    return text


def _integer(column: Column, raw: Any) -> int:
    number = _number(column, raw)
    if number != int(number):
        raise ValueError(f"“{raw}”不是整数")
    return int(number)


def _number(column: Column, raw: Any) -> float:
    try:
        number = float(raw)
    except (TypeError, ValueError):
        raise ValueError(f"“{str(raw)[:20]}”不是数字") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"“{raw}”不是数字")
    return number


def _date(column: Column, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", str(raw))
    try:
        year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{str(raw)[:20]}”不是日期，请写成 2025-06-16") from None


def _boolean(column: Column, raw: Any) -> bool:
    text = str(raw).lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise ValueError("请填“是”或“否”")


def _list(column: Column, raw: Any) -> list[str]:
    return [part.strip() for part in _LISTS.split(_text(column, raw)) if part.strip()]


_READERS: dict[str, Callable[[Column, Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "list": _list,
}


def _lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    return _xlsx_lines(content) if content[:2] == b"PK" else _csv_lines(content)


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise Invalid("表格解开后过大，请分成几个文件。", code="table_too_large")
        sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(), 1):
            yield line, [_Formula(cell.value) if cell.data_type == "f" else cell.value for cell in cells]
    except _DAMAGED as error:
        raise Invalid("文件不是能读取的 xlsx 表格，请另存为 xlsx 再上传。", code="not_a_table") from error


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    if b"\x00" in content[:4096]:
        raise Invalid("文件不是 xlsx 或 csv 表格。", code="not_a_table")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Invalid("csv 的编码无法识别，请另存为 UTF-8 或 xlsx。", code="not_a_table") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(f"csv 第 {reader.line_num} 行无法读取。", code="not_a_table") from error
        yield reader.line_num, cells
