"""Does the gate keep its promise in a month it has not seen, and how much of what was possible does it let go?

Thresholds and bound come from the orders to April. `share_of_best`: coverage in May beside the largest that any threshold
of the family reaches under the same bound with the outcomes of May known.
"""

import numpy as np

from benchmarks.harness import haikou
from benchmarks.harness.runner import Result
from huying.engines.classify.gate import error_bound

LIMITS = (0.02, 0.05)
LEAST_SHARE = 0.60


def run() -> Result:
    bundle, _ = haikou.trained()
    later = haikou.month()
    made = bundle.predict_many([row["text"] for row in later], k=1)
    sure = np.array([one.confidence if one.known else 0.0 for one in made])
    right = np.array([one.units[0].label == row["unit"] for one, row in zip(made, later, strict=True)])
    figures: dict[str, float | str] = {}
    missed = []
    for limit in LIMITS:
        gate = bundle.gate_at(limit)
        gone = sure >= gate.threshold if gate.threshold is not None else np.zeros(len(sure), bool)
        error = float(1 - right[gone].mean()) if gone.any() else 0.0
        best = best_coverage(sure, right, bundle.family[limit], limit, gate.delta)
        share = float(gone.mean()) / best if best else 0.0
        figures |= {
            f"error@{limit}": round(error, 4),
            f"coverage@{limit}": round(float(gone.mean()), 4),
            f"share_of_best@{limit}": round(share, 4),
            f"tested_coverage@{limit}": round(gate.coverage, 4),
            f"tested_errors@{limit}": gate.errors,
            f"tested_orders@{limit}": gate.n,
        }
        if error > limit:
            missed.append(f"{error:.4f} of the automatic orders of May were wrong at a limit of {limit}")
        if share < LEAST_SHARE:
            missed.append(f"{share:.2f} of the best coverage at {limit} is below {LEAST_SHARE}")
    return Result(figures, {}, tuple(missed))


def best_coverage(sure: np.ndarray, right: np.ndarray, family: list[float], limit: float, delta: float) -> float:
    """The largest share that a threshold of the family selects with the bound of its errors within the limit."""
    best = 0.0
    for threshold in family:
        gone = sure >= threshold
        if error_bound(int((gone & ~right).sum()), int(gone.sum()), delta) <= limit:
            best = max(best, float(gone.mean()))
    return best
