"""Try the unit model on later orders before it is trained on all: calibration, confidence and gate come from there.

    |———————— seen ————————| fold 1 | fold 2 | fold 3 | fold 4 |
                             temperatures,     the gate is
                             confidence,       tested here
                             thresholds

Each fold is predicted by a model that saw only what came before it. What is fixed on the earlier folds is not touched
by the later ones, save for a strictly rising map of the stated probability, which moves thresholds and orders alike.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from huying.engines.classify.calibrate import Calibration, ece, fit_map, fit_temperatures
from huying.engines.classify.confidence import Answers, Confidence, fit_confidence
from huying.engines.classify.features import Vocabulary
from huying.engines.classify.gate import GateChoice, choose_threshold, family_from_earlier
from huying.engines.classify.linear import LinearConfig, label_numbers
from huying.engines.classify.network import NetworkConfig
from huying.engines.classify.unit import Lessons, fit_unit, log_scores

_NEUTRAL = Calibration(1.0, 0.5, 0.1)
_CONFUSIONS = 20


@dataclass(frozen=True, slots=True)
class Fold:
    """Answers of a model that saw only earlier orders; `wanted` (n,) column of the right unit, -1 where unknown."""

    answers: Answers
    wanted: np.ndarray
    units: Sequence[str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What the folds yielded. `confidence_later`, `correct_later`: the orders the gate was tested on."""

    calibration: Calibration
    confidence: Confidence
    choices: dict[float, GateChoice]
    family: dict[float, list[float]]
    confidence_later: np.ndarray
    correct_later: np.ndarray
    figures: dict[str, float]
    confusions: list[list[Any]]


def roll(
    vocabulary: Vocabulary,
    lessons: Lessons,
    names: Sequence[str],
    folds: int,
    share: float,
    linear: LinearConfig,
    network: NetworkConfig,
    report: Callable[[float], None],
) -> list[Fold]:
    """Predict each late fold by a model of what came before, its answers in the columns `names`."""
    made = []
    total = len(lessons.units)
    for number in range(folds):
        start, stop = (int(total * (1 - share * (folds - number - ahead))) for ahead in (0, 1))
        if start < 2 or stop <= start or len(set(lessons.units[:start])) < 2:
            continue
        model = fit_unit(vocabulary, lessons.before(start), linear, network)
        answers = _onto(model.answers(lessons.counts[start:stop]), model.labels, names)
        units = lessons.units[start:stop]
        made.append(Fold(answers, label_numbers(units, names), units))
        report((number + 1) / folds)
    return made


def _onto(answers: Answers, labels: list[str], names: Sequence[str]) -> Answers:
    """Columns moved to `names`; a unit that the fold's model could not know has no probability."""
    columns = label_numbers(labels, names)

    def moved(rows: np.ndarray) -> np.ndarray:
        made = np.zeros((len(rows), len(names)))
        made[:, columns] = rows
        return made

    return answers.mapped(moved)


def settle(folds: list[Fold], names: Sequence[str], limits: Sequence[float], delta: float) -> Settled:
    """Temperatures, confidence and families from the earlier folds, the gate from the later ones, the map from all."""
    if len(folds) < 2:
        none = {limit: GateChoice(None, 0.0, 0, 0, 1.0, limit, delta) for limit in limits}
        empty = np.zeros(0)
        families: dict[float, list[float]] = {limit: [] for limit in limits}
        return Settled(_NEUTRAL, Confidence(), none, families, empty, empty.astype(bool), {}, [])
    half = len(folds) // 2
    early, later = joined(folds[:half]), joined(folds[half:])
    temperatures = fit_temperatures(log_scores(early.answers.blend), early.wanted, _NEUTRAL)
    confidence = fit_confidence(early.answers, right(early))
    sure_early, sure_later = confidence.of(early.answers), confidence.of(later.answers)
    right_early, right_later = right(early), right(later)
    calibration = fit_map(
        temperatures, np.concatenate([sure_early, sure_later]), np.concatenate([right_early, right_later])
    )
    choices, families = {}, {}
    for limit in limits:
        family = family_from_earlier(sure_early, right_early, limit, delta)
        choice = choose_threshold(sure_later, right_later, limit, delta, family)
        families[limit] = [float(calibration.map_first(threshold)) for threshold in family]
        mapped = None if choice.threshold is None else float(calibration.map_first(choice.threshold))
        choices[limit] = replace(choice, threshold=mapped)
    honest = fit_map(temperatures, sure_early, right_early)
    return Settled(
        calibration,
        confidence,
        choices,
        families,
        calibration.map_first(sure_later),
        right_later,
        _figures(later, honest.apply(log_scores(later.answers.blend), sure_later), choices),
        _confusions(later, names),
    )


def joined(folds: Sequence[Fold]) -> Fold:
    wanted = np.concatenate([fold.wanted for fold in folds])
    return Fold(
        Answers.joined([fold.answers for fold in folds]), wanted, [unit for fold in folds for unit in fold.units]
    )


def right(fold: Fold) -> np.ndarray:
    """(n,) whether the first candidate was the unit of the order."""
    return np.asarray(fold.answers.blend.argmax(axis=1) == fold.wanted)


def _figures(fold: Fold, probabilities: np.ndarray, choices: dict[float, GateChoice]) -> dict[str, float]:
    """Measured on the later folds with calibration and confidence fitted on the earlier ones only."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    first, wanted = order[:, 0], fold.wanted
    correct = first == wanted
    figures = {
        "orders": float(len(wanted)),
        "accuracy": float(correct.mean()),
        "top3": float((order[:, :3] == wanted[:, None]).any(axis=1).mean()),
        "macro_f1": _macro_f1(first, wanted),
        "ece": ece(probabilities.max(axis=1), correct),
    }
    for limit, choice in choices.items():
        figures[f"coverage@{limit}"] = choice.coverage
    return {name: round(value, 4) for name, value in figures.items()}


def _macro_f1(first: np.ndarray, wanted: np.ndarray) -> float:
    """Mean over the units that occur of 2·hits / (said + there)."""
    scores = [
        2 * float(((first == unit) & (wanted == unit)).sum()) / float((first == unit).sum() + (wanted == unit).sum())
        for unit in np.unique(wanted)
    ]
    return float(np.mean(scores))


def _confusions(fold: Fold, names: Sequence[str]) -> list[list[Any]]:
    """[right unit, unit said, how often], the most frequent first."""
    said = fold.answers.blend.argmax(axis=1)
    pairs = Counter(
        (unit, names[place]) for unit, place in zip(fold.units, said.tolist(), strict=True) if unit != names[place]
    )
    return [[unit, other, count] for (unit, other), count in pairs.most_common(_CONFUSIONS)]
