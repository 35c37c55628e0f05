"""The table of ``huying train --compare``: several algorithms on the later orders beside the one in use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from huying.cli import environment

if TYPE_CHECKING:
    from huying.engines.classify.bundle import TrainingOrder

HEAD = ("算法", "准确率", "前三", "平均 F1", "概率偏差", "98% 准时可派", "训练", "每秒")


def show(orders: "Sequence[TrainingOrder]", unit_names: Sequence[str]) -> None:
    """Compare on `orders`, the earlier against the later; nothing is kept."""
    from huying.engines.analyst.compare import compare

    try:
        with environment.progress() as bar:
            task = bar.add_task("比较", total=1000)
            results, count = compare(
                orders,
                unit_names,
                lambda share, words: bar.update(task, completed=share * 1000, description=words),
            )
    except ValueError as error:
        environment.refuse(str(error))
    table = Table(title=f"在较晚的 {count:,} 件上比较（都只用较早的学）")
    for place, name in enumerate(HEAD):
        table.add_column(name, justify="left" if place == 0 else "right")
    for one in results:
        shares = (one.accuracy, one.top3, one.macro_f1, one.ece, one.coverage)
        table.add_row(
            f"★ {one.name}" if one.champion else one.name,
            *(f"{share:.1%}" for share in shares),
            f"{one.train_s:,.0f} 秒",
            f"{one.per_second:,.0f} 件",
        )
    environment.out.print(table)
    environment.out.print("★ 为现用算法。“98% 准时可派”按最有利的门槛算，是上限；实际可派多少看说明书里的承诺。")
