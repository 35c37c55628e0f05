"""Write the reference pages that are made from the code: `make docs`. A test compares them with the committed ones.

docs/reference/states.md     the two state tables
docs/reference/settings.md   what can be set from outside
docs/reference/commands.md   the huying command
"""

import os
import subprocess
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.config.settings")
django.setup()

from huying.base.org.roles import ROLES  # noqa: E402  (needs the apps loaded)
from huying.config.options import Options  # noqa: E402
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE, Clock, Row  # noqa: E402

FOLDER = Path(__file__).resolve().parents[1] / "docs/reference"
MADE = "<!-- made from the code by `make docs` -->\n\n"
CLOCKS = {Clock.RUNS: "走", Clock.STOPS: "停", Clock.NONE: "–"}


def states() -> str:
    """Every state of orders and assignments with its clock and its moves."""
    parts = [MADE, "# 工单与承办任务的状态\n\n两张表是程序的数据，界面按钮、接口的可用操作和测试都由它们得出。\n"]
    for title, table in (("工单", ORDER_TABLE), ("承办任务", ASSIGNMENT_TABLE)):
        parts.append(f"\n## {title}\n\n| 状态 | 等谁 | 计时 | 操作 → 去向 | 谁可以做 |\n|---|---|---|---|---|\n")
        for code, row in table.items():
            parts += _state_lines(code, row, table)
    return "".join(parts)


def _state_lines(code: str, row: Row, table: dict[str, Row]) -> list[str]:
    head = f"| **{row.label}** `{code}` | {row.waits_for} | {CLOCKS[row.clock]} "
    if not row.moves:
        return [f"{head}| – | – |\n"]
    lines = []
    for move in row.moves:
        targets = "、".join(table[target].label for target in move.to) or "不变"
        who = "、".join(ROLES[role].name for role in ROLES if role in move.roles)
        if move.system:
            who = f"{who}、系统" if who else "系统"
        lines.append(f"{head}| {move.label} `{move.action}` → {targets} | {who} |\n")
        head = "| | | "
    return lines


def settings() -> str:
    """Every option with its environment variable and default."""
    rows = [MADE, "# Settings\n\nEnvironment variables, or the same names in a file `.env`.\n\n"]
    rows.append("| variable | default | meaning |\n|---|---|---|\n")
    for name, field in Options.model_fields.items():
        default = field.default_factory() if callable(field.default_factory) else field.default  # type: ignore[call-arg]
        shown = f"`{default!s}`" if str(default) else "–"
        rows.append(f"| `HUYING_{name.upper()}` | {shown} | {field.description or ''} |\n")
    return "".join(rows)


def commands() -> str:
    """The command line, as typer documents it."""
    shown = subprocess.run(
        [sys.executable, "-m", "typer", "huying.cli", "utils", "docs", "--name", "huying"],
        check=True,
        capture_output=True,
        text=True,
    )
    return MADE + shown.stdout


PAGES = {"states.md": states, "settings.md": settings, "commands.md": commands}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name}")
