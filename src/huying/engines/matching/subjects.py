"""What a report is about, as groups of words that mean one kind of matter ("油烟 烧烤 餐馆", "学位 入学 派位").

Two people name the same matter by different words, and one estate has many matters: the shared name of a place says where,
the shared group says what. The groups are data (subjects.json): a weight, greater for rarer matters (counted once over
public letters and work orders), and the words. Data, not logic: add a word, not a branch.
"""

import json
import math
from collections import Counter
from functools import cache
from importlib.resources import files

HEAD = 45  # characters: a letter's title, or where and what
READ = 240


@cache
def _groups() -> tuple[tuple[float, ...], dict[str, list[tuple[str, int]]]]:
    rows = json.loads(files("huying.engines.matching").joinpath("subjects.json").read_text("utf-8"))
    by_first: dict[str, list[tuple[str, int]]] = {}
    for number, (_, words) in enumerate(rows):
        for word in words:
            by_first.setdefault(word[0], []).append((word, number))
    for words in by_first.values():
        words.sort(key=lambda one: -len(one[0]))
    return tuple(weight for weight, _ in rows), by_first


def subjects_of(squeezed: str) -> Counter[int]:
    """Groups named in the text with how often; longest words first, not overlapping. A word may belong to several."""
    by_first, found, position = _groups()[1], Counter[int](), 0
    while position < len(squeezed):
        length = 1
        for word, number in by_first.get(squeezed[position], ()):
            if length > 1 and len(word) < length:
                break
            if squeezed.startswith(word, position):
                length = len(word)
                found[number] += 1
        position += length
    return found


def alike(one: Counter[int], other: Counter[int]) -> float:
    """Cosine of the weighted groups of two texts; 0 where one names none."""
    ours, theirs = _weighted(one), _weighted(other)
    size = math.sqrt(sum(v * v for v in ours.values()) * sum(v * v for v in theirs.values()))
    return sum(value * theirs.get(group, 0.0) for group, value in ours.items()) / size if size else 0.0


def told_in(head: Counter[int], whole: Counter[int]) -> float:
    """The weighted share of the head's groups that the other text names anywhere; a half where the head names none."""
    weights = _groups()[0]
    total = sum(weights[group] for group in head)
    return sum(weights[group] for group in head if group in whole) / total if total else 0.5


def _weighted(found: Counter[int]) -> dict[int, float]:
    weights = _groups()[0]
    return {group: (1.0 + math.log(count)) * weights[group] for group, count in found.items()}
