"""``huying replay``: the main job on recorded orders, on a scratch copy."""

import subprocess
import sys
from pathlib import Path

import typer

from huying.cli.environment import ready

app = typer.Typer()


@app.command()
def replay(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="CSV 或 xlsx 工单文件。"),
    mapping: str = typer.Option(..., help="映射文件，或随附映射的名字。"),
    limit: int = typer.Option(0, help="只回放前若干件。"),
    figures: str = typer.Option("", help="把结果另存为 JSON。"),
) -> None:
    """在数据库副本上，把文件中的工单按时间顺序走完全程：受理、派单、签收、联系、办结、审核、回访。"""
    ready()
    from huying.replay.scratch import scratch_copy

    with scratch_copy() as environment:
        command = [sys.executable, "-m", "huying.replay", str(file.resolve()), mapping, str(limit), figures]
        finished = subprocess.run(command, env=environment, check=False)
    raise typer.Exit(finished.returncode)
