"""A month of a real city through the whole chain: how often is the first unit right, how much goes by itself, how fast?

Trains on the orders to April and replays May through the HTTP API on a scratch copy. The model never sees the unit that
an agent had already written into the text; the figures with those words kept are printed beside. Automatic dispatch is
tried at a promise of at most 5 wrong in 100; at the default of 2 in 100 the gate finds no threshold on this city's
earlier months that keeps it, and everything goes to the dispatcher (``earlier_coverage_at_0.02`` is then 0).
"""

import json
import os
import subprocess

from benchmarks.harness.huying import HUYING, Scratch
from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared

ERROR_LIMIT = 0.05


def run() -> Result:
    training, month = shared("data/haikou/orders_train.csv"), shared("data/haikou/orders_valid.csv")
    with Scratch() as installation:
        installation.run("import", "orders", str(training), "--mapping", "haikou.toml", "--rejected", "/dev/null")
        installation.run("train")
        figures = _replay(installation, str(month))
        (model,) = installation.folder.glob("models/*/bundle.json")
        gate = json.loads(model.read_text("utf-8"))["gate"]
    for error in figures.pop("errors"):
        print(f"{error['orders']:>5}  {error['true']} ← {error['proposed']}")
    failed = [f"{figures['not_ended']} orders did not end"] if figures["not_ended"] else []
    figures |= {"error_limit": ERROR_LIMIT, "earlier_coverage_at_0.02": gate["coverage"]}
    return Result(figures, {}, tuple(failed))


def _replay(installation: Scratch, month: str) -> dict:
    path = installation.folder / "figures.json"
    first = os.environ.get("HUYING_REPLAY_FIRST", "0")  # a quick look at the first so many
    words = ["--mapping", "haikou.toml", "--error-limit", str(ERROR_LIMIT), "--figures", str(path), "--first", first]
    subprocess.run([str(HUYING), "replay", month, *words], env=installation.environment, check=True)
    return json.loads(path.read_text("utf-8"))
