"""One versioned model of a centre: unit model, category model, calibration, gate and card, in one folder.

Made by rolling origin over the training window, oldest order first. The window's later part is cut into folds; each fold
is predicted by a model that saw only what came before it:

    |———————— seen ————————| fold 1 | fold 2 | fold 3 | fold 4 |
                             temperatures and      the gate is
                             threshold family      tested here

Then everything is fitted once more on the whole window. What the card states was measured on orders that the models
of that moment had not seen.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from huying.engines.classify import store
from huying.engines.classify.calibrate import Calibration, align, ece, fit_map, fit_temperatures
from huying.engines.classify.explain import Evidence
from huying.engines.classify.gate import GateChoice, choose_threshold, family_from_earlier
from huying.engines.classify.linear import Candidate, LinearConfig, LinearModel, Progress, fit, label_numbers, train
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import tokenise

FORMAT = "huying-bundle-1"
SEPARATOR = "/"
LIMITS = (0.01, 0.02, 0.03, 0.05)


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """One settled order. `unit` is who finally handled it, `category` the path of codes from the top."""

    text: str
    unit: str
    category: tuple[str, ...]
    day: date
    place_tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleConfig:
    """`folds` of `fold_share` each at the end of the window; `limit`: highest share of wrong automatic dispatch;
    `rare_category`: leaves with fewer orders are learned as their parent; `tree_share`: a top-level
    category without an order in this latest share is retired."""

    unit: LinearConfig = field(default_factory=LinearConfig)
    category: LinearConfig = field(default_factory=lambda: LinearConfig(keep_energy=0.98))
    folds: int = 4
    fold_share: float = 0.12
    limit: float = 0.02
    delta: float = 0.05
    rare_category: int = 4
    tree_share: float = 0.25
    unit_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryCandidate:
    path: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one reading of a text yields. `automatic`: the gate would dispatch to the first unit without a person."""

    units: list[Candidate]
    categories: list[CategoryCandidate]
    unit_evidence: list[Evidence]
    category_evidence: list[Evidence]
    confidence: float
    automatic: bool


@dataclass
class Bundle:
    """`later_confidence`, `later_correct`: the orders the gate was tested on (final probability scale);
    `family`: its thresholds, strict to loose, fixed on earlier orders."""

    unit: LinearModel
    category: LinearModel | None
    gate: GateChoice
    family: dict[float, list[float]]
    later_confidence: np.ndarray
    later_correct: np.ndarray
    unit_names: tuple[str, ...]
    card: dict[str, Any]

    def read(self, text: str) -> str:
        """The form in which models see a text: identifiers as tokens, directions removed."""
        return tokenise(remove_directions(text, self.unit_names)).text

    def gate_at(self, limit: float) -> GateChoice:
        """What another limit would allow; limits outside LIMITS use the family of the nearest one below."""
        nearest = max((known for known in self.family if known <= limit + 1e-9), default=min(self.family))
        return choose_threshold(self.later_confidence, self.later_correct, limit, self.gate.delta, self.family[nearest])

    def analyse(
        self,
        text: str,
        place_tokens: Sequence[str] = (),
        k: int = 5,
        evidence: int = 5,
        *,
        keep_directions: bool = False,
    ) -> Prediction:
        """Ranked units and categories with the words that decided. Never automatic on a text without content.

        ``keep_directions``: read what an agent already wrote about the unit, only to measure what that is worth.
        """
        seen = tokenise(text).text if keep_directions else self.read(text)
        units = self.unit.top([seen], k, [place_tokens])[0]
        categories = self.category.top([seen], k, [place_tokens])[0] if self.category else []
        known = len(self.unit.space.row(seen, place_tokens)[0]) >= 8
        return Prediction(
            units=units,
            categories=[CategoryCandidate(tuple(one.label.split(SEPARATOR)), one.probability) for one in categories],
            unit_evidence=_evidence(self.unit, text, seen, units, evidence, place_tokens),
            category_evidence=_evidence(self.category, text, seen, categories, evidence, place_tokens),
            confidence=units[0].probability,
            automatic=known and self.gate.dispatches(units[0].probability),
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bundle.json").unlink(missing_ok=True)
        self.unit.save(folder / "unit")
        if self.category is not None:
            self.category.save(folder / "category")
        header = {
            "format": FORMAT,
            "gate": asdict(self.gate),
            "family": [[limit, thresholds] for limit, thresholds in self.family.items()],
            "later": {
                "confidence": [round(float(one), 8) for one in self.later_confidence],
                "correct": [int(one) for one in self.later_correct],
            },
            "unit_names": list(self.unit_names),
            "card": self.card,
            "sha256": {
                f"{part}/header.json": store.sha256(folder / part / "header.json")
                for part in (["unit", "category"] if self.category is not None else ["unit"])
            },
        }
        (folder / "bundle.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Raises `store.BrokenModel` where anything is missing or altered."""
        path = folder / "bundle.json"
        if not path.is_file():
            raise store.BrokenModel(f"{folder}: no bundle here")
        header = json.loads(path.read_text(encoding="utf-8"))
        if header.get("format") != FORMAT:
            raise store.BrokenModel(f"{path}: format {header.get('format')!r}, expected {FORMAT!r}")
        for name, expected in header["sha256"].items():
            if not (folder / name).is_file() or store.sha256(folder / name) != expected:
                raise store.BrokenModel(f"{folder / name}: missing or altered")
        return cls(
            LinearModel.load(folder / "unit"),
            LinearModel.load(folder / "category") if "category/header.json" in header["sha256"] else None,
            GateChoice(**header["gate"]),
            dict(header["family"]),
            np.array(header["later"]["confidence"]),
            np.array(header["later"]["correct"], dtype=bool),
            tuple(header["unit_names"]),
            header["card"],
        )


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
    units = [order.unit for order in ordered]

    folds = _rolling(texts, units, extra, config, _span(report, 0.05, 0.45, "派单模型：在较晚的工单上试派"))
    unit = fit(texts, units, extra, config.unit, _span(report, 0.45, 0.6, "派单模型：训练"))
    calibration, outcome = _settle(folds, config)
    unit = replace(unit, calibration=calibration, card=_card(ordered, units))

    category = None
    in_force = trees_in_force([order.category for order in ordered], config.tree_share)
    filed = [place for place, order in enumerate(ordered) if order.category and order.category[0] in in_force]
    labels = category_labels([ordered[place].category for place in filed], config.rare_category)
    if len(set(labels)) >= 2:
        model = train(
            [texts[place] for place in filed],
            labels,
            [extra[place] for place in filed],
            config.category,
            _span(report, 0.6, 1.0, "分类模型：训练"),
        )
        category = replace(model, card=_card([ordered[place] for place in filed], labels))
    report(1.0, "完成")
    gate = outcome.choices[config.limit]
    card = {**_card(ordered, units), "figures": outcome.figures, "trained_units": len(unit.labels)}
    return Bundle(unit, category, gate, outcome.family, outcome.confidence, outcome.correct, config.unit_names, card)


@dataclass
class _Fold:
    scores: np.ndarray
    labels: np.ndarray
    names: list[str]


@dataclass
class _Outcome:
    choices: dict[float, GateChoice]
    family: dict[float, list[float]]
    confidence: np.ndarray
    correct: np.ndarray
    figures: dict[str, float]


def _rolling(
    texts: list[str],
    labels: list[str],
    extra: Sequence[Sequence[str]],
    config: BundleConfig,
    report: Callable[[float], None],
) -> list[_Fold]:
    """Predict each late fold by a model of what came before; folds without two earlier labels are left out."""
    folds = []
    for place in range(config.folds):
        start = int(len(texts) * (1 - config.fold_share * (config.folds - place)))
        stop = int(len(texts) * (1 - config.fold_share * (config.folds - place - 1)))
        if start < 2 or stop <= start or len(set(labels[:start])) < 2:
            continue
        model = fit(texts[:start], labels[:start], extra[:start], config.unit)
        scores = model.scores(texts[start:stop], extra[start:stop])
        folds.append(_Fold(scores, label_numbers(labels[start:stop], model.labels), model.labels))
        report((place + 1) / config.folds)
    return folds


def _settle(folds: list[_Fold], config: BundleConfig) -> tuple[Calibration, _Outcome]:
    """Temperatures and families from the earlier folds, the gate from the later ones, the map from all.

    The map rises strictly, so a threshold tested on raw probabilities means the same orders after it.
    """
    limits = sorted({*LIMITS, config.limit})
    if len(folds) < 2:
        none = {limit: GateChoice(None, 0.0, 0, 0, 1.0, limit, config.delta) for limit in limits}
        empty = np.zeros(0)
        return Calibration(), _Outcome(none, {limit: [] for limit in limits}, empty, empty.astype(bool), {})
    half = len(folds) // 2
    names = folds[-1].names
    aligned = [align(fold.scores, fold.names, names) for fold in folds]
    numbers = [_renumber(fold, names) for fold in folds]
    temperatures = fit_temperatures(np.concatenate(aligned[:half]), np.concatenate(numbers[:half]))
    raw = [temperatures.raw(scores) for scores in aligned]
    confidence = [rows.max(axis=1) for rows in raw]
    correct = [rows.argmax(axis=1) == wanted for rows, wanted in zip(raw, numbers, strict=True)]
    calibration = fit_map(temperatures, np.concatenate(confidence), np.concatenate(correct))

    early, early_right = np.concatenate(confidence[:half]), np.concatenate(correct[:half])
    later, later_right = np.concatenate(confidence[half:]), np.concatenate(correct[half:])
    choices, families = {}, {}
    for limit in limits:
        family = family_from_earlier(early, early_right, limit, config.delta)
        choice = choose_threshold(later, later_right, limit, config.delta, family)
        families[limit] = [float(calibration.map_first(threshold)) for threshold in family]
        mapped = None if choice.threshold is None else float(calibration.map_first(choice.threshold))
        choices[limit] = replace(choice, threshold=mapped)
    figures = _figures(aligned[half:], numbers[half:], fit_map(temperatures, early, early_right), choices)
    return calibration, _Outcome(choices, families, calibration.map_first(later), later_right, figures)


def _figures(
    scores: list[np.ndarray], numbers: list[np.ndarray], calibration: Calibration, choices: dict[float, GateChoice]
) -> dict[str, float]:
    """Measured on the later folds with a calibration fitted on the earlier ones only."""
    probabilities, wanted = calibration.apply(np.concatenate(scores)), np.concatenate(numbers)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    correct = order[:, 0] == wanted
    figures = {
        "orders": float(len(wanted)),
        "accuracy": float(correct.mean()),
        "top3": float((order[:, :3] == wanted[:, None]).any(axis=1).mean()),
        "ece": ece(probabilities.max(axis=1), correct),
    }
    for limit, choice in choices.items():
        figures[f"coverage@{limit}"] = choice.coverage
    return {name: round(value, 4) for name, value in figures.items()}


def _renumber(fold: _Fold, names: list[str]) -> np.ndarray:
    mapping = label_numbers(fold.names, names)
    return np.where(fold.labels >= 0, mapping[np.maximum(fold.labels, 0)], -1)


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


def _evidence(
    model: LinearModel | None, text: str, seen: str, candidates: list[Candidate], k: int, extra: Sequence[str]
) -> list[Evidence]:
    """Evidence found in the text as the model saw it, placed in the text as it was written where it occurs there."""
    if model is None or not candidates:
        return []
    found = model.explain(seen, candidates[0].label, k, extra)
    placed = []
    for one in found:
        start = text.find(one.term) if one.start >= 0 else -1
        placed.append(Evidence(one.term, one.weight, start, start + len(one.term) if start >= 0 else -1))
    return placed


def _span(report: Progress, low: float, high: float, message: str) -> Any:
    def inner(fraction: float, _message: str = "") -> None:
        report(low + (high - low) * fraction, message)

    return inner
