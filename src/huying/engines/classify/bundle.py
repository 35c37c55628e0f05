"""Train everything of a centre from its settled orders: vocabulary, unit model, category model, gate, card.

`rolling` says how a model is tried on orders it has not seen; then everything is fitted once more on the whole window.
What the card states was measured on orders that the models of that moment had not seen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from huying.engines.classify.features import FeatureConfig, Vocabulary
from huying.engines.classify.linear import LinearConfig, LinearModel, Progress, train_on
from huying.engines.classify.model import SEPARATOR, Bundle, CategoryCandidate, Prediction
from huying.engines.classify.network import NetworkConfig
from huying.engines.classify.rolling import roll, settle
from huying.engines.classify.unit import Lessons, fit_unit, settings
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import tokenise

LIMITS = (0.01, 0.02, 0.03, 0.05)
_FORMER_TREE = 0.2


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """One settled order. `unit` is who finally handled it, `category` the path of codes from the top; `unit_raw` the
    unit exactly as recorded before names were merged (empty: the unit itself)."""

    text: str
    unit: str
    category: tuple[str, ...]
    day: date
    place_tokens: tuple[str, ...] = ()
    unit_raw: str = ""


@dataclass(frozen=True, slots=True)
class BundleConfig:
    """`folds` of `fold_share` each at the end of the window; `limit`: highest share of wrong automatic dispatch;
    `rare_category`: leaves with fewer orders are learned as their parent; `tree_share`: a top-level
    category without an order in this latest share is retired."""

    features: FeatureConfig = field(default_factory=FeatureConfig)
    unit: LinearConfig = field(default_factory=LinearConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    category: LinearConfig = field(default_factory=lambda: LinearConfig(c=0.5, keep_energy=0.9))
    folds: int = 4
    fold_share: float = 0.12
    limit: float = 0.02
    delta: float = 0.05
    rare_category: int = 4
    tree_share: float = 0.25
    unit_names: tuple[str, ...] = ()


def train_bundle(
    orders: Sequence[TrainingOrder], config: BundleConfig = BundleConfig(), progress: Progress | None = None
) -> Bundle:
    """Train everything on `orders` (any order; sorted by day here). `progress(fraction, message)` for a bar.

    Raises ValueError with fewer than two different units. Without categories there is no category model.
    """
    report = progress or (lambda fraction, message: None)
    ordered = sorted(orders, key=lambda order: order.day)
    report(0.0, "读取工单")
    texts = [tokenise(remove_directions(order.text, config.unit_names)).text for order in ordered]
    extra = [order.place_tokens for order in ordered]
    vocabulary = Vocabulary.fit(texts, extra, config.features, _span(report, 0.02, 0.05, "读取词语"))
    in_force = trees_in_force([order.category for order in ordered], config.tree_share)
    lessons = _lessons(ordered, vocabulary.counts(texts, extra), in_force, config.rare_category)
    names = sorted(set(lessons.units))

    trying = _span(report, 0.05, 0.6, "派单模型：在较晚的工单上试派")
    parts = (config.unit, config.network)
    folds = roll(vocabulary, lessons, names, config.folds, config.fold_share, *parts, trying)
    settled = settle(folds, names, sorted({*LIMITS, config.limit}), config.delta)
    report(0.6, "派单模型：训练")
    card = _card(ordered, lessons.units)
    unit = replace(
        fit_unit(vocabulary, lessons, *parts),
        calibration=settled.calibration,
        confidence=settled.confidence,
        card=card,
    )
    category = _category(vocabulary, lessons, ordered, in_force, config, _span(report, 0.75, 1.0, "分类模型：训练"))
    report(1.0, "完成")
    card = {
        **card,
        "figures": settled.figures,
        "confusions": settled.confusions,
        "trained_units": len(names),
        "config": {**settings(*parts), "folds": config.folds, "fold_share": config.fold_share},
    }
    return Bundle(
        unit,
        category,
        settled.choices[config.limit],
        settled.family,
        settled.confidence_later,
        settled.correct_later,
        config.unit_names,
        card,
    )


def _lessons(orders: Sequence[TrainingOrder], counts: Any, in_force: set[str], rare: int) -> Lessons:
    """An order of a former tree says less about which of its names a unit goes by today."""
    fine = [order.unit_raw or order.unit for order in orders]
    weights = [1.0 if not order.category or order.category[0] in in_force else _FORMER_TREE for order in orders]
    matters = category_labels([order.category[:2] for order in orders], rare)
    return Lessons(counts, [order.unit for order in orders], fine, matters, np.array(weights))


def _category(
    vocabulary: Vocabulary,
    lessons: Lessons,
    orders: Sequence[TrainingOrder],
    in_force: set[str],
    config: BundleConfig,
    report: Any,
) -> LinearModel | None:
    filed = [place for place, order in enumerate(orders) if order.category and order.category[0] in in_force]
    labels = category_labels([orders[place].category for place in filed], config.rare_category)
    if len(set(labels)) < 2:
        return None
    model = train_on(vocabulary, lessons.counts[filed], labels, config.category, report)
    return replace(model, card=_card([orders[place] for place in filed], labels))


def trees_in_force(paths: Sequence[tuple[str, ...]], share: float) -> set[str]:
    """First steps of the paths used in the latest `share` of the orders (oldest first).

    A centre that changed its tree has orders of both in its history; a category that nobody has filed lately must not
    be recommended. Orders of a retired tree teach units, not categories.
    """
    latest = paths[int(len(paths) * (1 - share)) :]
    return {path[0] for path in latest if path}


def category_labels(paths: Sequence[tuple[str, ...]], rare: int) -> list[str]:
    """Paths as labels; a leaf with fewer than `rare` orders is cut to its parent, and so on upward."""
    made = list(paths)
    for depth in range(max((len(path) for path in made), default=0), 1, -1):
        counts = Counter(path for path in made if len(path) == depth)
        made = [path[:-1] if len(path) == depth and counts[path] < rare else path for path in made]
    return [SEPARATOR.join(path) for path in made]


def _card(orders: Sequence[TrainingOrder], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "first_day": orders[0].day.isoformat() if orders else "",
        "last_day": orders[-1].day.isoformat() if orders else "",
        "orders": len(orders),
        "label_counts": dict(Counter(labels).most_common()),
    }


def _span(report: Progress, low: float, high: float, message: str) -> Any:
    def inner(fraction: float, _message: str = "") -> None:
        report(low + (high - low) * fraction, message)

    return inner


__all__ = [
    "LIMITS",
    "SEPARATOR",
    "Bundle",
    "BundleConfig",
    "CategoryCandidate",
    "Prediction",
    "TrainingOrder",
    "train_bundle",
]
