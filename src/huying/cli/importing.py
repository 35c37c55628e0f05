"""``huying import orders``: bring in orders from somebody's file by a mapping."""

from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment

app = typer.Typer(help="导入数据。", no_args_is_help=True)


@app.callback()
def importing() -> None:
    """导入数据。"""


@app.command()
def orders(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV 或 xlsx 工单文件。")],
    mapping: Annotated[str, typer.Option(help="映射文件，或随附映射的名字（haikou.toml 等）。")],
    rejected: Annotated[Path, typer.Option(help="无法导入的行写到哪里。")] = Path("rejected.csv"),
) -> None:
    """导入工单。重复运行不会重复导入；中断后再运行即从断处继续。"""
    environment.ready()
    from huying.base.errors import Problem
    from huying.base.org.selectors import system_person
    from huying.cli.migrating import bring_up
    from huying.federation.imports.mapping import load_mapping
    from huying.federation.imports.run import import_orders

    bring_up()
    try:
        with environment.progress() as bar:
            task = bar.add_task("导入", total=1000)
            result = import_orders(
                actor=system_person(),
                file=file,
                mapping=load_mapping(mapping),
                rejected_file=rejected,
                progress=lambda share, rows: bar.update(task, completed=share * 1000, description=f"已读 {rows:,} 行"),
            )
    except Problem as problem:
        environment.refuse(problem.detail)
    environment.out.print(
        f"读 {result.read:,} 行：新增 {result.added:,}，已有 {result.present:,}，未导入 {result.rejected:,}。"
    )
    if result.units_made:
        environment.out.print(
            f"新建待确认单位 {len(result.units_made)} 个，新建分类 {result.categories_made} 个，请到系统管理中核对。"
        )
    if result.rejected_file:
        environment.out.print(f"未导入的行及原因见 {result.rejected_file}。")
