"""``huying check``: what is wrong with this installation, and how to mend it."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from huying.cli import environment

app = typer.Typer()


class What(StrEnum):
    INSTALLATION = "installation"
    AUDIT = "audit"
    ALL = "all"


@app.command()
def check(
    what: Annotated[
        What, typer.Argument(help="installation 查安装，audit 逐条核对审计链，all 都查。")
    ] = What.INSTALLATION,
) -> None:
    """检查安装：哪里不对，怎么办。有 ✗ 时退出码为 1，只有 ! 时为 0。"""
    environment.ready()
    import huying.config.checks  # noqa: F401  (registers the checks of the installation itself)
    from huying.base.checks import Status, run_checks

    colours = {Status.GOOD: "green", Status.WARNING: "yellow", Status.BAD: "red"}
    groups = {What.INSTALLATION, What.AUDIT} if what is What.ALL else {what}
    worst = 0
    for name, finding in run_checks(groups):
        line = Text.assemble((finding.status, colours[finding.status]), " ", (name, "bold"), f"　{finding.text}")
        environment.out.print(line, soft_wrap=True)
        if finding.mend:
            environment.out.print(Text(f"　　→ {finding.mend}"), soft_wrap=True)
        worst += finding.status is Status.BAD
    if worst:
        environment.refuse(f"有 {worst} 处需要处理。")
