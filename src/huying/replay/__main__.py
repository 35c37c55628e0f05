"""The process that plays: started by ``huying replay`` with the environment of the scratch copy."""

import json
import sys
from pathlib import Path

import django
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def main(file: str, mapping_name: str, first: int, error_limit: float, figures_to: str) -> None:
    """``first`` 0: all orders; ``error_limit`` 0: the limit that the installation promises."""
    django.setup()
    from huying.federation.imports.mapping import load_mapping
    from huying.federation.imports.parse import Rejected, parse_row
    from huying.federation.imports.reader import read_rows
    from huying.replay.people import make_units
    from huying.replay.play import play, spread
    from huying.replay.report import Tally, print_report

    console = Console()
    mapping = load_mapping(mapping_name)
    orders, rejected = [], 0
    for row in read_rows(Path(file), mapping.file):
        try:
            orders.append(parse_row(row, mapping))
        except Rejected:
            rejected += 1
    orders = spread(orders)[: first or None]
    new_units = make_units({order.unit for order in orders}, mapping.unit.create)
    tally = Tally()
    columns = (TextColumn("回放"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(orders))
        play(orders, tally, error_limit, lambda done: bar.update(task, completed=done))
    print_report(tally, console)
    if new_units:
        console.print(f"文件中有 {len(new_units)} 个训练数据没有的单位：{'、'.join(new_units[:10])}")
    if rejected:
        console.print(f"文件中有 {rejected} 行无法读取，未参加回放。")
    if figures_to:
        Path(figures_to).write_text(json.dumps(tally.figures(), ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5])
