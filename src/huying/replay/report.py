"""What a replay showed: counted once, told on the terminal and as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

NOT_IN_SOURCE = "not in source"


@dataclass
class Tally:
    """Counts of a run. Accuracy is of the first candidate on all orders; automatic accuracy on those dispatched so.

    ``hours``: from filing to closing as the source recorded it; empty where the source knows days only.
    """

    model: str = ""
    orders: int = 0
    right: int = 0
    right_in_three: int = 0
    automatic: int = 0
    automatic_right: int = 0
    objections: int = 0
    seconds: float = 0.0
    requests: int = 0
    raw_right: int = 0
    raw_right_in_three: int = 0
    states: Counter[str] = field(default_factory=Counter)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    stuck: list[tuple[str, str]] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        share = self.automatic_right / self.automatic if self.automatic else None
        return {
            "model": self.model or None,
            "orders": self.orders,
            "accuracy": _share(self.right, self.orders),
            "top3": _share(self.right_in_three, self.orders),
            "accuracy_with_directions": _share(self.raw_right, self.orders),
            "top3_with_directions": _share(self.raw_right_in_three, self.orders),
            "auto_rate": _share(self.automatic, self.orders),
            "auto_accuracy": round(share, 4) if share is not None else None,
            "objections": self.objections,
            "orders_per_s": round(self.orders / self.seconds, 2) if self.seconds else None,
            "requests_per_s": round(self.requests / self.seconds, 1) if self.seconds else None,
            "handling_hours_median": round(median(self.hours), 1) if self.hours else NOT_IN_SOURCE,
            "ended": dict(self.states),
            "not_ended": len(self.stuck),
            "errors": [{"true": t, "proposed": p, "orders": n} for (t, p), n in self.errors.most_common(10)],
        }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def print_report(tally: Tally, console: Console) -> None:
    """The report for people: one table of figures, one of the commonest errors, and what did not end, with reasons."""
    figures = tally.figures()
    table = Table(title="回放结果", show_header=False)
    labels = {
        "model": "模型",
        "orders": "工单",
        "accuracy": "首选承办单位准确率（去除坐席已写的交办单位）",
        "top3": "前三准确率",
        "accuracy_with_directions": "首选准确率（保留交办单位字样）",
        "top3_with_directions": "前三准确率（保留交办单位字样）",
        "auto_rate": "自动派单率",
        "auto_accuracy": "自动派单准确率",
        "objections": "退单",
        "orders_per_s": "件/秒",
        "requests_per_s": "请求/秒",
        "handling_hours_median": "办理时长（中位）",
        "not_ended": "未到终态",
    }
    for key, label in labels.items():
        value = figures[key]
        rate = key.startswith(("accuracy", "top3", "auto_"))
        table.add_row(label, "—" if value is None else f"{value:.2%}" if rate else str(value))
    table.add_row("结果", "，".join(f"{state} {count}" for state, count in figures["ended"].items()))
    console.print(table)
    errors = Table("实际承办", "首选推荐", "件", title="最常见的十种错派")
    for row in figures["errors"]:
        errors.add_row(row["true"], row["proposed"], str(row["orders"]))
    console.print(errors)
    for order_no, reason in tally.stuck[:20]:
        console.print(f"未到终态：{order_no} {reason}")
