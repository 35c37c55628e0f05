"""How fast, how large, how soon trained: one reading of an order, units and categories in bulk, beside three peers?

One core and one thread; only training, where the kept model is not of today's sources, takes all cores, in a process of
its own that leaves nothing in the memory measured here. A whole analysis is what `huying analyse` writes of an order: units and categories with the words
that decided, place, type, urgency, emotion, identifiers, title. The peers are measured in the same run on the same
texts: accuracy and time per text of a Signalen-type pipeline, of fastText (where it can be had) and of baisitong2's
rule engine, which names none of the city's units, so that only its time can be compared.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from benchmarks.harness import haikou
from benchmarks.harness.measure import timed
from benchmarks.harness.runner import Result
from benchmarks.peers import pipelines
from benchmarks.peers.baisitong2 import Baisitong2
from huying.engines.classify.model import Bundle
from huying.engines.text.addresses import best_address
from huying.engines.text.facets import read_facets
from huying.engines.text.identifiers import find_identifiers
from huying.engines.text.lexicon import PlaceLexicon
from huying.engines.text.title import make_title

FIRST = 1_000
ASKED = {"p50_ms": 5.0, "p99_ms": 20.0, "rss_mb": 400.0, "model_mb": 50.0, "train_s": 600.0}
LEAST_PER_S = 2_000


def run() -> Result:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        beside.submit(_train).result()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = _rss()
    bundle, seconds = haikou.trained()
    later = haikou.month()
    texts = [row["text"] for row in later]
    with threadpool_limits(1):
        figures = _ours(bundle, texts)
        figures |= {"rss_mb": _rss(), "rss_before_mb": before, "train_s": round(seconds, 1)}
        peers = _peers(texts, later)
    missed = [f"{name} {figures[name]} is above {most}" for name, most in ASKED.items() if figures[name] > most]
    if figures["orders_per_s"] < LEAST_PER_S:
        missed.append(f"{figures['orders_per_s']} orders a second are below {LEAST_PER_S}")
    return Result(figures, peers, tuple(missed))


def _train() -> None:
    haikou.trained()


def _ours(bundle: Bundle, texts: list[str]) -> dict[str, float]:
    lexicon = PlaceLexicon.learn([row["text"] for row in haikou.training_rows()])

    def analyse(text: str) -> None:
        bundle.analyse(text)
        read_facets(text)
        best_address(text, lexicon.index)
        lexicon.division(text)
        find_identifiers(text)
        make_title(text)

    for text in texts[:50]:
        analyse(text)
    each = timed(analyse, texts[:FIRST])
    with tempfile.TemporaryDirectory() as folder:
        bundle.save(Path(folder))
        size = haikou.size_mb(Path(folder))
    return {
        "p50_ms": each.quantile_ms(0.5),
        "p99_ms": each.quantile_ms(0.99),
        "orders_per_s": _per_second(lambda: bundle.predict_many(texts), len(texts)),
        "model_mb": size,
    }


def _peers(texts: list[str], later: list[haikou.Row]) -> dict[str, dict[str, Any]]:
    earlier = haikou.training_rows()
    strip = haikou.scorer().strip
    seen, units, stripped = (
        [strip(row["text"]) for row in earlier],
        [row["unit"] for row in earlier],
        [strip(one) for one in texts],
    )
    made: dict[str, dict[str, Any]] = {}
    for train in (pipelines.signalen, pipelines.fasttext):
        peer = train(seen, units)
        if peer is None:
            made[train.__name__] = {"measured": "the library could not be had"}
            continue
        speed = _per_second(lambda answer=peer.answer: answer(stripped), len(stripped))  # type: ignore[misc]
        accuracy = haikou.score(later, peer.answer(stripped))["accuracy"]
        made[train.__name__] = {"accuracy": accuracy, "orders_per_s": speed, "train_s": round(peer.train_s, 1)}
    with Baisitong2() as rules:
        calls = timed(rules.file_order, texts[:100])
    made["baisitong2"] = {"file_p50_ms": calls.quantile_ms(0.5), "accuracy": "names no unit of the city"}
    return made


def _per_second(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    work()
    return round(count / (time.perf_counter() - began), 1)


def _rss() -> float:
    """Memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1)
