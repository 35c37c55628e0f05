"""Reading rows out of CSV and xlsx so that one broken row never costs its neighbours."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from huying.base.errors import Invalid
from huying.federation.imports.mapping import FileShape

FIELD_LIMIT = 64 * 1024 * 1024
WORKBOOK_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class SourceRow:
    """One row of the file: where it begins (line in CSV, row in xlsx), its cells by heading, or why it can't be read."""

    line: int
    cells: dict[str, str]
    fault: str = ""
    progress: float = 0.0


def read_rows(path: Path, shape: FileShape) -> Iterator[SourceRow]:
    """All rows in order. ``progress`` runs from 0 to 1 by bytes (CSV) or rows (xlsx)."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        yield from _read_xlsx(path, shape)
    else:
        yield from _read_csv(path, shape)


def detect_encoding(path: Path, encodings: list[str]) -> str:
    """The first encoding under which the file decodes; where none does, the one with the fewest broken lines."""
    broken: dict[str, int] = {}
    with path.open("rb") as file:
        lines = list(file)
    for name in encodings:
        broken[name] = sum(1 for line in lines if not _decodes(line, name))
        if not broken[name]:
            return name
    return min(encodings, key=lambda name: broken[name])


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _read_csv(path: Path, shape: FileShape) -> Iterator[SourceRow]:
    csv.field_size_limit(FIELD_LIMIT)
    encoding = detect_encoding(path, shape.encodings)
    size = max(1, path.stat().st_size)
    # What does not decode is carried through the parser as lone surrogates and told row by row afterwards.
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")
        lines = csv.reader(text, delimiter=shape.delimiter)
        heading: list[str] = []
        for _ in range(shape.header_row):
            heading = [name.strip().lstrip("\ufeff") for name in next(lines, [])]
        before = lines.line_num
        for cells in lines:
            line, before = before + 1, lines.line_num
            if not any(cell.strip() for cell in cells):
                continue
            yield _row(line, heading, cells, min(1.0, raw.tell() / size), encoding)


def _row(line: int, heading: list[str], cells: list[str], progress: float, encoding: str) -> SourceRow:
    fault = ""
    if len(cells) != len(heading):
        fault = f"应有 {len(heading)} 列，实有 {len(cells)} 列"
    elif any(_broken(cell) for cell in cells):
        fault = f"有字节不是 {encoding.removesuffix('-sig')} 编码"
        cells = [cell.encode("utf-8", "replace").decode() for cell in cells]
    return SourceRow(line, dict(zip(heading, cells, strict=False)), fault, progress)


def _broken(cell: str) -> bool:
    return any("\udc80" <= sign <= "\udcff" for sign in cell)


def _read_xlsx(path: Path, shape: FileShape) -> Iterator[SourceRow]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises many kinds for a file that is no workbook
        raise Invalid(f"{path.name} 不是可读的 xlsx 文件：{error}") from error
    if shape.sheet and shape.sheet not in book.sheetnames:
        raise Invalid(f"{path.name} 里没有名为“{shape.sheet}”的工作表，有的是：{'、'.join(book.sheetnames)}。")
    sheet = book[shape.sheet] if shape.sheet else book.worksheets[0]
    total = max(1, sheet.max_row or 1)
    heading: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        values = [_shown(cell) for cell in cells]
        if number <= shape.header_row:
            heading = [value.strip() for value in values]
        elif any(value.strip() for value in values):
            yield SourceRow(number, dict(zip(heading, values, strict=False)), "", min(1.0, number / total))
    book.close()


def _shown(cell: Any) -> str:
    """A workbook's own dates are no text; they are written as :data:`WORKBOOK_MOMENT`, whatever the sheet shows.

    A long number, such as an order's, is kept by spreadsheets as a fraction; it is written without one.
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else cell.strftime(WORKBOOK_MOMENT) if isinstance(cell, datetime) else str(cell)
