"""What the commands for work on files share: reading the table, saying what was left out, loading a model, writing.

No Django, no database, no settings: nothing here reads or writes anything but the files that were named.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich.progress import Progress

from huying.cli import environment

if TYPE_CHECKING:
    from huying.engines.analyst.model import FileModel
    from huying.federation.imports.mapping import Mapping
    from huying.federation.imports.table import Table

SHOWN_FAULTS = 5


def quiet_numbers() -> None:
    """One thread for matrix products: more of them cost time on small batches. Called before numpy is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def mapping_of(name: str) -> "Mapping":
    from huying.base.errors import Problem
    from huying.federation.imports.mapping import is_shipped, load_mapping

    try:
        found = load_mapping(name)
    except Problem as problem:
        environment.refuse(problem.detail)
    if is_shipped(name):
        environment.err.print(f"用随附的映射 {Path(name).name}（{found.title or found.source}）。")
    return found


def table_of(file: Path, mapping: str, *, teaching: bool, bar: Progress) -> "Table":
    """The orders of `file`; tells which rows were left out, and why. Ends the command where the file can't be used."""
    from huying.base.errors import Problem
    from huying.federation.imports.table import read_table

    shape = mapping_of(mapping)
    task = bar.add_task("读取文件", total=1000)
    try:
        table = read_table(
            file, shape, teaching=teaching, progress=lambda share: bar.update(task, completed=share * 1000)
        )
    except Problem as problem:
        environment.refuse(problem.detail)
    bar.update(task, completed=1000)
    told(table)
    return table


def told(table: "Table") -> None:
    if table.lacking:
        environment.err.print(f"文件里没有这些列，已略过：{'、'.join(table.lacking)}。")
    if table.faults:
        environment.err.print(f"有 {len(table.faults):,} 行没有用上：")
        for fault in table.faults[:SHOWN_FAULTS]:
            environment.err.print(f"  第 {fault.line} 行：{fault.reason}", markup=False)
        if len(table.faults) > SHOWN_FAULTS:
            environment.err.print(f"  其余 {len(table.faults) - SHOWN_FAULTS:,} 行从略。")


def model_of(folder: Path) -> "FileModel":
    from huying.engines.analyst.model import FileModel
    from huying.engines.classify.store import BrokenModel

    try:
        return FileModel.load(folder)
    except (BrokenModel, OSError, ValueError, KeyError, TypeError) as error:
        environment.refuse(
            f"模型文件夹 {folder} 不能用：{error}。请用 huying train --orders … --out {folder} 重新训练。"
        )


@contextmanager
def writing(target: Path, mode: str = "w") -> Iterator[IO]:
    """`target` appears whole or not at all."""
    part = target.with_name(target.name + ".part")
    binary = "b" in mode
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open(mode, encoding=None if binary else "utf-8", newline=None if binary else "") as file:
            yield file
        part.replace(target)
    except OSError as error:
        environment.refuse(f"写不进 {target}：{error.strerror or error}。")
    finally:
        part.unlink(missing_ok=True)
