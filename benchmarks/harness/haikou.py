"""The Haikou orders, their scorer, and the model trained on them to April: the same for every benchmark of dispatch.

Training takes minutes, so the trained folder is kept under `var/bench` by a digest of the engine's sources and of the
orders; a change of either trains anew.
"""

import csv
import hashlib
import importlib.util
import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from benchmarks.harness.shared import ROOT, shared
from huying.engines.classify.bundle import Bundle, TrainingOrder, train_bundle
from huying.engines.classify.model import Prediction

Row = dict[str, str]
READ_BY = ("directions", "identifiers", "normalise", "segment", "units")  # of engines/text, what the models read by
SHOWN = 20  # candidates given to the scorer: its log-loss looks for the true unit among them


def training_rows() -> list[Row]:
    return _rows("data/haikou/orders_train.csv")


def month() -> list[Row]:
    """May, which nothing was tuned on."""
    return _rows("data/haikou/orders_valid.csv")


def _rows(relative: str) -> list[Row]:
    with shared(relative).open(encoding="utf-8-sig", newline="") as handle:
        return sorted(csv.DictReader(handle), key=lambda row: row["order_no"])


def path(row: Row) -> tuple[str, ...]:
    return tuple(row[f"category_{level}"] for level in range(1, 5) if row[f"category_{level}"])


def scorer() -> ModuleType:
    """The scorer that lies beside the data."""
    spec = importlib.util.spec_from_file_location("haikou_scorer", shared("bench/haikou.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trained() -> tuple[Bundle, float]:
    """The bundle of the orders to April as it comes back from disk, and the seconds its training took."""
    rows = training_rows()
    engines = ROOT / "src/huying/engines"
    sources = [*sorted(engines.glob("classify/*.py")), *(engines / f"text/{name}.py" for name in READ_BY)]
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in sources))
    digest.update(shared("data/haikou/orders_train.csv").read_bytes())
    folder = ROOT / "var/bench" / f"haikou-{digest.hexdigest()[:16]}"
    if not (folder / "seconds.json").is_file():
        orders = [
            TrainingOrder(row["text"], row["unit"], path(row), date.fromisoformat(row["date"]), (), row["unit_raw"])
            for row in rows
        ]
        began = time.perf_counter()
        train_bundle(orders).save(folder)
        (folder / "seconds.json").write_text(json.dumps(time.perf_counter() - began), encoding="utf-8")
    return Bundle.load(folder), float(json.loads((folder / "seconds.json").read_text(encoding="utf-8")))


def size_mb(folder: Path) -> float:
    return round(sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 2**20, 1)


def ranks(predictions: Sequence[Prediction]) -> list[list[tuple[str, float]]]:
    return [[(one.label, one.probability) for one in made.units] for made in predictions]


def score(rows: Sequence[Row], ranked: Sequence[Sequence[tuple[str, float]]]) -> dict[str, Any]:
    """The scorer's figures for candidates (unit, probability) of each row, best first."""
    orders = pd.DataFrame(rows)
    made = [
        (row["order_no"], rank, unit, probability)
        for row, candidates in zip(rows, ranked, strict=True)
        for rank, (unit, probability) in enumerate(candidates, 1)
    ]
    figures = scorer().score(orders, pd.DataFrame(made, columns=["order_no", "rank", "unit", "probability"]))
    return {name: float(value) for name, value in figures.items()}


def confusions(rows: Sequence[Row], ranked: Sequence[Sequence[tuple[str, float]]], most: int = 10) -> list[str]:
    pairs = pd.Series(
        [f"{row['unit']} ← {one[0][0]}" for row, one in zip(rows, ranked, strict=True) if row["unit"] != one[0][0]]
    )
    return [f"{count:>4}  {pair}" for pair, count in pairs.value_counts().head(most).items()]
