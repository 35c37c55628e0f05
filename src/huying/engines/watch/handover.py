"""承接规律: work that went over from one unit to another, told from the decisions that people made against the model.

For each unit A that was proposed, the decisions on its orders are looked through for a mark (a word of the text, a
division) with which they went to another unit B. A mark counts where

* it was seen with B at least ``LEAST`` times, and of the decisions for A or B at least ``PURE`` were B's;
* more than half of all decisions with it were B's, not by chance (exact binomial tail at most ``CHANCE``);
* its share of B's is not that of A's orders in general (the same tail, times the number of marks tried: Bonferroni).

The mark that is least by chance is taken first; the decisions it explains are set aside, and the rest is looked through
again. So one mark can name a part, and "everything else of A" the remainder. A person confirms; nothing here changes
dispatch.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb

from huying.engines.text.segment import default_segmenter

LEAST = 5
PURE = 0.8
HALF = 0.5
CHANCE = 0.05
EVERYTHING = ""  # the mark that every order has
MOST_MARKS = 6  # of one handover: more words explain little and nobody reads them
WINDOW = 300  # the latest decisions on a unit's orders
LONGEST = 300  # characters of a text in which words are looked for
_ENDINGS = "区县市镇乡"


@dataclass(frozen=True)
class Decided:
    """One decision of a person: ``proposed`` before it, ``chosen`` by it, and the marks of the order."""

    key: int
    proposed: int
    chosen: int
    marks: frozenset[str]


@dataclass(frozen=True)
class Handover:
    """Orders of ``before`` with one of ``marks`` went to ``after``: ``right`` of ``seen`` decisions.

    ``spoiled``: decisions with the mark for which ``before`` was right after all; ``orders``: keys of those that went over.
    """

    before: int
    after: int
    marks: tuple[str, ...]
    right: int
    seen: int
    spoiled: int
    orders: tuple[int, ...]


def find(decisions: Sequence[Decided]) -> list[Handover]:
    """What went over, in the order in which it should be looked at: a mark before the remainder. Oldest decision first."""
    by_unit: dict[int, list[Decided]] = {}
    for one in decisions:
        by_unit.setdefault(one.proposed, []).append(one)
    return [made for unit, rows in sorted(by_unit.items()) for made in _of(unit, rows[-WINDOW:])]


def _of(unit: int, rows: list[Decided]) -> Iterator[Handover]:
    """The handovers of one unit's orders, each by one mark first and then by what else tells of the same."""
    found: dict[int, list[tuple[str, list[Decided]]]] = {}
    left, others = rows, 0
    while others < 4 * MOST_MARKS:
        best = _best(unit, left)
        if best is None:
            break
        others += 1
        after, mark, covered = best
        found.setdefault(after, []).append((mark, covered))
        taken = {one.key for one in covered}
        left = [one for one in left if one.key not in taken]
    for after, parts in found.items():
        for kept in (
            [part for part in parts if part[0] != EVERYTHING],
            [part for part in parts if part[0] == EVERYTHING],
        ):
            if kept:
                yield _joined(unit, after, kept[:MOST_MARKS])


def _joined(unit: int, after: int, parts: list[tuple[str, list[Decided]]]) -> Handover:
    covered = [one for _, rows in parts for one in rows]
    went = tuple(one.key for one in covered if one.chosen == after)
    spoiled = sum(one.chosen == unit for one in covered)
    return Handover(unit, after, tuple(mark for mark, _ in parts), len(went), len(covered), spoiled, went)


def _best(unit: int, rows: list[Decided]) -> tuple[int, str, list[Decided]] | None:
    """The unit and mark that would put most of these decisions right, with the decisions that have the mark."""
    chosen = Counter(one.chosen for one in rows)
    stayed, everything = _marks(rows, unit), _marks(rows, None)
    best: tuple[bool, float, int, int, int, str] | None = None
    for after, count in chosen.items():
        if after == unit or count < LEAST:
            continue
        went = _marks(rows, after)
        tried = sum(1 for times in went.values() if times >= LEAST)
        for mark, times in went.items():
            if times < LEAST or times < PURE * (times + stayed[mark]):
                continue
            if _by_chance(times, everything[mark], HALF) > CHANCE:
                continue
            by_chance = _by_chance(times, everything[mark], count / len(rows)) * tried
            if mark != EVERYTHING and by_chance > CHANCE:
                continue
            score = (mark != EVERYTHING, -by_chance, times - stayed[mark], len(mark), after, mark)
            best = max(best, score) if best else score
    if best is None:
        return None
    *_, after, mark = best
    return after, mark, [one for one in rows if mark == EVERYTHING or mark in one.marks]


def _marks(rows: list[Decided], chosen: int | None) -> Counter[str]:
    """How many decisions for this unit (None: for any) had each mark."""
    kept = [one for one in rows if chosen is None or one.chosen == chosen]
    counted = Counter(mark for one in kept for mark in one.marks)
    counted[EVERYTHING] = len(kept)
    return counted


def _by_chance(right: int, seen: int, share: float) -> float:
    """P(at least ``right`` of ``seen``) where each is B's with probability ``share``."""
    return sum(comb(seen, k) * share**k * (1 - share) ** (seen - k) for k in range(right, seen + 1))


def marks_of(text: str) -> frozenset[str]:
    """Words of two characters and more; of a division's name ("龙华区") also what people say for short ("龙华")."""
    made = set()
    for word in default_segmenter().words(text[:LONGEST]):
        if len(word) > 1 and "一" <= word[0] <= "鿿":
            made.add(word)
            if len(word) > 2 and word[-1] in _ENDINGS:
                made.add(word[:-1])
    return frozenset(made)
