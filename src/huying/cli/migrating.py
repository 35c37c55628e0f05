"""``huying migrate``: bring the tables up to this version; asks nothing, loses nothing."""

from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer()


@app.command()
def migrate(
    only_check: Annotated[bool, typer.Option("--check", help="只看有没有待升级的表，有则退出码为 1。")] = False,
) -> None:
    """建立或升级数据库表。"""
    environment.ready()
    waiting = pending()
    if not waiting:
        environment.out.print("数据库表已是最新。")
        return
    if only_check:
        environment.refuse(f"有 {len(waiting)} 处待升级：{'、'.join(waiting)}。请运行 huying migrate。")
    bring_up()
    environment.out.print(f"数据库表已升级（{len(waiting)} 处）。")


def pending() -> list[str]:
    """Migrations not yet applied, as ``app.name``. Says so and ends (code 3: begin again later) where no database answers."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        reason = str(error).strip().partition("\n")[0]
        environment.refuse(f"连不上数据库，请确认它已启动、地址正确：{reason}", code=3)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up() -> None:
    """Apply every migration that waits."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
