"""How well are request type, urgency, repetition and place read from a citizen's words, and how fast?

240 orders of the public Haikou data that one careful reader annotated. Nothing was fitted on them; 70 were read to learn
the reader's conventions. `place`: the same string, or one contains the other; `place_contains`: what was
read contains what the reader marked, so nothing needed to find it is lost; `place_exact`: the same string;
`place_learned`: with names learned from the orders to April instead of no gazetteer. Urgency: urgent or emergency.
"""

import csv
import json
import time
from collections.abc import Sequence

from benchmarks.harness.runner import Result
from benchmarks.harness.shared import shared
from huying.engines.text.addresses import best_address
from huying.engines.text.facets import Facets, count_matters, read_facets
from huying.engines.text.identifiers import find_identifiers
from huying.engines.text.lexicon import PlaceLexicon
from huying.engines.text.places import PlaceIndex
from huying.engines.text.title import make_title

ASKED = {"request_type": 0.85, "urgency_f1": 0.80, "repeat_f1": 0.92, "place": 0.80}
READ = 800  # orders whose reading is timed


def run() -> Result:
    with shared("data/haikou/annotations_valid.jsonl").open(encoding="utf-8") as file:
        annotated = [json.loads(line) for line in file if line.strip()]
    texts = _texts("data/haikou/orders_valid.csv")
    said = [texts[row["order_no"]] for row in annotated]
    facets = [read_facets(text) for text in said]
    lexicon = PlaceLexicon.learn(_texts("data/haikou/orders_train.csv").values())
    figures: dict[str, float] = {
        "request_type": _share(
            [f.request_type.value == row["request_type"] for f, row in zip(facets, annotated, strict=True)]
        ),
        "urgency_f1": _f1(
            [f.urgency.value != "general" for f in facets], [r["urgency"] != "general" for r in annotated]
        ),
        "repeat_f1": _f1([f.repeat.value == "true" for f in facets], [row["repeat"] for row in annotated]),
        "emotion": _share([f.emotion.value == row["emotion"] for f, row in zip(facets, annotated, strict=True)]),
        "transfer": _share([f.transfer.value == row["transfer"] for f, row in zip(facets, annotated, strict=True)]),
        "not_accept": _share(
            [f.not_accept.value == row["not_accept"] for f, row in zip(facets, annotated, strict=True)]
        ),
        "matters": _share([count_matters(text) == row["matters"] for text, row in zip(said, annotated, strict=True)]),
    }
    gold = [row["place"] for row in annotated]
    for name, index in (("place", None), ("place_learned", lexicon.index)):
        found = [_place(text, index) for text in said]
        figures[name] = _share(
            [a == b or bool(a and b and (a in b or b in a)) for a, b in zip(found, gold, strict=True)]
        )
        figures[f"{name}_contains"] = _share([a == b or bool(b and b in a) for a, b in zip(found, gold, strict=True)])
        figures[f"{name}_exact"] = _share([a == b for a, b in zip(found, gold, strict=True)])
    figures |= _speed(list(texts.values())[:READ], lexicon.index)
    failed = [f"{name} {figures[name]}, less than {least}" for name, least in ASKED.items() if figures[name] < least]
    return Result(figures, {}, tuple(failed))


def _texts(path: str) -> dict[str, str]:
    with shared(path).open(encoding="utf-8") as file:
        return {row["order_no"]: row["text"] for row in csv.DictReader(file)}


def _place(text: str, index: PlaceIndex | None) -> str:
    address = best_address(text, index)
    return address.text if address else ""


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)


def _f1(found: Sequence[bool], gold: Sequence[bool]) -> float:
    hits = sum(a and b for a, b in zip(found, gold, strict=True))
    return round(2 * hits / max(1, sum(found) + sum(gold)), 4)


def _speed(texts: Sequence[str], index: PlaceIndex) -> dict[str, float]:
    """Processor time of one whole reading: facets, place, division, identifiers, title."""

    def read(text: str) -> Facets:
        best_address(text, index)
        index.divisions(text)
        find_identifiers(text)
        make_title(text)
        return read_facets(text)

    read(texts[0])
    spent = []
    for text in texts:
        began = time.process_time()
        read(text)
        spent.append((time.process_time() - began) * 1000)
    spent.sort()
    return {"read_p50_ms": round(spent[len(spent) // 2], 2), "read_p99_ms": round(spent[int(0.99 * len(spent))], 2)}
