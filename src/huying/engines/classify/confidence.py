"""How likely is the first candidate right? Asked of everything that is known about the answer, not of its score alone.

Two models that agree, a unit that is usually right when it is named, a short clear text: each says something about an
answer that the probability of its first candidate does not. A logistic regression learns from *later* orders, which the
models had not seen, what these signs are worth:

    P(right) = σ( w · signs ),  signs (n, 11) of `signs`

The reliability of a unit is its share of right answers where it came first, drawn towards the mean of all by ten
orders' worth (while learning, an order's own outcome is left out of it). So one threshold on P(right) is a different
threshold on the score for each unit: a one-parameter family of threshold vectors.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

_LEAST = 300
_WORTH = 10.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What two models said about n texts: `blend`, `linear`, `network` (n, units) probabilities; `length` (n,) number
    of known terms; `quotes` (n,) whether the text quotes an earlier order."""

    blend: np.ndarray
    linear: np.ndarray
    network: np.ndarray
    length: np.ndarray
    quotes: np.ndarray

    def mapped(self, change: Callable[[np.ndarray], np.ndarray]) -> "Answers":
        """The same with `change` made to each table of probabilities."""
        return Answers(change(self.blend), change(self.linear), change(self.network), self.length, self.quotes)

    @classmethod
    def joined(cls, parts: Sequence["Answers"]) -> "Answers":
        return cls(
            np.concatenate([part.blend for part in parts]),
            np.concatenate([part.linear for part in parts]),
            np.concatenate([part.network for part in parts]),
            np.concatenate([part.length for part in parts]),
            np.concatenate([part.quotes for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Confidence:
    """`weights` of the signs, after each is put at `centre` and divided by `spread`; `reliability` of each unit."""

    weights: tuple[float, ...] = ()
    bias: float = 0.0
    centre: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    reliability: tuple[float, ...] = ()

    def of(self, answers: Answers) -> np.ndarray:
        """P(right) of the first candidates (n,); without weights, the blend's own probability."""
        top = answers.blend.argmax(axis=1)
        if not self.weights:
            return np.asarray(answers.blend.max(axis=1), dtype=np.float64)
        made = signs(answers, logit(np.array(self.reliability)[top]))
        return np.asarray(expit((made - self.centre) / self.spread @ np.array(self.weights) + self.bias))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Confidence":
        lists = (tuple(values[name]) for name in ("centre", "spread", "reliability"))
        return cls(tuple(values["weights"]), values["bias"], *lists)


def signs(answers: Answers, reliability: np.ndarray) -> np.ndarray:
    """(n, 11) what each answer looks like; `reliability` (n,) log-odds of the first candidate's unit."""
    rows, top = np.arange(len(answers.blend)), answers.blend.argmax(axis=1)
    two = -np.partition(-answers.blend, 1, axis=1)[:, :2] if answers.blend.shape[1] > 1 else answers.blend
    first, second = two[:, 0], two[:, -1]
    entropy = -(answers.blend * np.log(answers.blend + 1e-9)).sum(axis=1)
    by_linear, by_network = answers.linear[rows, top], answers.network[rows, top]
    agree = (answers.linear.argmax(axis=1) == top) & (answers.network.argmax(axis=1) == top)
    odds = [logit(np.clip(one, 1e-4, 1 - 1e-4)) for one in (first, by_linear, by_network)]
    length = np.log1p(answers.length)
    return np.column_stack(
        [
            *odds,
            np.log(second + 1e-4),
            entropy,
            agree,
            reliability,
            length,
            length**2,
            answers.quotes,
            answers.quotes * odds[0],
        ]
    ).astype(np.float64)


def fit_confidence(answers: Answers, correct: np.ndarray, weight: np.ndarray | None = None) -> Confidence:
    """Learn from later orders; `correct` (n,) whether the first candidate was right, `weight` (n,) how much each counts
    (all alike without). Too few orders: the blend is kept."""
    if len(correct) < _LEAST or not 0 < correct.sum() < len(correct):
        return Confidence()
    counted = np.ones(len(correct)) if weight is None else weight
    top, units = answers.blend.argmax(axis=1), answers.blend.shape[1]
    right = np.bincount(top, correct * counted, minlength=units)
    named = np.bincount(top, counted, minlength=units)
    mean = float(np.average(correct, weights=counted))
    reliability = np.clip((right + _WORTH * mean) / (named + _WORTH), 0.01, 0.99)
    others = (right[top] - correct * counted + _WORTH * mean) / (named[top] - counted + _WORTH)
    made = signs(answers, logit(np.clip(others, 0.01, 0.99)))
    centre, spread = made.mean(axis=0), made.std(axis=0) + 1e-6
    learned = LogisticRegression(C=0.3, max_iter=500).fit((made - centre) / spread, correct, sample_weight=counted)
    weights = (learned.coef_[0], centre, spread, reliability)
    coefficients, middle, width, known = (tuple(map(float, one)) for one in weights)
    return Confidence(coefficients, float(learned.intercept_[0]), middle, width, known)
