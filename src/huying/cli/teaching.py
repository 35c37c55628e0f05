"""``huying train --orders``: a model from a file, in a folder, with its card. No server, no database."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from huying.cli import environment, on_files

if TYPE_CHECKING:
    from huying.engines.analyst.model import FileModel
    from huying.engines.analyst.orders import FileOrder


def on_file(
    orders: Path,
    *,
    mapping: str,
    out: Path | None,
    limit: float,
    until: datetime | None,
    labels: Path | None,
    compare: bool,
) -> None:
    if not mapping:
        environment.refuse("请用 --mapping 说明文件的各列是什么（映射文件，或 haikou.toml 等随附映射）。")
    if out is None and not compare:
        environment.refuse("请用 --out 给出放模型的文件夹。")
    if out is not None:
        _check_folder(out)
    on_files.quiet_numbers()
    with environment.progress() as bar:
        table = on_files.table_of(orders, mapping, teaching=True, bar=bar)
    usable = [one for one in table.orders if until is None or (one.day and one.day < until.date())]
    if labels is not None:
        usable = cared_for(usable, labels)
    if compare:
        _compare(usable)
        return
    assert out is not None
    model = trained(usable, limit, {"文件": orders.name, "映射": Path(mapping).name, "没有用上的行": len(table.faults)})
    kept = model.save(out)
    tell(kept)
    environment.out.print(f"模型和说明书在 {out}（card.html 给人看，card.json 给程序读）。", soft_wrap=True)


def _compare(orders: "list[FileOrder]") -> None:
    from huying.cli import comparing
    from huying.engines.analyst.orders import TooLittle, teaching

    try:
        usable = teaching(orders)
    except TooLittle as error:
        environment.refuse(str(error))
    comparing.show(usable, sorted({one.unit for one in usable}))


def _check_folder(out: Path) -> None:
    """A folder that holds something else than a model is not written into."""
    if out.exists() and any(out.iterdir()) and not (out / "bundle.json").is_file():
        environment.refuse(f"{out} 里已有别的东西，请换一个空文件夹。")


def trained(orders: "list[FileOrder]", limit: float, source: dict[str, object]) -> "FileModel":
    """A model of `orders`; ends the command where they are too few."""
    from huying.base.calendars import clock
    from huying.engines.analyst.model import train_model
    from huying.engines.analyst.orders import TooLittle

    source = {**source, "训练日期": clock.today().isoformat()}
    try:
        with environment.progress() as bar:
            task = bar.add_task("训练", total=1000)
            return train_model(
                orders,
                limit=limit,
                source=source,
                progress=lambda share, words: bar.update(task, completed=share * 1000, description=words),
            )
    except TooLittle as error:
        environment.refuse(str(error))


def tell(model: "FileModel") -> None:
    card = model.card
    figures = card["figures"]
    table = Table(title="派单模型", show_header=False)
    window = card["window"]
    table.add_row("训练工单", f"{card['orders']['used']:,} 件，{window['first_day']} 至 {window['last_day']}")
    table.add_row("学习的单位", f"{card['units']['learned']} 个")
    for name, label in (("accuracy", "首选承办单位准确率"), ("top3", "前三准确率"), ("ece", "概率偏差（ECE）")):
        if name in figures:
            table.add_row(label, f"{figures[name]:.2%}")
    if "orders" in figures:
        table.add_row("以上在较晚的工单上测得", f"{int(figures['orders']):,} 件，训练时未见过")
    for gate in card["gate"]:
        said = f"可自动派 {gate['coverage']:.1%}" if gate["threshold"] is not None else "工单还不足以证明，不自动派"
        table.add_row(f"每 100 件错派不超过 {gate['limit'] * 100:g} 件时", said)
    environment.out.print(table)


def cared_for(orders: "list[FileOrder]", labels: Path) -> "list[FileOrder]":
    """`orders` as the confirmed proposals of `labels` have them; says what was applied."""
    from huying.base.errors import Problem
    from huying.cli.label_sheets import read_confirmed
    from huying.engines.labels.proposals import apply

    try:
        agreed = read_confirmed(labels)
        cared = apply(orders, agreed)
    except (Problem, ValueError) as problem:
        environment.refuse(str(problem))
    before, after = {one.unit for one in orders}, {one.unit for one in cared}
    environment.err.print(
        f"标签治理：照同意的 {len(agreed)} 条训练，单位由 {len(before)} 个并为 {len(after)} 个，"
        f"不用的工单 {len(orders) - len(cared)} 件。"
    )
    return cared
