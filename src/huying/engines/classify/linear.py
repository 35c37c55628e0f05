"""One linear separator per label over weighted terms, calibrated on later orders.

Training is one-versus-rest L2-regularised squared-hinge SVM (liblinear, Fan et al. 2008). Small weights are dropped and
the rest kept as half-precision numbers in a sparse matrix, so that 700 labels need a few megabytes and one text is read
in well under a millisecond. A model is a folder of `.npy` arrays and one JSON header with a SHA-256 per file; loading
runs nothing from it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.svm import LinearSVC

from huying.engines.classify import store
from huying.engines.classify.calibrate import Calibration, fit_calibration
from huying.engines.classify.explain import Evidence, explain_words
from huying.engines.classify.features import FeatureConfig, FeatureSpace, View, Vocabulary
from huying.engines.classify.meaning import Meaning

FORMAT = "huying-linear-2"
Progress = Callable[[float, str], None]
# liblinear draws from one generator of the process: two fits at once would disturb each other's order of examples,
# and the same orders would give another model.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class LinearConfig:
    """`c`: inverse regularisation; `keep_energy`: share of each label's squared weights that pruning keeps;
    `calibration_share`: latest share of the orders used to calibrate before the final fit."""

    features: FeatureConfig = field(default_factory=FeatureConfig)
    view: View = field(default_factory=View)
    c: float = 0.6
    tolerance: float = 1e-3
    keep_energy: float = 0.995
    calibration_share: float = 0.2
    seed: int = 20180501


@dataclass(frozen=True, slots=True)
class Candidate:
    label: str
    probability: float


@dataclass
class LinearModel:
    """`weights` (terms, labels) sparse float32, `bias` and `prior` (labels,); with a `meaning`, what its directions
    weigh: `by_meaning` (width, labels)."""

    space: FeatureSpace
    labels: list[str]
    weights: csr_matrix
    bias: np.ndarray
    prior: np.ndarray
    calibration: Calibration = field(default_factory=Calibration)
    card: dict[str, Any] = field(default_factory=dict)
    meaning: Meaning | None = None
    by_meaning: np.ndarray | None = None

    def scores(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Margins (texts, labels), uncalibrated."""
        return self.margins(self.space.vocabulary.counts(texts, extra_tokens))

    def margins(self, counts: csr_matrix, batch: int = 2_000) -> np.ndarray:
        """The same from the vocabulary's counts."""
        made = np.empty((counts.shape[0], len(self.labels)), dtype=np.float32)
        for start in range(0, counts.shape[0], batch):
            part = counts[start : start + batch]
            found = (self.space.of(part) @ self.weights).toarray() + self.bias
            if self.meaning is not None:
                found += self.meaning.of(part) @ self.by_meaning
            made[start : start + batch] = found
        return made

    def predict_proba(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Calibrated probabilities (texts, labels); rows sum to one. A text without a single known term gets the
        label frequencies: nothing is known about it."""
        return self.probabilities(self.space.vocabulary.counts(texts, extra_tokens))

    def probabilities(self, counts: csr_matrix) -> np.ndarray:
        made = self.calibration.apply(self.margins(counts))
        made[np.diff(counts.indptr) == 0] = self.prior / self.prior.sum()
        return made

    def top(
        self, texts: Sequence[str], k: int = 5, extra_tokens: Sequence[Sequence[str]] | None = None
    ) -> list[list[Candidate]]:
        """The k most probable labels of each text, best first."""
        return ranked(self.predict_proba(texts, extra_tokens), self.labels, k)

    def explain(self, text: str, label: str, k: int = 5, extra: Sequence[str] = ()) -> list[Evidence]:
        """The words that by themselves speak most for `label` against the strongest others, and where they stand."""
        return explain_words(self, text, label, k, extra)

    def save(self, folder: Path) -> None:
        """Everything but the vocabulary and the meaning, which models share."""
        arrays = {
            "indptr": self.weights.indptr.astype(np.int32),
            "indices": self.weights.indices.astype(np.uint16),
            "data": self.weights.data.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "prior": self.prior.astype(np.float32),
            "weight": self.space.weight.astype(np.float32),
        }
        if self.by_meaning is not None:
            arrays["by_meaning"] = self.by_meaning.astype(np.float32)
        header = {
            "format": FORMAT,
            "labels": self.labels,
            "view": asdict(self.space.view),
            "calibration": self.calibration.as_dict(),
            "card": self.card,
        }
        store.write(folder, header, arrays)

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, meaning: Meaning | None = None) -> "LinearModel":
        """Raises `store.BrokenModel` where a file is missing, altered or of another format."""
        header, arrays = store.read(folder, FORMAT)
        space = FeatureSpace(vocabulary, View.from_dict(header["view"]), np.asarray(arrays["weight"]))
        weights = csr_matrix(
            (arrays["data"].astype(np.float32), arrays["indices"].astype(np.int32), arrays["indptr"]),
            shape=(space.size, len(header["labels"])),
        )
        return cls(
            space,
            header["labels"],
            weights,
            np.asarray(arrays["bias"]),
            np.asarray(arrays["prior"]),
            Calibration.from_dict(header["calibration"]),
            header["card"],
            meaning,
            np.asarray(arrays["by_meaning"]) if "by_meaning" in arrays else None,
        )


def rank(probabilities: np.ndarray, labels: Sequence[str], k: int) -> list[Candidate]:
    """The k best of one row, best first; equal ones in label order."""
    return ranked(probabilities[None], labels, k)[0]


def ranked(probabilities: np.ndarray, labels: Sequence[str], k: int) -> list[list[Candidate]]:
    """The k best of each row, best first; equal ones in label order."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    values = np.take_along_axis(probabilities, best, axis=1)
    return [
        [Candidate(labels[place], value) for place, value in zip(places, row, strict=True)]
        for places, row in zip(best.tolist(), values.tolist(), strict=True)
    ]


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    extra_tokens: Sequence[Sequence[str]] | None = None,
    config: LinearConfig = LinearConfig(),
    progress: Progress | None = None,
) -> LinearModel:
    """Fit, calibrate on the latest share, refit on all. Texts must be in time order, oldest first.

    Raises ValueError with fewer than two different labels.
    """
    report = progress or (lambda fraction, message: None)
    vocabulary = Vocabulary.fit(texts, extra_tokens, config.features, lambda share: report(0.1 * share, "读取词语"))
    counts = vocabulary.counts(texts, extra_tokens)
    return train_on(vocabulary, counts, labels, config, lambda share: report(0.1 + 0.9 * share, "训练"))


def train_on(
    vocabulary: Vocabulary,
    counts: csr_matrix,
    labels: Sequence[str],
    config: LinearConfig,
    report: Callable[[float], None] = lambda share: None,
) -> LinearModel:
    """`train` on counted texts, oldest first."""
    cut = int(len(labels) * (1 - config.calibration_share))
    calibration = Calibration()
    if len(set(labels[:cut])) >= 2:
        earlier = fit_on(vocabulary, counts[:cut], labels[:cut], config, lambda share: report(0.45 * share))
        calibration = fit_calibration(earlier.margins(counts[cut:]), label_numbers(labels[cut:], earlier.labels))
    final = fit_on(vocabulary, counts, labels, config, lambda share: report(0.5 + 0.5 * share))
    return replace(final, calibration=calibration)


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    extra_tokens: Sequence[Sequence[str]] | None = None,
    config: LinearConfig = LinearConfig(),
) -> LinearModel:
    """Weights only, with a neutral calibration."""
    vocabulary = Vocabulary.fit(texts, extra_tokens, config.features)
    return fit_on(vocabulary, vocabulary.counts(texts, extra_tokens), labels, config)


def fit_on(
    vocabulary: Vocabulary,
    counts: csr_matrix,
    labels: Sequence[str],
    config: LinearConfig,
    report: Callable[[float], None] = lambda share: None,
    meaning: Meaning | None = None,
) -> LinearModel:
    """`fit` on counted texts, with their meaning beside the terms where it is given. Raises ValueError with fewer than two different labels."""
    names = sorted(set(labels))
    if len(names) < 2:
        raise ValueError("training needs at least two different labels")
    numbers = label_numbers(labels, names)
    space = FeatureSpace.fit(vocabulary, counts, numbers, config.view)
    values = space.of(counts)
    if meaning is not None:
        values = hstack([values, csr_matrix(meaning.of(counts))], format="csr")
    weights, by_meaning, bias = _separate(values, space.size, numbers, len(names), config, report)
    times = np.bincount(numbers, minlength=len(names)).astype(np.float64)
    prior = ((times + 0.5) / (times.sum() + 0.5 * len(names))).astype(np.float32)
    known = None if meaning is None else by_meaning
    return LinearModel(space, names, weights, bias, prior, meaning=meaning, by_meaning=known)


def label_numbers(labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Column number of each label, -1 for one that is not among `names`."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(label, -1) for label in labels], dtype=np.int64)


def _separate(
    matrix: csr_matrix,
    terms: int,
    numbers: np.ndarray,
    count: int,
    config: LinearConfig,
    report: Callable[[float], None],
) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """One separator per label, a few labels at a time so that progress can be told: pruned weights (terms, labels),
    weights of the columns beyond the terms, as they are (columns, labels), and bias (labels,)."""
    parts = []
    for start in range(0, count, 32):
        parts.append(_separate_some(matrix, terms, numbers, range(start, min(count, start + 32)), config))
        report(min(1.0, (start + 32) / count))
    sparse, dense, bias = zip(*parts, strict=True)
    by_label = vstack(sparse, format="csr")
    return by_label.T.tocsr().astype(np.float32), np.concatenate(dense).T, np.concatenate(bias)


def _separate_some(
    matrix: csr_matrix, terms: int, numbers: np.ndarray, chosen: range, config: LinearConfig
) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Separators of the `chosen` labels against everything else: (labels, terms), (labels, columns), (labels,)."""
    inside = (numbers >= chosen.start) & (numbers < chosen.stop)
    target = np.where(inside, numbers - chosen.start, len(chosen))
    classes = np.unique(target)
    machine = LinearSVC(C=config.c, tol=config.tolerance, max_iter=300, random_state=config.seed)
    with _ONE_AT_A_TIME:
        machine.fit(matrix, target)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(classes) == 2:  # liblinear then gives one row, positive for the second class
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    chosen_rows = coefficients[: len(chosen)]
    rows = [_prune(one[:terms], config.keep_energy) for one in chosen_rows]
    beyond = chosen_rows[:, terms:].astype(np.float32)
    return vstack(rows, format="csr"), beyond, intercepts[: len(chosen)].astype(np.float32)


def _prune(weights: np.ndarray, keep_energy: float) -> csr_matrix:
    squares = weights**2
    order = np.argsort(-squares)
    keep = int(np.searchsorted(np.cumsum(squares[order]), keep_energy * squares.sum())) + 1
    chosen = np.sort(order[:keep])
    return csr_matrix(
        (weights[chosen].astype(np.float32), chosen.astype(np.int32), np.array([0, len(chosen)])),
        shape=(1, len(weights)),
    )
