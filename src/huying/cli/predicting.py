"""``huying predict``: recommended units for a file of orders."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment, on_files

app = typer.Typer()

HEAD = ("order_no", "rank", "unit", "probability", "auto")
RANKS = 5


@app.command()
def predict(
    model: Annotated[Path, typer.Option(exists=True, file_okay=False, help="huying train --out 得到的模型文件夹。")],
    orders: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="CSV 或 xlsx 工单文件，不必有承办单位列。")],
    mapping: Annotated[str, typer.Option(help="映射文件，或随附映射的名字（haikou.toml 等）。")],
    out: Annotated[Path, typer.Option(help="写入的文件，.csv 或 .xlsx。")],
    limit: Annotated[
        float | None,
        typer.Option(
            min=0.001, max=0.2, help="错派上限：0.02 即每 100 件自动派单错派不超过 2 件；默认为训练时的上限。"
        ),
    ] = None,
    keep_directions: Annotated[
        bool, typer.Option("--keep-directions", help="连坐席已写的交办语一起读；只用来衡量它值多少。")
    ] = False,
) -> None:
    """给文件里的工单推荐承办单位，并说明哪些可以自动派单。不需要服务器和数据库。"""
    on_files.quiet_numbers()
    from huying.engines.analyst.bulk import predict as answers

    loaded = on_files.model_of(model)
    automatic = 0
    with environment.progress() as bar:
        table = on_files.table_of(orders, mapping, teaching=False, bar=bar)
        task = bar.add_task("推荐", total=len(table.orders))
        rows: list[tuple[str, int, str, str, int]] = []
        for answer in answers(loaded.bundle, table.orders, limit=limit, keep_directions=keep_directions, k=RANKS):
            automatic += answer.automatic
            rows += [
                (answer.order.number, rank, one.label, f"{one.probability:.6f}", int(answer.automatic and rank == 1))
                for rank, one in enumerate(answer.units, 1)
            ]
            bar.advance(task)
    _write(out, rows)
    share = limit if limit is not None else loaded.bundle.gate.limit
    total = max(1, len(table.orders))
    environment.out.print(
        f"{len(table.orders):,} 件；每 100 件错派不超过 {share * 100:g} 件时，可自动派 {automatic:,} 件（{automatic / total:.1%}）。写入 {out}。",
        soft_wrap=True,
    )


def _write(out: Path, rows: Iterable[tuple[str, int, str, str, int]]) -> None:
    """CSV for programs (UTF-8, no mark at its beginning), xlsx for people; no cell that a spreadsheet would run."""
    from huying.base.tables import Column, guard, write_table

    if out.suffix.lower() == ".xlsx":
        columns = [Column("order_no", "order_no", width=24), Column("rank", "rank", "integer")]
        columns += [Column("unit", "unit", width=32), Column("probability", "probability", "number")]
        columns += [Column("auto", "auto", "integer")]
        numbered = (dict(zip(HEAD, (*row[:3], float(row[3]), row[4]), strict=True)) for row in rows)
        with on_files.writing(out, "wb") as file:
            file.write(write_table("推荐单位", columns, numbered))
        return
    with on_files.writing(out) as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows((guard(number), rank, guard(unit), *rest) for number, rank, unit, *rest in rows)
