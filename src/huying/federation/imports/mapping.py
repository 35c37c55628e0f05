"""A mapping: how the columns of somebody's file become the fields of an order. Written as TOML, checked when read."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from huying.base.errors import Invalid


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileShape(_Strict):
    """How the file is written. Encodings are tried in turn; a row that fits none of them is rejected alone."""

    encodings: list[str] = ["utf-8-sig", "gb18030"]
    delimiter: str = ","
    sheet: str = ""
    header_row: int = 1


class TextColumn(_Strict):
    column: str = ""
    columns: list[str] = []
    join: str = "；"
    default: str = ""
    required: bool = False
    max_length: int = 20_000

    @property
    def names(self) -> list[str]:
        return self.columns or ([self.column] if self.column else [])


class TimeColumn(_Strict):
    """A time, by its formats. ``precision = "day"``: the source knows the day only, and no hour is invented."""

    column: str
    formats: list[str]
    precision: Literal["second", "day"] = "second"
    zone: str = "Asia/Shanghai"
    required: bool = False


class CategoryColumns(_Strict):
    """The way from the root of a tree, one column a level; empty levels are passed over."""

    columns: list[str] = []
    tree: str = ""
    tree_name: str = ""
    required: bool = False


class UnitColumn(_Strict):
    """The unit that got the order. ``create``: kind of a unit made (marked provisional) where the name is unknown;
    ``recorded``: the column with the name exactly as it was written, where ``column`` has it tidied (only to train)."""

    column: str = ""
    create: str = ""
    recorded: str = ""
    required: bool = False


class ValueColumn(_Strict):
    """A coded value: the column and what its values mean here; what is not listed becomes ``default``."""

    column: str = ""
    values: dict[str, str] = {}
    default: str = ""


class Mapping(_Strict):
    """The whole mapping of one shape of file."""

    source: str = Field(pattern=r"^[a-z0-9_-]{2,40}$")
    title: str = ""
    file: FileShape = FileShape()
    source_no: TextColumn
    text: TextColumn
    order_title: TextColumn = TextColumn()
    place: TextColumn = TextColumn(max_length=200)
    reply: TextColumn = TextColumn()
    filed_at: TimeColumn
    closed_at: TimeColumn | None = None
    closed_after_days: TextColumn = TextColumn()
    due_at: TimeColumn | None = None
    category: CategoryColumns = CategoryColumns()
    unit: UnitColumn = UnitColumn()
    request_type: ValueColumn = ValueColumn(default="help")
    channel: ValueColumn = ValueColumn(default="phone")
    urgency: ValueColumn = ValueColumn(default="general")
    status: ValueColumn = ValueColumn(default="closed")
    anonymous: ValueColumn = ValueColumn()

    def columns(self) -> set[str]:
        """Every column that must be in the file's heading."""
        named: set[str] = set()
        for value in dict(self).values():
            if isinstance(value, TextColumn):
                named.update(value.names)
            elif isinstance(value, CategoryColumns):
                named.update(value.columns)
            elif isinstance(value, TimeColumn | UnitColumn | ValueColumn) and value.column:
                named.add(value.column)
        return named


def is_shipped(name: str) -> bool:
    """Whether :func:`load_mapping` takes a mapping that comes with Huying: no such file, but a shipped one so called."""
    return not Path(name).exists() and Path(name).name in shipped()


def shipped() -> list[str]:
    """Names of the mappings that come with Huying."""
    return sorted(
        entry.name for entry in files(__package__).joinpath("mappings").iterdir() if entry.name.endswith(".toml")
    )


def load_mapping(name: str) -> Mapping:
    """A mapping by path, or by the name of a shipped one. Raises :class:`Invalid` naming every fault."""
    path = Path(name)
    if is_shipped(name):
        body = files(__package__).joinpath("mappings", path.name).read_text("utf-8")
    elif path.is_file():
        body = _read(path)
    else:
        raise Invalid(f"找不到映射文件 {name}。随附的有：{'、'.join(shipped())}。")
    try:
        content: dict[str, Any] = tomllib.loads(body)
        return Mapping.model_validate(content)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"映射文件 {name} 的格式不对：{error}") from error
    except ValidationError as error:
        faults = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
        told = "；".join(f"{f['field']}：{f['message']}" for f in faults)
        raise Invalid(f"映射文件 {name} 填写有误：{told}", errors=faults) from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"映射文件 {path} 读不出来，请存为 UTF-8 文本：{error}") from error
