"""To which unit does an order of May belong, by a model of the orders to April, beside other people's pipelines?

All see the texts without directions (what an agent had already written about the unit), and all 3,482 orders count. The
last row scores the same answers after label care: names of one office that a person could confirm from the names of
the training months alone are one label.
"""

from collections.abc import Mapping, Sequence

from benchmarks.harness import haikou
from benchmarks.harness.runner import Result
from benchmarks.peers import pipelines
from huying.engines.labels import merges_from_names

ASKED = {"accuracy": 0.745, "top3": 0.890, "macro_f1": 0.38, "coverage@0.985": 0.30, "coverage@0.95": 0.54}
MOST_ECE = 0.02


def run() -> Result:
    bundle, seconds = haikou.trained()
    earlier, later = haikou.training_rows(), haikou.month()
    ranked = haikou.ranks(bundle.predict_many([row["text"] for row in later], k=haikou.SHOWN))
    ours = haikou.score(later, ranked)
    print("\n".join(haikou.confusions(later, ranked)))
    strip = haikou.scorer().strip
    texts, stripped = [strip(row["text"]) for row in earlier], [strip(row["text"]) for row in later]
    peers = {}
    for train in (pipelines.signalen, pipelines.characters, pipelines.separator):
        peer = train(texts, [row["unit"] for row in earlier])
        peers[train.__name__] = haikou.score(later, peer.answer(stripped))
        print(train.__name__, peers[train.__name__])
    merges = merges_from_names({row["unit"] for row in earlier})
    figures = {**ours, "train_s": round(seconds, 1), "merged_names": len(merges)}
    cared = haikou.score(
        [{**row, "unit": merges.get(row["unit"], row["unit"])} for row in later], merged(ranked, merges)
    )
    figures |= {f"{name}_after_label_care": cared[name] for name in (*ASKED, "ece")}
    short = [f"{name} {ours[name]} is below {least}" for name, least in ASKED.items() if ours[name] < least]
    if ours["ece"] > MOST_ECE:
        short.append(f"ece {ours['ece']} is above {MOST_ECE}")
    return Result(figures, peers, tuple(short))


def merged(ranked: Sequence[Sequence[tuple[str, float]]], merges: Mapping[str, str]) -> list[list[tuple[str, float]]]:
    """Candidates of one office added up."""
    made = []
    for candidates in ranked:
        total: dict[str, float] = {}
        for unit, probability in candidates:
            name = merges.get(unit, unit)
            total[name] = total.get(name, 0.0) + probability
        made.append(sorted(total.items(), key=lambda pair: -pair[1]))
    return made
