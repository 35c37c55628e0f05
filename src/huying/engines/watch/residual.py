"""A correction learned online on top of a calibrated model: log p(u|x) + b_u + w_u·φ(x), normalised again.

One step of gradient a decision (Bottou 1998, softmax loss). Where the model is right on the average, the steps cancel:
a calibrated model is left alone. Where the city has changed they add up, in the words that tell the new from the old:
φ is the text's hashed pairs and triples, weighed by rarity, of length 1. A unit that the model does not know begins at
``UNKNOWN`` and needs some ten decisions, not a training. Everything is deterministic in the order of the decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from huying.engines.watch.recall import Rarity

UNKNOWN = 1e-2
BIAS_STEP, WORD_STEP = 0.3, 4.0
FOLDED = 1 << 15  # places of a row of words: 128 KB a unit
LATELY = 20  # units decided for last, looked at beside the model's own candidates

Base = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Corrected:
    """``probabilities`` by label; ``moved``: how far the correction took the first label of the model, as a ratio."""

    probabilities: dict[int, float]
    moved: float


class Residual:
    """The correction of one model. Not safe for several writers at once."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._bias: dict[int, float] = {}
        self._words: dict[int, np.ndarray] = {}
        self._lately: dict[int, None] = {}
        self.decisions = 0

    def learn(self, found: np.ndarray, base: Base, label: int) -> None:
        """One decision of a person: ``label`` for a text with these places, of which the model said ``base``."""
        weights = self._weights(found)
        probabilities = self._apply(found, weights, base, {label})
        for each, probability in probabilities.items():
            step = (each == label) - probability
            if abs(step) < 1e-3:
                continue
            self._bias[each] = self._bias.get(each, 0.0) + BIAS_STEP * step
            row = self._words.setdefault(each, np.zeros(FOLDED, dtype=np.float32))
            np.add.at(row, found % FOLDED, (WORD_STEP * step * weights).astype(np.float32))
        self._lately.pop(label, None)
        self._lately[label] = None
        if len(self._lately) > LATELY:
            del self._lately[next(iter(self._lately))]
        self.decisions += 1

    def correct(self, found: np.ndarray, base: Base) -> Corrected:
        """The model's candidates, and units that decisions of late brought in, with corrected probabilities."""
        if not self.decisions or not base:
            return Corrected(dict(base), 1.0)
        made = self._apply(found, self._weights(found), base, set())
        first, before = max(base, key=lambda one: one[1])
        return Corrected(made, made[first] / before if before else 1.0)

    def _weights(self, found: np.ndarray) -> np.ndarray:
        weights = self._rarity.weights(found)
        length = float(np.linalg.norm(weights))
        return weights / length if length else weights

    def _apply(self, found: np.ndarray, weights: np.ndarray, base: Base, more: set[int]) -> dict[int, float]:
        """Mass that the model gives to units not named in ``base`` stays outside: it is nobody's."""
        named = {label: max(probability, UNKNOWN) for label, probability in base}
        rest = max(0.0, 1.0 - sum(probability for _, probability in base))
        labels = list(dict.fromkeys([*named, *self._lately, *sorted(more)]))
        logs = np.log([named.get(label, UNKNOWN) for label in labels])
        moves = [self._bias.get(label, 0.0) + self._said(label, found, weights) for label in labels]
        grown = np.exp(logs + np.array(moves))
        total = float(grown.sum()) + rest
        return {label: float(value) / total for label, value in zip(labels, grown, strict=True)}

    def _said(self, label: int, found: np.ndarray, weights: np.ndarray) -> float:
        row = self._words.get(label)
        return float(row[found % FOLDED] @ weights) if row is not None else 0.0
