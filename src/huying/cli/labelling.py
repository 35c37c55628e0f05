"""``huying labels propose``: what in a history of orders would teach a model wrongly, for a person to confirm."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from huying.cli import environment, on_files

app = typer.Typer(help="标签治理：训练之前把历史工单的承办单位理顺。", no_args_is_help=True)


@app.callback()
def labelling() -> None:
    """标签治理：训练之前把历史工单的承办单位理顺。"""


@app.command()
def propose(
    orders: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV 或 xlsx 历史工单文件；不给则看本中心已办结的工单。"),
    ] = None,
    mapping: Annotated[str, typer.Option(help="文件的映射，或随附映射的名字（haikou.toml 等）。")] = "",
    out: Annotated[Path | None, typer.Option(help="文件的建议写入的 .xlsx 文件。")] = None,
) -> None:
    """找出一个单位的几种写法、更名、只引用别的工单的、相同内容派了不同单位的，请人逐条表态。

    给了 --orders 时写成表；不给时存为本中心的标签治理建议，由模型管理员在网页上确认。
    """
    if orders is None:
        _of_this_centre()
        return
    if not mapping or out is None or out.suffix.lower() != ".xlsx":
        environment.refuse("请用 --mapping 说明文件的各列，用 --out 给出 .xlsx 建议表。")
    _of_a_file(orders, mapping, out)


def _of_this_centre() -> None:
    environment.ready()
    from huying.base.org.selectors import system_person
    from huying.handling.dispatch import actions

    with environment.progress() as bar:
        task = bar.add_task("标签治理", total=1000)
        new, gone = actions.gather_labels(
            actor=system_person(),
            progress=lambda share, words: bar.update(task, completed=share * 1000, description=words),
        )
    environment.out.print(f"新增标签治理建议 {new} 条，已无此情况 {gone} 条，请模型管理员确认；同意的从下次训练起算。")


def _of_a_file(orders: Path, mapping: str, out: Path) -> None:
    on_files.quiet_numbers()
    from huying.cli.label_sheets import write_proposals
    from huying.engines.labels.proposals import KINDS
    from huying.engines.labels.propose import propose as proposals_on

    with environment.progress() as bar:
        table = on_files.table_of(orders, mapping, teaching=True, bar=bar)
        task = bar.add_task("标签治理", total=1000)
        found = proposals_on(
            table.orders, lambda share, words: bar.update(task, completed=share * 1000, description=words)
        )
    with on_files.writing(out, "wb") as file:
        file.write(write_proposals(found))
    counts, touched = Counter(one.kind for one in found), Counter[str]()
    for one in found:
        touched[one.kind] += one.count
    shown = Table(title="标签治理建议")
    for name in ("种类", "条数", "涉及工单"):
        shown.add_column(name)
    for kind, label in KINDS.items():
        shown.add_row(label, str(counts[kind]), f"{touched[kind]:,}")
    environment.out.print(shown)
    environment.out.print(
        f"写入 {out}。请在“意见”列填“同意”或“不同意”，再运行 huying train --orders … --labels {out}。", soft_wrap=True
    )
