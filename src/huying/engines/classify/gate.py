"""Dispatch without a person only where a stated limit of wrong dispatch holds.

Selective prediction. Orders whose first candidate has a probability of at least t go out at once. The promise:
with confidence 1 - δ, at most `limit` of those dispatched automatically are wrong. How t is found:

1. A family of thresholds, from strict to loose, is fixed without looking at the labels it will be tested on: by the
   confidences alone, from the threshold on where they promise most.
2. For each, in that order, the number wrong among the selected later orders is tested with the exact one-sided
   binomial bound of Clopper and Pearson (1934) at level δ.
3. The first threshold that fails ends the sequence; the last that passed is taken. Because the order was fixed
   beforehand, no correction for the number of tests is needed (fixed-sequence testing; Angelopoulos et al. 2021,
   "Learn then Test").

Assumption: the orders to come err like the later orders used here. It is watched, not trusted: accepted objections
count against the limit and withdraw automation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta as beta_distribution


@dataclass(frozen=True, slots=True)
class GateChoice:
    """`threshold` None: nothing passes, no automation. `bound`: upper confidence limit of the error rate at it."""

    threshold: float | None
    coverage: float
    errors: int
    n: int
    bound: float
    limit: float
    delta: float

    def dispatches(self, confidence: float) -> bool:
        return self.threshold is not None and confidence >= self.threshold


def error_bound(errors: int, n: int, delta: float = 0.05) -> float:
    """Exact one-sided upper bound of an error rate after `errors` in `n` trials; 1.0 where n is 0.

    Examples at δ = 0.05: 0 of 149 gives 1.99 %, 0 of 299 gives 1.00 %, 20 of 2000 gives 1.45 %.
    """
    if n <= 0 or errors >= n:
        return 1.0
    return float(beta_distribution.ppf(1.0 - delta, errors + 1, n - errors))


def smallest_sample(limit: float, delta: float = 0.05) -> int:
    """The least number of orders, all right, that can prove `limit`: 149 for 2 %, 299 for 1 %."""
    return int(np.ceil(np.log(delta) / np.log1p(-limit)))


def threshold_family(confidence: np.ndarray, limit: float, delta: float = 0.05, growth: float = 1.05) -> list[float]:
    """Thresholds from strict to loose by how many orders each selects; looks at confidences, never at labels.

    It starts where twice the smallest provable sample is selected (one error must not end everything), or the smallest
    sample itself where there is too little, and each step selects `growth` times as many.
    """
    ordered = np.sort(np.asarray(confidence, dtype=float))[::-1]
    least = smallest_sample(limit, delta)
    if len(ordered) < least:
        return []
    size = 2.0 * least if len(ordered) >= 4 * least else float(least)
    family: list[float] = []
    while size < len(ordered):
        family.append(float(ordered[int(size) - 1]))
        size = max(size * growth, size + 1)
    family.append(float(ordered[-1]))
    return sorted(set(family), reverse=True)


def family_by_promise(confidence: np.ndarray, limit: float, delta: float = 0.05) -> list[float]:
    """The family, started where the stated probabilities themselves promise most; labels are not looked at.

    If each is right with its stated probability p, the n orders above a threshold hold E = Σ (1 - p) errors, and the
    bound would come out near that of E errors in n. Stricter members than the one with the least such bound select too
    few orders to prove anything: there a single chance error would end the sequence.
    """
    family = threshold_family(confidence, limit, delta)
    if not family:
        return []
    descending = np.sort(np.asarray(confidence, dtype=float))[::-1]
    expected = np.cumsum(1.0 - descending)
    selected = np.array([int((descending >= threshold).sum()) for threshold in family])
    errors = np.minimum(expected[selected - 1], selected - 1e-9)
    promised = beta_distribution.ppf(1.0 - delta, errors + 1, selected - errors)
    return family[int(np.argmin(promised)) :]


def _outcome(confidence: np.ndarray, correct: np.ndarray, threshold: float, delta: float) -> tuple[int, int, float]:
    selected = np.asarray(confidence) >= threshold
    n = int(selected.sum())
    errors = n - int(np.asarray(correct)[selected].sum())
    return errors, n, error_bound(errors, n, delta)


def choose_threshold(
    confidence: np.ndarray,
    correct: np.ndarray,
    limit: float,
    delta: float = 0.05,
    thresholds: Sequence[float] | None = None,
) -> GateChoice:
    """Fixed-sequence test over `thresholds` (strict to loose; default: `threshold_family` of these confidences).

    `confidence` (n,): probability of the first candidate; `correct` (n,): whether it was right; `limit` in (0, 1).
    """
    confidence, correct = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=bool)
    family = threshold_family(confidence, limit, delta) if thresholds is None else list(thresholds)
    choice = GateChoice(None, 0.0, 0, 0, 1.0, limit, delta)
    for threshold in family:
        errors, n, bound = _outcome(confidence, correct, threshold, delta)
        if bound > limit:
            break
        choice = GateChoice(float(threshold), n / len(confidence), errors, n, bound, limit, delta)
    return choice
