"""Find, run and record benchmarks.

A benchmark is a module `benchmarks/<name>.py` whose docstring's first line says its question and whose function
`run() -> Result` answers it. Running it prints what it likes, and as its last line one JSON object
`{"name", "figures", "peers", "machine"}`, which is also written to `benchmarks/results/<name>.json`.
"""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import machine
from benchmarks.harness.shared import SharedDataMissing

FOLDER = Path(__file__).resolve().parents[1]
RESULTS = FOLDER / "results"

OK, FAILED, UNKNOWN, NO_SHARED_DATA = 0, 1, 2, 3


@dataclass(frozen=True)
class Result:
    """What a benchmark found out.

    figures: name → number, or "not in source"; the unit is in the name (`p50_ms`, `orders_per_s`).
    peers: peer → its figures, measured in the same run on the same machine.
    failed: targets that were missed, each in a sentence; a missed target makes the run end with code 1.
    """

    figures: Mapping[str, Any]
    peers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failed: tuple[str, ...] = ()


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def question(name: str) -> str:
    """First line of the benchmark's docstring, read without importing it."""
    docstring = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8")))
    return (docstring or "").partition("\n")[0]


def print_list() -> int:
    for name in names():
        print(f"  {name:<20} {question(name)}")
    print("\nmake bench NAME=<name> runs one; make bench-all runs all.")
    return OK


def run_one(name: str) -> int:
    """Run a benchmark in this process; the exit code says how it went."""
    if name not in names():
        print(f"There is no benchmark {name!r}. There are: {', '.join(names())}", file=sys.stderr)
        return UNKNOWN
    try:
        result: Result = importlib.import_module(f"benchmarks.{name}").run()
    except SharedDataMissing as missing:
        print(f"{name}: {missing}", file=sys.stderr)
        return NO_SHARED_DATA
    line = json.dumps(
        {"name": name, "figures": result.figures, "peers": result.peers, "machine": machine.describe()},
        ensure_ascii=False,
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(line + "\n", encoding="utf-8")
    for sentence in result.failed:
        print(f"missed: {sentence}")
    print(line)
    return FAILED if result.failed else OK


def run_all() -> int:
    """Each in a process of its own, so that one's settings and caches are not another's."""
    worst = OK
    for name in names():
        print(f"── {name}: {question(name)}", flush=True)
        code = subprocess.run([sys.executable, "-m", "benchmarks", name], cwd=FOLDER.parent, check=False).returncode
        if code not in (OK, NO_SHARED_DATA):
            worst = FAILED
    return worst
