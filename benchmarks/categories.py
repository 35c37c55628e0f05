"""Which category: levels 1 and 2 of Haikou's May, and the seven of the Teddy Cup 2020 messages in five folds.

The peer of the second figure is the usual one: character TF-IDF and a linear SVM, in the same folds.
"""

import csv
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.harness import haikou
from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared
from benchmarks.peers import pipelines
from huying.engines.classify.features import Vocabulary
from huying.engines.classify.linear import LinearConfig
from huying.engines.classify.network import NetworkConfig
from huying.engines.classify.unit import Lessons, fit_unit

LEAST_F1 = 0.93
SEED = 2020


def run() -> Result:
    bundle, _ = haikou.trained()
    later = haikou.month()
    made = bundle.predict_many([row["text"] for row in later], k=1)
    levels = {
        f"level{depth}": round(
            float(
                np.mean(
                    [
                        one.categories[0].path[:depth] == haikou.path(row)[:depth]
                        for one, row in zip(made, later, strict=True)
                    ]
                )
            ),
            4,
        )
        for depth in (1, 2)
    }
    ours, peer = _taidi()
    missed = (f"macro-F1 {ours:.4f} is below {LEAST_F1}",) if ours < LEAST_F1 else ()
    return Result(
        {**levels, "taidi_macro_f1": round(ours, 4)}, {"separator": {"taidi_macro_f1": round(peer, 4)}}, missed
    )


def _taidi() -> tuple[float, float]:
    with shared("data/taidi2020c/messages_train.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    texts, labels = [row["text"] for row in rows], np.array([row["category_1"] for row in rows])
    said, peer = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
    for seen, unseen in StratifiedKFold(5, shuffle=True, random_state=SEED).split(texts, labels):
        earlier, later = [texts[place] for place in seen], [texts[place] for place in unseen]
        said[unseen] = classify(earlier, labels[seen].tolist(), later)
        plain = pipelines.separator(earlier, labels[seen].tolist())
        peer[unseen] = [one[0][0] for one in plain.answer(later)]
    ours, theirs = (float(f1_score(labels, one.astype(str), average="macro")) for one in (said, peer))
    return ours, theirs


def classify(texts: Sequence[str], labels: Sequence[str], later: Sequence[str]) -> list[str]:
    """The two models of dispatching, taught categories instead of units."""
    vocabulary = Vocabulary.fit(texts)
    lessons = Lessons(vocabulary.counts(texts), labels, labels, [""] * len(labels), np.ones(len(labels)))
    model = fit_unit(vocabulary, lessons, LinearConfig(), NetworkConfig())
    first = model.answers(vocabulary.counts(later)).blend.argmax(axis=1)
    return [model.labels[place] for place in first]
