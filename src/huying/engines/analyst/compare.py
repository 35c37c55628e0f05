"""Several algorithms side by side: each learns from the earlier orders and answers for the later ones, on equal terms.

The champion is the algorithm in use (engines/classify), whole, with its own calibration. The challengers are the usual
ones, so that an engineer sees what the champion's effort is worth on this city's orders; each is calibrated on the last
fifth of the earlier part. Nothing is tuned on the later part.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from huying.engines.classify.bundle import BundleConfig, TrainingOrder, train_bundle
from huying.engines.classify.calibrate import ece, fit_calibration
from huying.engines.classify.linear import label_numbers
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import tokenise
from huying.engines.text.normalise import squeeze
from huying.engines.text.segment import default_segmenter

LATER_SHARE, CALIBRATION_SHARE = 0.25, 0.2
SURE = 0.98
CHAMPION = "现用算法"
SEED = 20180501
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """Shares from 0 to 1 on the later orders. `coverage`: share that could go at 98 % right, the best threshold taken."""

    name: str
    champion: bool
    accuracy: float
    top3: float
    macro_f1: float
    ece: float
    coverage: float
    train_s: float
    per_second: float


def compare(
    orders: Sequence[TrainingOrder], unit_names: Sequence[str] = (), progress: Progress = lambda share, words: None
) -> tuple[list[Result], int]:
    """All candidates, the best first, and on how many later orders. Units not seen earlier count as wrong for all."""
    ordered = sorted(orders, key=lambda one: one.day)
    cut = int(len(ordered) * (1 - LATER_SHARE))
    earlier, later = ordered[:cut], ordered[cut:]
    if len({one.unit for one in earlier}) < 2 or not later:
        raise ValueError("工单太少，分不出较早和较晚两部分来比较。")
    progress(0.0, CHAMPION)
    results = [_champion(earlier, later, tuple(unit_names), lambda share: progress(0.5 * share, CHAMPION))]
    seen = [[_read(one.text, unit_names) for one in part] for part in (earlier, later)]
    machines = list(_challengers())
    for place, (name, machine) in enumerate(machines):
        progress(0.5 + 0.5 * place / len(machines), name)
        results.append(_challenger(name, machine, earlier, later, seen))
    progress(1.0, "完成")
    return sorted(results, key=lambda one: -one.accuracy), len(later)


def _read(text: str, unit_names: Sequence[str]) -> str:
    return squeeze(tokenise(remove_directions(text, unit_names)).text) or "空"


def _champion(
    earlier: Sequence[TrainingOrder],
    later: Sequence[TrainingOrder],
    unit_names: tuple[str, ...],
    report: Callable[[float], None],
) -> Result:
    began = time.perf_counter()
    bundle = train_bundle(earlier, BundleConfig(unit_names=unit_names), lambda share, words: report(share))
    trained = time.perf_counter() - began
    began = time.perf_counter()
    answers = bundle.predict_many([one.text for one in later], [one.place_tokens for one in later], k=3)
    spent = time.perf_counter() - began
    ranked = [[unit.label for unit in one.units] for one in answers]
    confidence = np.array([one.units[0].probability for one in answers])
    return _result(CHAMPION, True, [one.unit for one in later], ranked, confidence, trained, spent)


def _challengers() -> Iterator[tuple[str, Pipeline]]:
    def characters(longest: int) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer="char", ngram_range=(1, longest), min_df=2, sublinear_tf=True, max_features=150_000
        )

    def words() -> TfidfVectorizer:
        return TfidfVectorizer(analyzer=_words, min_df=2, sublinear_tf=True)

    yield "字 1–3 元 + 线性支持向量机", make_pipeline(characters(3), LinearSVC(C=0.5, random_state=SEED))
    yield (
        "字词合用 + 线性支持向量机",
        make_pipeline(make_union(characters(3), words()), LinearSVC(C=0.3, random_state=SEED)),
    )
    yield (
        "词 1–2 元 + 逻辑回归（Signalen 式）",
        make_pipeline(words(), SGDClassifier("log_loss", alpha=1e-6, max_iter=30, random_state=SEED)),
    )
    yield "朴素贝叶斯（字 1–2 元）", make_pipeline(characters(2), ComplementNB(alpha=0.3))
    yield (
        "最像的 15 件投票",
        make_pipeline(characters(3), KNeighborsClassifier(15, weights="distance", metric="cosine")),
    )


def _words(text: str) -> list[str]:
    words = [word for word in default_segmenter().words(text) if not word.isspace()]
    return [*words, *(f"{one} {other}" for one, other in itertools.pairwise(words))]


def _challenger(
    name: str,
    machine: Pipeline,
    earlier: Sequence[TrainingOrder],
    later: Sequence[TrainingOrder],
    seen: Sequence[Sequence[str]],
) -> Result:
    texts, units = seen[0], [one.unit for one in earlier]
    cut = int(len(texts) * (1 - CALIBRATION_SHARE))
    began = time.perf_counter()
    machine.fit(texts[:cut], units[:cut])
    calibration = fit_calibration(_scores(machine, texts[cut:]), label_numbers(units[cut:], list(machine.classes_)))
    machine.fit(texts, units)
    trained = time.perf_counter() - began
    began = time.perf_counter()
    probabilities = calibration.apply(_scores(machine, seen[1]))
    spent = time.perf_counter() - began
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    ranked = [[str(machine.classes_[place]) for place in row] for row in best]
    return _result(name, False, [one.unit for one in later], ranked, probabilities.max(axis=1), trained, spent)


def _scores(machine: Pipeline, texts: Sequence[str]) -> np.ndarray:
    """Margins, or logarithms of probabilities on the same scale; (texts, labels)."""
    if hasattr(machine, "decision_function"):
        made = np.asarray(machine.decision_function(texts), dtype=np.float64)
    else:
        made = 0.2 * np.log(np.asarray(machine.predict_proba(texts)) + 1e-6)
    return np.column_stack([-made, made]) if made.ndim == 1 else made


def _result(
    name: str,
    champion: bool,
    done: Sequence[str],
    ranked: Sequence[Sequence[str]],
    confidence: np.ndarray,
    trained: float,
    spent: float,
) -> Result:
    first = [row[0] for row in ranked]
    right = np.array([said == unit for said, unit in zip(first, done, strict=True)])
    running = np.cumsum(right[np.argsort(-confidence, kind="stable")]) / np.arange(1, len(right) + 1)
    sure = np.flatnonzero(running >= SURE)
    return Result(
        name,
        champion,
        float(right.mean()),
        float(np.mean([unit in row for row, unit in zip(ranked, done, strict=True)])),
        float(f1_score(done, first, labels=sorted(set(done)), average="macro", zero_division=0)),
        ece(confidence, right),
        float((sure[-1] + 1) / len(right)) if len(sure) else 0.0,
        trained,
        len(done) / max(spent, 1e-9),
    )
