"""Text classifiers as other systems build them, on the same orders: no calibration, no unit model, no gate.

`signalen` follows Amsterdam's pipeline (term frequencies of segmented 1–2-grams and logistic regression), with jieba as
the segmenter Chinese needs. `characters` and `separator` are the two strong plain baselines of Chinese texts.
`fasttext` is Facebook's library, which is no dependency of the project: at first use it is fetched from the package
registry by hashed requirements into a folder of its own.
"""

import hashlib
import importlib
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rjieba
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, normalize
from sklearn.svm import LinearSVC

from benchmarks.harness.shared import ROOT

Ranked = list[list[tuple[str, float]]]


@dataclass(frozen=True)
class Peer:
    """`answer` gives ranked candidates of texts; `train_s` seconds of training."""

    answer: Callable[[Sequence[str]], Ranked]
    train_s: float


def words(text: str) -> list[str]:
    cut = [word for word in rjieba.cut(text) if not word.isspace()]
    return cut + [first + " " + second for first, second in itertools.pairwise(cut)]


def signalen(texts: Sequence[str], labels: Sequence[str]) -> Peer:
    counted = CountVectorizer(analyzer=words, min_df=2, dtype=np.float32)
    share = FunctionTransformer(lambda counts: normalize(counts, norm="l2"))
    return _fitted(make_pipeline(counted, share, LogisticRegression(C=10, max_iter=200)), texts, labels)


def characters(texts: Sequence[str], labels: Sequence[str]) -> Peer:
    tfidf = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, dtype=np.float32)
    return _fitted(make_pipeline(tfidf, LogisticRegression(C=10, max_iter=150)), texts, labels)


def separator(texts: Sequence[str], labels: Sequence[str]) -> Peer:
    """Linear SVM over characters; softmax of the margins stands for a probability, as it is often done."""
    tfidf = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, dtype=np.float32)
    return _fitted(make_pipeline(tfidf, LinearSVC(C=0.5)), texts, labels)


def fasttext(texts: Sequence[str], labels: Sequence[str]) -> Peer | None:
    """None where the library cannot be had (no registry, no wheel for this machine)."""
    library = _fasttext_library()
    if library is None:
        return None
    names = sorted(set(labels))
    number = {name: place for place, name in enumerate(names)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = [f"__label__{number[label]} {_line(text)}" for text, label in zip(texts, labels, strict=True)]
        path.write_text("\n".join(lines), encoding="utf-8")
        began = time.perf_counter()
        model = library.train_supervised(
            str(path), epoch=30, lr=0.5, wordNgrams=2, dim=100, minCount=2, thread=1, verbose=0
        )
    spent = time.perf_counter() - began

    def answer(later: Sequence[str]) -> Ranked:
        made = []
        for text in later:
            found = model.f.predict(_line(text) + "\n", 5, 0.0, "strict")
            made.append([(names[int(label.removeprefix("__label__"))], float(share)) for share, label in found])
        return made

    return Peer(answer, spent)


def _fasttext_library() -> Any | None:
    requirements = Path(__file__).with_name("fasttext.txt")
    folder = ROOT / f"var/peers/fasttext-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
        install = [*uv, "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(folder)]
        if subprocess.run([*install, "-r", str(requirements)], check=False).returncode:
            return None
    sys.path.append(str(folder))
    try:
        return importlib.import_module("fasttext")
    except ImportError as broken:
        print(f"fastText cannot be used: {broken}")
        return None
    finally:
        sys.path.remove(str(folder))


def _line(text: str) -> str:
    return " ".join(word for word in rjieba.cut(text) if not word.isspace())


def _fitted(pipeline: object, texts: Sequence[str], labels: Sequence[str]) -> Peer:
    began = time.perf_counter()
    pipeline.fit(texts, labels)  # type: ignore[attr-defined]
    spent = time.perf_counter() - began
    names = np.array(pipeline.classes_)  # type: ignore[attr-defined]

    def answer(later: Sequence[str]) -> Ranked:
        if hasattr(pipeline, "predict_proba"):
            rows = pipeline.predict_proba(later)
        else:
            rows = softmax(6 * pipeline.decision_function(later), axis=1)  # type: ignore[attr-defined]
        best = np.argsort(-rows, axis=1)[:, :20]
        return [
            [(str(names[place]), float(row[place])) for place in places] for row, places in zip(rows, best, strict=True)
        ]

    return Peer(answer, spent)
