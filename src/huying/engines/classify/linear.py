"""The first dispatch model: one linear separator per label over TF-IDF, calibrated on later orders.

Training is one-versus-rest L2-regularised squared-hinge SVM (liblinear, Fan et al. 2008), labels split over threads.
Small weights are dropped and the rest kept as half-precision numbers in a sparse matrix, so that 700 labels need a few
megabytes and one text is read in well under a millisecond. A model is a folder of `.npy` arrays and one JSON header
with a SHA-256 per file; loading runs nothing from the file.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from huying.engines.classify import store
from huying.engines.classify.calibrate import Calibration, fit_calibration
from huying.engines.classify.explain import Evidence, explain_words
from huying.engines.classify.features import FeatureConfig, FeatureSpace

FORMAT = "huying-linear-1"
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class LinearConfig:
    """`c`: inverse regularisation; `keep_energy`: share of each label's squared weights that pruning keeps;
    `calibration_share`: latest share of the orders used to calibrate before the final fit."""

    features: FeatureConfig = field(default_factory=FeatureConfig)
    c: float = 0.7
    tolerance: float = 1e-3
    keep_energy: float = 0.995
    calibration_share: float = 0.2
    threads: int = 2
    seed: int = 20180501


@dataclass(frozen=True, slots=True)
class Candidate:
    label: str
    probability: float


@dataclass
class LinearModel:
    """`weights` (terms, labels) sparse float32, `bias` and `prior` (labels,)."""

    space: FeatureSpace
    labels: list[str]
    weights: csr_matrix
    bias: np.ndarray
    prior: np.ndarray
    calibration: Calibration = field(default_factory=Calibration)
    card: dict[str, Any] = field(default_factory=dict)

    def scores(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Margins (texts, labels), uncalibrated."""
        return self._margins(self.space.matrix(texts, extra_tokens))

    def _margins(self, matrix: csr_matrix, batch: int = 2_000) -> np.ndarray:
        made = np.empty((matrix.shape[0], len(self.labels)), dtype=np.float32)
        for start in range(0, matrix.shape[0], batch):
            made[start : start + batch] = (matrix[start : start + batch] @ self.weights).toarray() + self.bias
        return made

    def predict_proba(self, texts: Sequence[str], extra_tokens: Sequence[Sequence[str]] | None = None) -> np.ndarray:
        """Calibrated probabilities (texts, labels); rows sum to one. A text without a single known term gets the
        label frequencies: nothing is known about it."""
        matrix = self.space.matrix(texts, extra_tokens)
        made = self.calibration.apply(self._margins(matrix))
        made[np.diff(matrix.indptr) == 0] = self.prior / self.prior.sum()
        return made

    def top(
        self, texts: Sequence[str], k: int = 5, extra_tokens: Sequence[Sequence[str]] | None = None
    ) -> list[list[Candidate]]:
        """The k most probable labels of each text, best first."""
        return [rank(row, self.labels, k) for row in self.predict_proba(texts, extra_tokens)]

    def explain(self, text: str, label: str, k: int = 5, extra: Sequence[str] = ()) -> list[Evidence]:
        """The words that speak most for `label` against the strongest others, with their place in `text`."""
        return explain_words(self, text, label, k, extra)

    def save(self, folder: Path) -> None:
        arrays = {
            "indptr": self.weights.indptr.astype(np.int32),
            "indices": self.weights.indices.astype(np.uint16),
            "data": self.weights.data.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "prior": self.prior.astype(np.float32),
            "idf": self.space.idf.astype(np.float32),
        }
        header = {
            "format": FORMAT,
            "labels": self.labels,
            "features": asdict(self.space.config),
            "calibration": self.calibration.as_dict(),
            "card": self.card,
        }
        store.write(folder, header, arrays, self.space.terms)

    @classmethod
    def load(cls, folder: Path) -> "LinearModel":
        """Raises `store.BrokenModel` where a file is missing, altered or of another format."""
        header, arrays, terms = store.read(folder, FORMAT)
        shape = (len(terms), len(header["labels"]))
        weights = csr_matrix(
            (arrays["data"].astype(np.float32), arrays["indices"].astype(np.int32), arrays["indptr"]), shape=shape
        )
        return cls(
            FeatureSpace(FeatureConfig(**header["features"]), terms, np.asarray(arrays["idf"])),
            header["labels"],
            weights,
            np.asarray(arrays["bias"]),
            np.asarray(arrays["prior"]),
            Calibration.from_dict(header["calibration"]),
            header["card"],
        )


def rank(probabilities: np.ndarray, labels: Sequence[str], k: int) -> list[Candidate]:
    """The k best of one row, best first; equal ones in label order."""
    best = np.argsort(-probabilities, kind="stable")[:k]
    return [Candidate(labels[place], float(probabilities[place])) for place in best]


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
    cut = int(len(texts) * (1 - config.calibration_share))
    calibration = Calibration()
    if len(set(labels[:cut])) >= 2:
        earlier = fit(texts[:cut], labels[:cut], _part(extra_tokens, 0, cut), config, _within(report, 0.0, 0.45))
        margins = earlier.scores(texts[cut:], _part(extra_tokens, cut, len(texts)))
        calibration = fit_calibration(margins, label_numbers(labels[cut:], earlier.labels))
    final = fit(texts, labels, extra_tokens, config, _within(report, 0.5, 1.0))
    return replace(final, calibration=calibration)


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    extra_tokens: Sequence[Sequence[str]] | None = None,
    config: LinearConfig = LinearConfig(),
    progress: Progress | None = None,
) -> LinearModel:
    """Weights only, with a neutral calibration."""
    report = progress or (lambda fraction, message: None)
    names = sorted(set(labels))
    if len(names) < 2:
        raise ValueError("training needs at least two different labels")
    space = FeatureSpace.fit(texts, extra_tokens, config.features, lambda share: report(0.2 * share, "读取词语"))
    matrix = space.matrix(texts, extra_tokens)
    numbers = label_numbers(labels, names)
    report(0.3, "训练")
    weights, bias = _separate(matrix, numbers, len(names), config, lambda share: report(0.3 + 0.7 * share, "训练"))
    counts = np.bincount(numbers, minlength=len(names)).astype(np.float64)
    prior = ((counts + 0.5) / (counts.sum() + 0.5 * len(names))).astype(np.float32)
    report(1.0, "训练完成")
    return LinearModel(space, names, weights, bias, prior)


def label_numbers(labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Column number of each label, -1 for one that is not among `names`."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(label, -1) for label in labels], dtype=np.int64)


def _separate(
    matrix: csr_matrix, numbers: np.ndarray, count: int, config: LinearConfig, report: Callable[[float], None]
) -> tuple[csr_matrix, np.ndarray]:
    """One separator per label. Labels go in chunks to threads: liblinear lets go of the interpreter while it works."""
    threads = max(1, min(config.threads, os.cpu_count() or 1))
    size = max(1, min(32, -(-count // threads)))
    chunks = [range(start, min(count, start + size)) for start in range(0, count, size)]
    done: list[tuple[csr_matrix, np.ndarray]] = []
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(lambda chunk: _separate_chunk(matrix, numbers, chunk, config), chunks):
            done.append(part)
            report(len(done) / len(chunks))
    by_label = vstack([part[0] for part in done], format="csr")
    return by_label.T.tocsr().astype(np.float32), np.concatenate([part[1] for part in done])


def _separate_chunk(
    matrix: csr_matrix, numbers: np.ndarray, chunk: range, config: LinearConfig
) -> tuple[csr_matrix, np.ndarray]:
    """Separators of the labels in `chunk` against everything else, pruned: (labels, terms) and bias (labels,)."""
    inside = (numbers >= chunk.start) & (numbers < chunk.stop)
    target = np.where(inside, numbers - chunk.start, len(chunk))
    classes = np.unique(target)
    machine = LinearSVC(C=config.c, tol=config.tolerance, max_iter=300, random_state=config.seed)
    machine.fit(matrix, target)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(classes) == 2:  # liblinear then gives one row, positive for the second class
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    rows = [_prune(coefficients[place], config.keep_energy) for place in range(len(chunk))]
    return vstack(rows, format="csr"), intercepts[: len(chunk)].astype(np.float32)


def _prune(weights: np.ndarray, keep_energy: float) -> csr_matrix:
    squares = weights**2
    order = np.argsort(-squares)
    keep = int(np.searchsorted(np.cumsum(squares[order]), keep_energy * squares.sum())) + 1
    chosen = np.sort(order[:keep])
    return csr_matrix(
        (weights[chosen].astype(np.float32), chosen.astype(np.int32), np.array([0, len(chosen)])),
        shape=(1, len(weights)),
    )


def _part(extra: Sequence[Sequence[str]] | None, start: int, stop: int) -> Sequence[Sequence[str]] | None:
    return None if extra is None else extra[start:stop]


def _within(report: Progress, low: float, high: float) -> Progress:
    return lambda fraction, message: report(low + (high - low) * fraction, message)
