"""``huying train``: train a dispatch model on the orders of this centre or of a file, and say how good it is."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from huying.cli import environment, teaching

if TYPE_CHECKING:
    from huying.handling.dispatch.models import ModelVersion

app = typer.Typer()

_RATES = (
    ("accuracy", "首选承办单位准确率"),
    ("top3", "前三准确率"),
    ("ece", "概率偏差（ECE）"),
)


@app.command()
def train(
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="只用这一天之前受理的工单（评测时留出后面的）。")
    ] = None,
    promote: Annotated[str, typer.Option(help="训练后由谁启用（登录名，须有模型管理员角色）。")] = "",
    orders: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="用这个 CSV 或 xlsx 文件训练，不需要服务器和数据库。"),
    ] = None,
    mapping: Annotated[str, typer.Option(help="文件的映射，或随附映射的名字（haikou.toml 等）。")] = "",
    out: Annotated[Path | None, typer.Option(file_okay=False, help="由文件训练的模型放进哪个文件夹。")] = None,
    limit: Annotated[
        float, typer.Option(min=0.001, max=0.2, help="由文件训练时的错派上限，0.02 即每 100 件不超过 2 件。")
    ] = 0.02,
    labels: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="标签治理建议表（huying labels propose），照其中“同意”的训练。"),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="不训练，只在较晚的工单上比较几种算法和现用的模型。")
    ] = False,
) -> None:
    """训练派单模型：用本中心已办结的工单，或用 --orders 给的文件。本中心首个模型自动启用，其后须由具名人员启用。"""
    if orders is not None:
        teaching.on_file(orders, mapping=mapping, out=out, limit=limit, until=until, labels=labels, compare=compare)
        return
    if mapping or out or labels:
        environment.refuse("--mapping、--out、--labels 只用于文件，请同时给 --orders。")
    environment.ready()
    from huying.base.errors import Problem
    from huying.base.org.selectors import system_person
    from huying.handling.dispatch import actions, knowledge
    from huying.handling.dispatch.training import train as train_model

    if compare:
        _compare(until)
        return
    person = _keeper(promote) if promote else None
    try:
        with environment.progress() as bar:
            task = bar.add_task("训练", total=1000)
            model = train_model(
                actor=system_person(),
                progress=lambda share, words: bar.update(task, completed=share * 1000, description=words),
                until=until.date() if until else None,
            )
        if person is not None and model.promoted_at is None:
            model = actions.promote(actor=person, model=model)
    except Problem as problem:
        environment.refuse(problem.detail)
    _tell(model, knowledge.current().automation.limit)
    environment.out.print(f"模型位置：{knowledge.models_folder() / model.folder}")


def _compare(until: datetime | None) -> None:
    from huying.cli import comparing
    from huying.handling.dispatch import knowledge
    from huying.handling.dispatch.training import training_orders

    known = knowledge.current()
    comparing.show(training_orders(known, until.date() if until else None), sorted(known.units.by_name))


def _keeper(username: str):
    from huying.base.org.models import Person

    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        environment.refuse(f"没有登录名为 {username} 的在岗人员。")
    return person


def _tell(model: "ModelVersion", limit: float) -> None:
    figures = model.figures
    table = Table(title=f"模型 {model.name}", show_header=False)
    table.add_row("训练工单", f"{model.orders:,} 件，{model.window_from} 至 {model.window_until}")
    table.add_row("学习的单位", f"{figures['units']} 个")
    for name, label in _RATES:
        if name in figures:
            table.add_row(label, f"{figures[name]:.2%}")
    if "orders" in figures:
        table.add_row("以上在较晚的工单上测得", f"{int(figures['orders']):,} 件，训练时未见过")
    if model.threshold is None:
        table.add_row("自动派单", f"工单还不足以证明每 100 件错派不超过 {limit * 100:g} 件，暂由派单员派单")
    else:
        table.add_row(
            f"每 100 件自动派单错派不超过 {limit * 100:g} 件时",
            f"可自动派 {figures['coverage']:.1%}，概率不低于 {model.threshold:.3f}",
        )
    for name, share in figures.items():
        if name.startswith("coverage@"):
            table.add_row(
                f"上限设为每 100 件 {float(name.removeprefix('coverage@')) * 100:g} 件时", f"可自动派 {share:.1%}"
            )
    environment.out.print(table)
    environment.out.print(
        "已启用。" if model.promoted_at else "尚未启用：请由模型管理员在“派单模型”页启用，或用 --promote 登录名。"
    )
