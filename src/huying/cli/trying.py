"""``huying try``: what Huying would have done with a centre's own orders, as a page to read and print."""

from pathlib import Path
from typing import Annotated

import typer

from huying.cli import environment, on_files

app = typer.Typer()


@app.command(name="try")
def try_out(
    orders: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="CSV 或 xlsx 历史工单文件。")],
    mapping: Annotated[str, typer.Option(help="映射文件，或随附映射的名字（haikou.toml 等）。")],
    out: Annotated[Path, typer.Option(help="报告写入的 .html 文件。")],
    limit: Annotated[
        float, typer.Option(min=0.001, max=0.2, help="错派上限：0.02 即每 100 件自动派单错派不超过 2 件。")
    ] = 0.02,
) -> None:
    """在自己导出的工单上试一试：用较早的学，在较晚的上派，写成一页报告。不需要服务器和数据库，什么也不上传。"""
    on_files.quiet_numbers()
    from huying.engines.analyst.orders import TooLittle
    from huying.engines.analyst.trial import hold_trial
    from huying.engines.analyst.trial_page import trial_page

    with environment.progress() as bar:
        table = on_files.table_of(orders, mapping, teaching=True, bar=bar)
        task = bar.add_task("试派", total=1000)
        try:
            trial = hold_trial(
                table.orders,
                limit=limit,
                progress=lambda share, words: bar.update(task, completed=share * 1000, description=words),
            )
        except TooLittle as error:
            environment.refuse(str(error))
    with on_files.writing(out) as file:
        file.write(trial_page(trial, orders.name))
    count = trial.later[2]
    environment.out.print(
        f"较晚的 {count:,} 件里，首选单位与实际一致 {trial.right / count:.1%}，前三个里有实际单位 {trial.in_three / count:.1%}。"
        f"报告在 {out}，用浏览器打开，可打印。",
        soft_wrap=True,
    )
