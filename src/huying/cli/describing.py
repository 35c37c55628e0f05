"""``huying openapi``: the description of the HTTP interface, from which clients are made."""

import json
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def openapi(
    target: Annotated[Path | None, typer.Argument(help="写入的文件；不给则打印。", show_default=False)] = None,
) -> None:
    """导出接口说明（OpenAPI，JSON）。"""
    environment.ready()
    from huying.config.api import api

    text = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"
    if target is None:
        typer.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8")
        environment.out.print(f"接口说明已写入 {target}")
