"""Do two reports tell of the same matter? Weighed evidence, reasons in an agent's words, and what forbids it.

Evidence: how much of the opening of one (title, place and matter) stands in the other, which rare phrases both have,
whether both are about the same kind of matter (`subjects`), and how near they came in. The weights are a logistic
regression on pairs of public letters judged by reading (scripts/fit_same_matter.py; numbers and judgements of the pairs
lie in benchmarks/data, never their text). Whatever the weight, two different house, building or line numbers or number
plates forbid "the same"; a cited order number proves it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huying.engines.matching import subjects
from huying.engines.matching.reading import Background, Report, covered, likeness, phrase_weight

SURE = 0.5  # probability from which two reports count as the same matter
FEATURES = ("title", "titles", "first", "firsts", "opening", "phrases", "names", "about", "told", "near")
WEIGHTS = (1.86, 2.1, 1.47, 1.8, 1.55, 1.34, 0.31, 1.17, 0.89, 1.06)
BIAS = -5.51
MONTH = 30.0  # days in which nearness in time falls to a third
UNKNOWN_DAY = 0.3  # nearness where one has no day: that of an average pair of candidates
_LINES = ("号线", "路")  # named in passing too, so the title's decide
_VETO_UNITS = ("号", "栋", "单元", "室", "弄", "号线", "路", "组")


@dataclass(frozen=True, slots=True)
class Match:
    """`score`: probability of the same matter; `same`: it may be merged, urged or linked; `why`: reasons to show."""

    key: str | int
    score: float
    same: bool
    why: tuple[str, ...]


def decide(one: Report, other: Report, background: Background | None = None, key: str | int = "") -> Match:
    """Judge one pair. Without a background all words weigh by what is common in reports everywhere."""
    score = probability(one, other, background or _EMPTY)
    against = conflicts(one, other)
    return Match(key, round(score, 4), score >= SURE and not against, (*against, *_reasons(one, other, score)))


def probability(one: Report, other: Report, background: Background) -> float:
    """That the two tell of the same matter, numbers and plates left aside."""
    return 1.0 / (1.0 + math.exp(-(BIAS + float(np.dot(WEIGHTS, evidence(one, other, background))))))


def nearness(one: Report, other: Report, background: Background, score: float) -> float:
    """By what candidates are ranked: the probability, and among the very likely ones the likeness of the whole text,
    then nearness in time."""
    whole, contained = likeness(background, one.grams, other.grams)
    days = abs(one.day - other.day) if one.day is not None and other.day is not None else 60
    return score + whole + 0.5 * contained + 0.03 * math.exp(-days / 60)


def evidence(one: Report, other: Report, background: Background) -> NDArray[np.float64]:
    """The figures of FEATURES: how much of each one's opening stands in the other (the greater share, the mean, for
    the title and for the first sentence), likeness of the openings, weight of the rarest phrases that both have, names of
    places that both have, likeness of the kinds of matter, how much of one title's kinds the other tells, nearness in time."""
    shares = []
    for ours, theirs in zip(one.openings, other.openings, strict=True):
        there, here = covered(background, ours, other.grams), covered(background, theirs, one.grams)
        shares += [max(there, here), (there + here) / 2]
    return np.array(
        [
            *shares,
            likeness(background, one.openings[0], other.openings[0])[1],
            phrase_weight(background, one, other) / 40.0,
            float(min(2, sum(len(name) > 2 for name in one.names & other.names))),
            subjects.alike(one.subjects[1], other.subjects[1]),
            max(
                subjects.told_in(one.subjects[0], other.subjects[1]),
                subjects.told_in(other.subjects[0], one.subjects[1]),
            ),
            _near(one, other),
        ]
    )


def _near(one: Report, other: Report) -> float:
    if one.day is None or other.day is None:
        return UNKNOWN_DAY
    return math.exp(-abs(one.day - other.day) / MONTH)


def conflicts(one: Report, other: Report) -> tuple[str, ...]:
    """What forbids to merge by itself: numbers of the same kind of which none is shared, different number plates."""
    found = []
    for unit in _VETO_UNITS:
        here, there = one.numbers.get(unit, frozenset()), other.numbers.get(unit, frozenset())
        if unit in _LINES and one.head_numbers.get(unit) and other.head_numbers.get(unit):
            here, there = one.head_numbers[unit], other.head_numbers[unit]
        if here and there and not here & there:
            label = {"号": "门牌号", "栋": "楼栋号", "路": "公交线路", "号线": "地铁线路"}.get(unit, unit)
            found.append(f"{label}不同：{min(here)}{unit}、{min(there)}{unit}")
    if one.plates and other.plates and not one.plates & other.plates:
        found.append("车牌不同")
    return tuple(found)


def _reasons(one: Report, other: Report, score: float) -> list[str]:
    found = []
    shared = sorted(one.names & other.names, key=lambda name: (-len(name), name))
    if shared:
        found.append(f"地点或对象相同：{'、'.join(shared[:2])}")
    if score >= SURE / 2:
        found.append("说的事很像" if score >= 0.8 else "说的事相近")
    if one.day is not None and other.day is not None:
        days = abs(one.day - other.day)
        if days <= 7:
            found.append("同一天" if days == 0 else f"相隔 {days} 天")
    return found


_EMPTY = Background()
