"""A compact neural text model: one hidden layer over weighted n-grams and words, several labels learned together.

    h = max(0, x E + b)        x (terms,) values of `FeatureSpace`, E (terms, width)
    P(k | x) = softmax(h W + c)

Where the `Meaning` of the texts is known, E does not start from chance alone: terms of like meaning start alike.

It learns the *fine* label (the unit exactly as recorded, district and all) and, beside it, the category: both pull the
hidden layer towards what a matter is about. Where names were merged or used side by side, a table P(unit | fine label)
brings the fine labels back to units; how often each name is used is then counted, not guessed from words.

Training is stochastic gradient descent with Adam (Kingma and Ba 2015), moments of a term's row moving only when the term
occurs; a fifth of the terms and two fifths of the hidden layer are left out at random (dropout, Srivastava et al. 2014).
Deterministic by seed: one thread, one generator.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

from huying.engines.classify import store
from huying.engines.classify.features import FeatureSpace, View, Vocabulary
from huying.engines.classify.meaning import Meaning

FORMAT = "huying-network-1"
_DECAY, _DECAY_SQUARES, _TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)
_CHANCE, _KNOWN = np.float32(0.3), 3.0  # of what a term starts with, where the meaning of the texts is known
_LOOKED_AT = 500  # texts by which the two are made comparable


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """`epochs` over the orders, or more where that is fewer than `least_steps` steps; `beside`: weight of the category
    in what is learned; `dropped_terms`, `dropped_hidden`: shares left out at random while training."""

    view: View = field(default_factory=lambda: View((("c", 1.0), ("w", 1.0), ("x", 0.6))))
    width: int = 128
    epochs: int = 12
    least_steps: int = 240
    batch: int = 128
    rate: float = 4e-3
    dropped_terms: float = 0.2
    dropped_hidden: float = 0.4
    beside: float = 0.3
    seed: int = 20180501


@dataclass
class Network:
    """`embedding` (terms, width), `output` (width, labels), `onto` (labels, units) rows P(unit | fine label)."""

    space: FeatureSpace
    embedding: np.ndarray
    bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    onto: np.ndarray

    def unit_probabilities(self, counts: csr_matrix) -> np.ndarray:
        """(texts, units), rows sum to one."""
        hidden = np.maximum(self.space.of(counts) @ self.embedding + self.bias, 0.0)
        return np.asarray(softmax(hidden @ self.output + self.output_bias, axis=1) @ self.onto)

    def save(self, folder: Path) -> None:
        arrays = {
            "embedding": self.embedding.astype(np.float16),
            "bias": self.bias,
            "output": self.output,
            "output_bias": self.output_bias,
            "onto": self.onto,
            "weight": self.space.weight.astype(np.float32),
        }
        store.write(folder, {"format": FORMAT, "view": asdict(self.space.view)}, arrays)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> "Network":
        """Raises `store.BrokenModel`."""
        header, arrays = store.read(folder, FORMAT)
        space = FeatureSpace(vocabulary, View.from_dict(header["view"]), np.asarray(arrays["weight"]))
        rest = [np.asarray(arrays[name], dtype=np.float32) for name in ("bias", "output", "output_bias", "onto")]
        return cls(space, arrays["embedding"].astype(np.float32), *rest)


@dataclass(frozen=True, slots=True)
class Target:
    """Labels of the texts as numbers, -1 where not known, how many there are, and their weight in the loss."""

    numbers: np.ndarray
    size: int
    weight: float


def fit_network(
    space: FeatureSpace,
    counts: csr_matrix,
    fine: Target,
    beside: Target | None,
    onto: np.ndarray,
    config: NetworkConfig = NetworkConfig(),
    meaning: Meaning | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> Network:
    """Train on counted texts. `onto` (fine labels, units): how each fine label's orders divide among the units.
    `meaning`, if given, has the view of `space`."""
    values = space.of(counts)
    learner = _Learner(values.shape[1], [fine, *([beside] if beside is not None else [])], config)
    if meaning is not None:
        learner.begin_with(meaning, values)
    texts = values.shape[0]
    batch = max(8, min(config.batch, texts // 16))
    in_epoch = -(-texts // batch)
    epochs = max(config.epochs, -(-config.least_steps // in_epoch))
    for epoch in range(epochs):
        order = learner.random.permutation(texts)
        for start in range(0, texts, batch):
            learner.step(values, order[start : start + batch], epochs * in_epoch)
        report((epoch + 1) / epochs)
    return Network(space, learner.embedding, learner.dense[0], learner.dense[1], learner.dense[2], onto)


class _Learner:
    """Parameters and their moments. `dense` is the hidden bias, then weights and bias of each target."""

    def __init__(self, terms: int, targets: Sequence[Target], config: NetworkConfig) -> None:
        self.config, self.targets, self.steps = config, targets, 0
        self.random = np.random.default_rng(config.seed)
        spread = np.float32(1.0 / np.sqrt(config.width))
        self.embedding = self._normal(terms, config.width) * spread
        self.dense: list[np.ndarray] = [np.zeros(config.width, np.float32)]
        for target in targets:
            self.dense += [self._normal(config.width, target.size) * spread, np.zeros(target.size, np.float32)]
        self.moments = [(np.zeros_like(one), np.zeros_like(one)) for one in (self.embedding, *self.dense)]

    def begin_with(self, meaning: Meaning, values: csr_matrix) -> None:
        """Start the terms from their meaning, three times as strong at the hidden layer as chance alone would be."""
        some = values[:_LOOKED_AT]
        start = meaning.spread(self.config.width, self.random)
        chance, known = np.std(some @ self.embedding), np.std(some @ start)
        if known > 0:
            self.embedding *= _CHANCE
            self.embedding += start * np.float32(_KNOWN * chance / known)

    def _normal(self, rows: int, columns: int) -> np.ndarray:
        return self.random.standard_normal((rows, columns), dtype=np.float32)

    def step(self, values: csr_matrix, chosen: np.ndarray, steps: int) -> None:
        """One batch: forward, backward, update. The rate rises over the first tenth of `steps`, then falls to 0."""
        part = values[chosen]
        terms, place = np.unique(part.indices, return_inverse=True)
        data = self._drop(part.data, self.config.dropped_terms)
        inputs = csr_matrix((data, place.astype(np.int32), part.indptr), shape=(len(chosen), len(terms)))
        reached = inputs @ self.embedding[terms] + self.dense[0]
        mask = self._drop((reached > 0).astype(np.float32), self.config.dropped_hidden)
        hidden = reached * mask
        back = np.zeros_like(hidden)
        slopes = []
        for number, target in enumerate(self.targets):
            weights, bias = self.dense[1 + 2 * number], self.dense[2 + 2 * number]
            error = _error(hidden @ weights + bias, target, chosen)
            back += error @ weights.T
            slopes += [hidden.T @ error, error.sum(axis=0)]
        back *= mask
        self.steps += 1
        share = self.steps / steps
        rate = np.float32(self.config.rate * (share / 0.1 if share < 0.1 else (1.0 - share) / 0.9))
        for moments, parameter, slope in zip(self.moments[1:], self.dense, [back.sum(axis=0), *slopes], strict=True):
            parameter -= rate * self._direction(moments, slice(None), slope)
        self.embedding[terms] -= rate * self._direction(self.moments[0], terms, inputs.T @ back)

    def _drop(self, values: np.ndarray, share: float) -> np.ndarray:
        kept = self.random.random(values.shape, dtype=np.float32) >= share
        return values * kept / np.float32(1.0 - share)

    def _direction(
        self, moments: tuple[np.ndarray, np.ndarray], rows: np.ndarray | slice, slope: np.ndarray
    ) -> np.ndarray:
        mean, square = moments
        mean[rows] = _DECAY * mean[rows] + (1 - _DECAY) * slope
        square[rows] = _DECAY_SQUARES * square[rows] + (1 - _DECAY_SQUARES) * slope * slope
        unbiased = mean[rows] / np.float32(1 - float(_DECAY) ** self.steps)
        spread = np.sqrt(square[rows] / np.float32(1 - float(_DECAY_SQUARES) ** self.steps))
        return np.asarray(unbiased / (spread + _TINY))


def _error(scores: np.ndarray, target: Target, chosen: np.ndarray) -> np.ndarray:
    """Slope of the weighted mean cross-entropy with respect to the scores."""
    numbers = target.numbers[chosen]
    known = numbers >= 0
    error = np.exp(log_softmax(scores, axis=1))
    error[np.flatnonzero(known), numbers[known]] -= 1.0
    error[~known] = 0.0
    return np.asarray(error * (target.weight / len(chosen)), dtype=np.float32)
