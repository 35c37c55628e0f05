"""How long does importing a city's orders take, is a second run idle, and does a broken row cost its neighbours?

First the 13,293 orders of the training file, twice; then a file of 1,000 good rows among which broken ones are strewn:
wrong encoding, missing unit, bad date, 2 MB of text, a number given twice, a formula, a row cut short.
"""

import csv
import io
import re
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.harness.huying import HUYING, Scratch
from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared

HEADING = ["order_no", "date", "category_1", "category_2", "category_3", "category_4", "text", "unit_raw", "unit"]
GOOD = 1000


def run() -> Result:
    training = shared("data/haikou/orders_train.csv")
    with Scratch() as installation:
        began = time.perf_counter()
        first = _import(installation, training)
        seconds = time.perf_counter() - began
        second = _import(installation, training)
    with Scratch() as installation, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "broken.csv"
        broken = _write_broken(path)
        strewn = _import(installation, path)
    figures = {
        "rows": first["read"],
        "seconds": round(seconds, 1),
        "rejected": first["rejected"],
        "second_run_added": second["added"],
        "broken_good_rows": GOOD,
        "broken_added": strewn["added"],
        "broken_bad_rows": broken,
        "broken_reported": strewn["rejected"],
    }
    failed = [
        sentence
        for missed, sentence in (
            (seconds > 40, f"the import took {seconds:.1f} s, more than 40 s"),
            (second["added"] > 0, f"a second run added {second['added']} orders"),
            (strewn["added"] != GOOD, f"{strewn['added']} of {GOOD} good rows arrived"),
            (strewn["rejected"] != broken, f"{strewn['rejected']} of {broken} broken rows were reported"),
        )
        if missed
    ]
    return Result(figures, {}, tuple(failed))


def _import(installation: Scratch, path: Path) -> dict[str, int]:
    rejected = installation.folder / "rejected.csv"
    command = [str(HUYING), "import", "orders", str(path), "--mapping", "haikou.toml", "--rejected", str(rejected)]
    done = subprocess.run(command, env=installation.environment, capture_output=True, text=True, check=False)
    told = re.search(r"读 ([\d,]+) 行：新增 ([\d,]+)，已有 ([\d,]+)，未导入 ([\d,]+)", done.stdout)
    if done.returncode or not told:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-4000:])
    numbers = [int(part.replace(",", "")) for part in told.groups()]
    return dict(zip(("read", "added", "present", "rejected"), numbers, strict=True))


def _write_broken(path: Path) -> int:
    """``GOOD`` good rows with one broken row after every hundredth; returns the number of broken ones."""
    broken = [
        lambda n: _row(n, text="来电反映路灯不亮").replace("路灯".encode(), "路灯".encode("gb18030")),
        lambda n: _row(n, unit=""),
        lambda n: _row(n, date="2018-13-45"),
        lambda n: _row(n, text="长" * 700_000),
        lambda n: _row(1),
        lambda n: _row(n, text='=HYPERLINK("http://example.invalid","点我")'),
        lambda n: _row(n, unit="=cmd|' /C calc'!A0"),
        lambda n: _row(n, text=" "),
        lambda n: b"B%d,2018-01-05,cut short\r\n" % n,
    ]
    with path.open("wb") as file:
        file.write((",".join(HEADING) + "\r\n").encode())
        for n in range(1, GOOD + 1):
            file.write(_row(n))
            if n % 100 == 0 and n // 100 <= len(broken):
                file.write(broken[n // 100 - 1](GOOD + n))
    return len(broken)


def _row(n: int, *, date: str = "2018-01-05", text: str = "", unit: str = "示例局") -> bytes:
    words = text or f"来电反映：示例路{n}号路灯不亮，希望尽快修复。"
    line = io.StringIO()
    csv.writer(line).writerow([f"B{n}", date, "城建", "照明", "路灯", "", words, unit, unit])
    return line.getvalue().encode()
