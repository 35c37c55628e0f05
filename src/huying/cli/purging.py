"""``huying purge``: remove what has served its time."""

from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只数不删。")] = False,
) -> None:
    """按保存期限清理：过期的个人信息、审计、事件和技术数据。审计链之后仍可核对。"""
    environment.ready()
    from django.utils.module_loading import autodiscover_modules
    from rich.table import Table

    from huying.base.events.purging import purge as purge_all
    from huying.base.events.sequencer import sequence_pending
    from huying.base.org.selectors import system_person
    from huying.base.purging import days, purgers

    autodiscover_modules("purging")
    with environment.progress() as bar:
        task = bar.add_task("清理", total=len(purgers))
        removed = purge_all(actor=system_person(), dry_run=dry_run, told=lambda *_: bar.advance(task))
    if not dry_run:
        sequence_pending()
    table = Table("内容", "保存天数", "到期条数" if dry_run else "已清理条数")
    for name, count in removed.items():
        table.add_row(name, str(days(purgers[name].retention)), str(count))
    environment.out.print(table)
