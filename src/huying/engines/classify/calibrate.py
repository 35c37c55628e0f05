"""Turn scores into probabilities that mean what they say, and measure how far they do not.

Margins of one-versus-rest separators become probabilities in two steps:

1. two temperatures:  r(k | s) = (1 - m) · softmax(β₁ s)_k + m · softmax(β₂ s)_k , β₂ < β₁.
   Both parts rank the labels alike, so candidates keep their order; the flat part pays for noisy labels.
2. the first candidate's r is put through a strictly rising piecewise-linear map fitted to observed shares of equal-sized
   groups (isotonic regression on group means); the others share what remains in proportion.

Both are fitted on orders *later* than those the scores were trained on. (Guo et al. 2017, "On calibration of modern
neural networks"; Zadrozny and Elkan 2002 for the monotone map.)
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.isotonic import IsotonicRegression

UNKNOWN_SCORE = -10.0
_LEAST = 60
_BEFORE = 1e-10


@dataclass(frozen=True, slots=True)
class Calibration:
    """`beta`, `flat` temperatures (inverse), `mix` the share of the flat part; `stated` → `observed` the map's knots."""

    beta: float = 8.0
    flat: float = 3.5
    mix: float = 0.2
    stated: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()

    def raw(self, scores: np.ndarray) -> np.ndarray:
        """Scores (n, k) to probabilities (n, k) by the temperatures alone."""
        scores = scores.astype(np.float64)
        return (1 - self.mix) * softmax(self.beta * scores, axis=1) + self.mix * softmax(self.flat * scores, axis=1)

    def map_first(self, confidence: np.ndarray | float) -> np.ndarray:
        """The map of the first candidate's probability; without knots, itself."""
        if not self.stated:
            return np.asarray(confidence, dtype=np.float64)
        return np.asarray(np.interp(confidence, self.stated, self.observed), dtype=np.float64)

    def apply(self, scores: np.ndarray, confidence: np.ndarray | None = None) -> np.ndarray:
        """Scores (n, k) to calibrated probabilities (n, k); rows sum to one and the first candidate stays first.

        `confidence` (n,): what goes through the map for the first candidate instead of its own raw probability.
        """
        made = self.raw(scores)
        if (not self.stated and confidence is None) or made.shape[1] < 2:
            return made
        rows, first = np.arange(len(made)), made.argmax(axis=1)
        top = made[rows, first] if confidence is None else confidence
        made[rows, first] = 0.0
        rest = made.sum(axis=1)
        unspread = rest < 1e-12  # nothing left to share in proportion: share it evenly
        made[unspread] = 1.0
        made[rows[unspread], first[unspread]] = 0.0
        made /= made.sum(axis=1)[:, None]
        second = made.max(axis=1)
        least = second / (1 + second) * (1 + _BEFORE)  # where first and second would be equal, and a little more
        mapped = np.clip(np.maximum(self.map_first(top), least), 1e-9, 1 - 1e-9)
        made *= (1.0 - mapped)[:, None]
        made[rows, first] = mapped
        return made

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Calibration":
        knots = {name: tuple(values[name]) for name in ("stated", "observed")}
        return cls(**{**values, **knots})


def align(scores: np.ndarray, labels: list[str], onto: list[str]) -> np.ndarray:
    """Columns of `labels` moved to those of `onto`; a label the scores do not know gets a hopeless score."""
    places = {label: place for place, label in enumerate(labels)}
    made = np.full((len(scores), len(onto)), UNKNOWN_SCORE, dtype=np.float32)
    for column, label in enumerate(onto):
        if label in places:
            made[:, column] = scores[:, places[label]]
    return made


def fit_temperatures(scores: np.ndarray, labels: np.ndarray, neutral: Calibration = Calibration()) -> Calibration:
    """Best β₁, β₂ and mix by likelihood; `labels` (n,) are column numbers, -1 for a label the scores do not know.

    Unknown labels are left out: no temperature can give them probability. The search starts at `neutral`, which is
    also what fewer than 60 orders get.
    """
    known = labels >= 0
    scores, labels = scores[known].astype(np.float64), labels[known]
    if len(labels) < _LEAST:
        return neutral
    rows = np.arange(len(labels))

    def unpack(values: np.ndarray) -> Calibration:
        flat = float(np.exp(min(values[1], 4.0)))
        return Calibration(flat + float(np.exp(min(values[0], 4.0))), flat, 1.0 / (1.0 + float(np.exp(-values[2]))))

    def loss(values: np.ndarray) -> float:
        return float(-np.log(unpack(values).raw(scores)[rows, labels] + 1e-12).mean())

    share = min(max(neutral.mix, 0.02), 0.98)
    start = np.log([neutral.beta - neutral.flat, neutral.flat, share / (1 - share)])
    best = minimize(loss, start, method="Nelder-Mead", options={"xatol": 5e-3, "fatol": 1e-5, "maxiter": 200})
    return unpack(best.x)


def fit_map(calibration: Calibration, confidence: np.ndarray, correct: np.ndarray, groups: int = 10) -> Calibration:
    """`calibration` with the map of the first candidate's raw probability. Too few orders: unchanged."""
    if len(confidence) < _LEAST:
        return calibration
    groups = min(groups, len(confidence) // (_LEAST // 2))
    parts = np.array_split(np.argsort(confidence, kind="stable"), groups)
    stated = np.array([confidence[part].mean() for part in parts])
    shares = np.array([(correct[part].sum() + confidence[part].mean()) / (len(part) + 1) for part in parts])
    observed = np.minimum(IsotonicRegression().fit_transform(stated, shares), 1.0 - 1e-5)
    observed = observed + np.arange(groups) * 1e-8  # strictly rising: equal groups must not tie orders together
    stated, kept = np.unique(np.minimum(stated, 1.0 - 1e-9), return_index=True)
    observed = observed[kept]
    stated = np.concatenate([[0.0], stated, [1.0]])
    observed = np.concatenate([[0.0], observed, [observed[-1] + 0.5 * (1.0 - observed[-1])]])
    return Calibration(
        calibration.beta, calibration.flat, calibration.mix, tuple(map(float, stated)), tuple(map(float, observed))
    )


def fit_calibration(scores: np.ndarray, labels: np.ndarray) -> Calibration:
    """Both steps on the same later orders."""
    calibration = fit_temperatures(scores, labels)
    raw = calibration.raw(scores)
    return fit_map(calibration, raw.max(axis=1), raw.argmax(axis=1) == labels)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Of `n` orders with mean stated probability `stated`, the share `observed` was right."""

    low: float
    high: float
    n: int
    stated: float
    observed: float


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = 10) -> list[ReliabilityBin]:
    """Equal-width bins of the first candidate's probability; empty bins are left out."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    made = []
    for place in np.unique(index):
        chosen = index == place
        stated, observed = float(confidence[chosen].mean()), float(correct[chosen].mean())
        made.append(ReliabilityBin(place / bins, (place + 1) / bins, int(chosen.sum()), stated, observed))
    return made


def ece(confidence: np.ndarray, correct: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean distance of stated and observed, weighted by bin size."""
    total = max(1, len(confidence))
    return float(sum(abs(one.stated - one.observed) * one.n for one in reliability(confidence, correct, bins)) / total)
