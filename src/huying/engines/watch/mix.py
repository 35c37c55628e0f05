"""Do the orders of late differ from those before? The mix of kinds of matter, and words that nobody said before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

NOTICEABLE, STRONG = 0.1, 0.25  # the customary readings of the index (Siddiqi 2006)
_FLOOR = 0.5
LEAST_TIMES = 5


def stability_index(before: Mapping[str, int], late: Mapping[str, int]) -> float:
    """Population stability index Σ (q − p) ln(q / p) over kinds; half an order is added to each so that none is 0.

    0: the same mix; 0.1 noticeable; 0.25 strong. Small samples scatter: K kinds and n late orders give about K / n.
    """
    kinds = set(before) | set(late)
    if not kinds or not sum(before.values()) or not sum(late.values()):
        return 0.0
    p_total = sum(before.values()) + _FLOOR * len(kinds)
    q_total = sum(late.values()) + _FLOOR * len(kinds)
    total = 0.0
    for kind in kinds:
        p = (before.get(kind, 0) + _FLOOR) / p_total
        q = (late.get(kind, 0) + _FLOOR) / q_total
        total += (q - p) * log(q / p)
    return total


def scatter(before: Mapping[str, int], late: Mapping[str, int]) -> float:
    """What the index is expected to be where nothing changed: (K − 1)(1/n + 1/m)."""
    n, m = sum(before.values()), sum(late.values())
    return (len(set(before) | set(late)) - 1) * (1 / n + 1 / m) if n and m else 0.0


@dataclass(frozen=True)
class NewTerms:
    """``share``: late orders with a word that was not said before; ``terms``: these words by how many orders have it."""

    share: float
    terms: list[tuple[str, int]]


def new_terms(
    before: Iterable[Sequence[str]], late: Sequence[Sequence[str]], least: int = LEAST_TIMES, shown: int = 20
) -> NewTerms:
    """Words of the late orders that at least ``least`` of them have and no earlier one; words of two letters or more."""
    known = {word for words in before for word in words}
    counts = Counter(word for words in late for word in {w for w in words if len(w) > 1 and w not in known})
    often = {word for word, count in counts.items() if count >= least}
    hit = sum(1 for words in late if often.intersection(words))
    ranked = sorted(((word, counts[word]) for word in often), key=lambda pair: (-pair[1], pair[0]))
    return NewTerms(hit / len(late) if late else 0.0, ranked[:shown])
