"""``huying replay``: the main job on recorded orders, on a scratch copy."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV 或 xlsx 工单文件。")],
    mapping: Annotated[str, typer.Option(help="映射文件，或随附映射的名字。")],
    first: Annotated[int, typer.Option(help="只回放前若干件；0 为全部。")] = 0,
    error_limit: Annotated[float, typer.Option(help="每件自动派单允许错派的比例，如 0.05；0 为本中心现行上限。")] = 0.0,
    figures: Annotated[str, typer.Option(help="把结果另存为 JSON。")] = "",
) -> None:
    """在数据库副本上，把文件中的工单按时间顺序走完全程：受理、派单、签收、联系、办结、审核、回访。"""
    environment.ready()
    from huying.replay.scratch import scratch_copy

    with scratch_copy() as scratch:
        where = str(Path(figures).resolve()) if figures else ""
        words = [str(file.resolve()), mapping, str(first), str(error_limit), where]
        finished = subprocess.run([sys.executable, "-m", "huying.replay", *words], env=scratch, check=False)
    raise typer.Exit(finished.returncode)
