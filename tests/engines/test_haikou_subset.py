"""A small part of real orders: the engine learns something, directions are found, identifiers come back."""

import csv
import os
import re
from datetime import date
from pathlib import Path

import pytest

from huying.engines.classify.features import FeatureConfig
from huying.engines.classify.linear import LinearConfig, train
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import restore, tokenise

SHARED = Path(os.environ.get("HUYING_SHARED", Path(__file__).resolve().parents[3] / "shared"))
ORDERS = SHARED / "data" / "haikou" / "orders_train.csv"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not ORDERS.is_file(), reason=f"public orders not found at {ORDERS}; set HUYING_SHARED"),
]


@pytest.fixture(scope="module")
def orders() -> list[dict[str, str]]:
    with ORDERS.open(encoding="utf-8-sig", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if date.fromisoformat(row["date"]) >= date(2018, 3, 1)]
    return sorted(rows, key=lambda row: row["order_no"])[:3000]


def test_identifiers_of_real_texts_come_back(orders: list[dict[str, str]]) -> None:
    for row in orders:
        made = tokenise(row["text"])
        assert restore(made.text, made.values) == row["text"]


def test_directions_with_a_handling_limit_are_gone(orders: list[dict[str, str]]) -> None:
    routine = re.compile(r"请[^，。\n]{1,12}(?:局|政府|交警|城管|公司|集团|部门)核实处理|请职能局")
    raw = sum(bool(routine.search(row["text"])) for row in orders)
    left = sum(bool(routine.search(remove_directions(row["text"]))) for row in orders)
    assert raw > 1000
    assert left <= 0.005 * raw


def test_units_are_learned_from_three_thousand_orders(orders: list[dict[str, str]]) -> None:
    texts, units = [remove_directions(row["text"]) for row in orders], [row["unit"] for row in orders]
    config = LinearConfig(features=FeatureConfig(max_terms=30_000))
    model = train(texts[:2400], units[:2400], config=config)
    found = model.top(texts[2400:], 3)
    first = sum(one[0].label == unit for one, unit in zip(found, units[2400:], strict=True)) / 600
    third = sum(unit in [c.label for c in one] for one, unit in zip(found, units[2400:], strict=True)) / 600
    assert first > 0.60
    assert third > 0.72
