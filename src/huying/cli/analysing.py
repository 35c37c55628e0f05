"""``huying analyse``: a file of orders read whole, one JSON object an order."""

import json
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment, on_files

app = typer.Typer()


@app.command()
def analyse(
    model: Annotated[Path, typer.Option(exists=True, file_okay=False, help="huying train --out 得到的模型文件夹。")],
    orders: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="CSV 或 xlsx 工单文件。")],
    mapping: Annotated[str, typer.Option(help="映射文件，或随附映射的名字（haikou.toml 等）。")],
    out: Annotated[Path, typer.Option(help="写入的文件，每行一件工单的 JSON。")],
    limit: Annotated[
        float | None, typer.Option(min=0.001, max=0.2, help="错派上限，如 0.02；默认为训练时的上限。")
    ] = None,
    keep_directions: Annotated[
        bool, typer.Option("--keep-directions", help="连坐席已写的交办语一起读；只用来衡量它值多少。")
    ] = False,
) -> None:
    """研读文件里的工单：事项、单位、类型、紧急程度、转接、情绪、重复、地点、标题及依据。不需要服务器和数据库。"""
    on_files.quiet_numbers()
    from huying.engines.analyst.analysis import analysis
    from huying.engines.analyst.bulk import predict

    loaded = on_files.model_of(model)
    with environment.progress() as bar:
        table = on_files.table_of(orders, mapping, teaching=False, bar=bar)
        task = bar.add_task("研读", total=len(table.orders))
        with on_files.writing(out) as file:
            for answer in predict(loaded.bundle, table.orders, limit=limit, keep_directions=keep_directions):
                row = analysis(loaded, answer, keep_directions=keep_directions)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                bar.advance(task)
    environment.out.print(f"已研读 {len(table.orders):,} 件，写入 {out}。", soft_wrap=True)
