"""All proposals for one history, the weightiest first."""

from collections import Counter
from collections.abc import Callable, Sequence

from huying.engines.labels.alike import equal_pairs, near_pairs, vectors
from huying.engines.labels.names import FROM_NAMES, SURE, alike, merges_from_names
from huying.engines.labels.over_time import renames
from huying.engines.labels.proposals import EXCLUDE, MERGE, Labelled, Proposal
from huying.engines.labels.texts import NEAR, contradictions, quoting_only
from huying.engines.text.directions import remove_directions
from huying.engines.text.identifiers import tokenise

Progress = Callable[[float, str], None]
QUOTED_TOGETHER = 100
SHOWN = 3


def propose(orders: Sequence[Labelled], progress: Progress = lambda share, words: None) -> list[Proposal]:
    """Proposals on `orders` (any order), deterministic. Texts shown in them carry tokens for what identifies a person."""
    progress(0.0, "去掉交办语")
    orders = [one for one in orders if one.unit]
    texts = [tokenise(remove_directions(one.text)).text for one in orders]
    progress(0.15, "比对单位名称")
    counts = Counter(one.unit for one in orders)
    merges = merges_from_names(counts)
    progress(0.2, "比对内容")
    matrix = vectors(texts)
    near = near_pairs(matrix, NEAR, lambda share: progress(0.3 + 0.5 * share, "比对内容"))
    pairs = sorted({(one, other) for one, other, _ in near + equal_pairs(texts)})
    both = Counter(
        tuple(sorted((orders[one].unit, orders[other].unit)))
        for one, other in pairs
        if orders[one].unit != orders[other].unit
    )
    made = [_merge(old, new, counts, both) for old, new in merges.items()]
    progress(0.8, "看单位随时间的变化")
    made += renames(orders, matrix, set(merges.items()))
    quoting = quoting_only(orders)
    made += [_quoting(quoting[at : at + QUOTED_TOGETHER]) for at in range(0, len(quoting), QUOTED_TOGETHER)]
    progress(0.9, "找自相矛盾的工单")
    made += contradictions(orders, texts, pairs, merges)
    progress(1.0, "完成")
    rank = {MERGE: 0, "rename": 1, EXCLUDE: 2, "relabel": 3}
    return sorted(made, key=lambda one: (rank[one.kind], -one.count, one.subject, one.target, one.orders))


def _merge(old: str, new: str, counts: Counter[str], both: Counter[tuple[str, ...]]) -> Proposal:
    likeness = alike(old, new)
    sure = likeness >= SURE
    reason = "名称只是简称、全称或写法不同" if sure else "所管的事相同，名称的结尾不同（局、委、办、中心等）"
    evidence = [f"“{old}”{counts[old]:,} 件，“{new}”{counts[new]:,} 件"]
    times = both[tuple(sorted((old, new)))]
    if times:
        evidence.append(f"几乎相同的内容既派过“{old}”又派过“{new}”，{times} 对")
    effect = f"训练时 {counts[old]:,} 件改记为“{new}”，推荐时不再两个名字互相抢"
    confidence = min(0.99, likeness + (0.03 if times else 0.0))
    assert likeness >= FROM_NAMES
    return Proposal(MERGE, old, new, counts[old], reason, tuple(evidence), effect, confidence)


def _quoting(orders: Sequence[Labelled]) -> Proposal:
    examples = tuple(f"{one.number}：{tokenise(one.text).text[:60]}" for one in orders[:SHOWN])
    return Proposal(
        EXCLUDE,
        "",
        "",
        len(orders),
        "除了引用的工单号和套话，没有说是什么事，学了只会乱派",
        examples,
        f"训练时不用这 {len(orders)} 件，工单本身不变",
        0.9,
        tuple(one.number for one in orders),
    )
