"""Fit the weights of engines/matching/judging on judged pairs of public letters; prints WEIGHTS and BIAS to put there.

Fitted on the parts "dev" and "train" of benchmarks/data/same_matter_pairs.csv, never on "test". Look-alikes that a first
fit already tells apart for certain are left out: in use only likely candidates are judged, and easy ones would move the
limit. Needs the public data beside the repository. Run: .venv/bin/python scripts/fit_same_matter.py
"""

import csv
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.same_matter import PAIRS, letters_and_background
from huying.engines.matching.judging import FEATURES, conflicts, evidence

STRENGTH = 0.03  # inverse of the penalty
EASY = 0.15  # probability below which a look-alike is left out
FOLDS = 8
REPEATS = 6


def main() -> None:
    letters, background = letters_and_background()
    with PAIRS.open(encoding="utf-8") as file:
        judged = [row for row in csv.DictReader(file) if row["part"] != "test"]
    pairs = [(letters[row["first"]], letters[row["second"]]) for row in judged]
    figures = np.array([evidence(one, other, background) for one, other in pairs])
    same = np.array([row["same"] == "1" for row in judged])
    own = np.array([row["part"] == "dev" for row in judged])
    forbidden = np.array([bool(conflicts(one, other)) for one, other in pairs])
    kept = np.flatnonzero(same | own | (_judged_by_others(figures, same, 0) > EASY))
    figures, same, forbidden = figures[kept], same[kept], forbidden[kept]
    chance = np.mean([_judged_by_others(figures, same, seed) for seed in range(REPEATS)], axis=0)
    print(f"{len(kept)} pairs, balanced accuracy on pairs left out in turn:")
    print(round(balanced_accuracy_score(same, (chance > 0.5) & ~forbidden), 3))
    scaler, regression = (model := _model().fit(figures, same))[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    print("WEIGHTS =", tuple(round(float(weight), 2) for weight in weights), "for", FEATURES)
    print("BIAS =", round(float(regression.intercept_[0] - weights @ scaler.mean_), 2))


def _model():  # type: ignore[no-untyped-def]
    return make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000))


def _judged_by_others(figures: np.ndarray, same: np.ndarray, seed: int) -> np.ndarray:
    """Each pair's probability by a model that has not seen it."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return cross_val_predict(_model(), figures, same, cv=folds, method="predict_proba")[:, 1]


if __name__ == "__main__":
    main()
