"""Try the unit model on later orders before it is trained on all: calibration, confidence and gate come from there.

    |———————— seen ————————| fold 1 | fold 2 | fold 3 | fold 4 |

Each fold is predicted by a model that saw only what came before it. From these answers come the temperatures and the
confidence that is used from then on. The gate is tested on the same orders, but each fold's confidence is then one that
was learned from the other folds only, so that no order's outcome has shaped the number by which it is judged. The
confidence in use has seen all folds and so differs a little from those tested; with a dozen weights for thousands of
orders this is small, and the models of the folds, trained on less, err more often than the one in use.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from huying.engines.classify.calibrate import Calibration, ece, fit_map, fit_temperatures
from huying.engines.classify.confidence import Answers, Confidence, fit_confidence
from huying.engines.classify.features import Vocabulary
from huying.engines.classify.gate import GateChoice, choose_threshold, family_by_promise
from huying.engines.classify.linear import LinearConfig, label_numbers
from huying.engines.classify.network import NetworkConfig
from huying.engines.classify.unit import Lessons, fit_unit, log_scores

_NEUTRAL = Calibration(1.0, 0.5, 0.1)
_CONFUSIONS = 20
_EARLIER = 0.25


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
    """Calibration and gate. Each fold's orders are tested with a confidence learned from the other folds alone."""
    if len(folds) < 2:
        none = {limit: GateChoice(None, 0.0, 0, 0, 1.0, limit, delta) for limit in limits}
        empty = np.zeros(0)
        families: dict[float, list[float]] = {limit: [] for limit in limits}
        return Settled(_NEUTRAL, Confidence(), none, families, empty, empty.astype(bool), {}, [])
    every, half = joined(folds), joined(folds[len(folds) // 2 :])
    calibration = fit_temperatures(log_scores(every.answers.blend), every.wanted, _NEUTRAL)
    confidence = _confidence(folds, range(len(folds)))
    others = [[one for one in range(len(folds)) if one != number] for number in range(len(folds))]
    sure = np.concatenate([_confidence(folds, seen).of(fold.answers) for fold, seen in zip(folds, others, strict=True)])
    correct = right(every)
    if not confidence.weights:  # too few orders to learn from signs: the score itself, mapped to observed shares
        calibration = fit_map(calibration, sure, correct)
        sure = calibration.map_first(sure)
    families = {limit: family_by_promise(sure, limit, delta) for limit in limits}
    choices = {limit: choose_threshold(sure, correct, limit, delta, families[limit]) for limit in limits}
    latest = slice(len(sure) - len(half.wanted), None)
    figures = _figures(half, calibration.apply(log_scores(half.answers.blend), sure[latest]), choices)
    return Settled(calibration, confidence, choices, families, sure, correct, figures, _confusions(half, names))


def _confidence(folds: Sequence[Fold], chosen: Sequence[int]) -> Confidence:
    """Learned from the `chosen` folds; those of the earlier half, by models of less, count a quarter."""
    parts = [folds[number] for number in chosen]
    weight = [np.full(len(folds[one].wanted), 1.0 if one >= len(folds) // 2 else _EARLIER) for one in chosen]
    whole = joined(parts)
    return fit_confidence(whole.answers, right(whole), np.concatenate(weight))


def joined(folds: Sequence[Fold]) -> Fold:
    wanted = np.concatenate([fold.wanted for fold in folds])
    return Fold(
        Answers.joined([fold.answers for fold in folds]), wanted, [unit for fold in folds for unit in fold.units]
    )


def right(fold: Fold) -> np.ndarray:
    """(n,) whether the first candidate was the unit of the order."""
    return np.asarray(fold.answers.blend.argmax(axis=1) == fold.wanted)


def _figures(fold: Fold, probabilities: np.ndarray, choices: dict[float, GateChoice]) -> dict[str, float]:
    """Measured on the later half of the folds, with a confidence learned from the other folds."""
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
