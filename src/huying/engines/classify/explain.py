"""Which words decided: contributions of a linear model brought back to words of the text as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from huying.engines.text.normalise import normalise

if TYPE_CHECKING:
    from huying.engines.classify.linear import LinearModel


_SLIGHT = 0.03  # a term with less than this part of the strongest one's share changes no word's rank


@dataclass(frozen=True, slots=True)
class Evidence:
    """`term` as written, its place in the text (start = end = -1 for an extra token), and its weight in the margin."""

    term: str
    weight: float
    start: int
    end: int


def explain_words(model: "LinearModel", text: str, label: str, k: int, extra: Sequence[str]) -> list[Evidence]:
    """Margin of `label` over the mean of its three strongest rivals, split over the words of the text.

    Each n-gram's share is spread over the characters where it occurs and summed per word. Only words that speak for
    the label are returned, strongest first.
    """
    if label not in model.labels:
        return []
    places, values = model.space.row(text, extra)
    if not len(places):
        return []
    contributions = values * _contrast(model, places, values, model.labels.index(label))
    by_term = {model.space.term(place): float(share) for place, share in zip(places, contributions, strict=True)}
    found = _words(model, text, by_term)
    found += [Evidence(term[1:], share, -1, -1) for term, share in by_term.items() if term[0] == "x"]
    found = [one for one in found if one.weight > 0]
    return sorted(found, key=lambda one: -one.weight)[:k]


def _contrast(model: "LinearModel", places: np.ndarray, values: np.ndarray, chosen: int) -> np.ndarray:
    rows = model.weights[places].toarray()
    margins = values @ rows + model.bias
    margins[chosen] = -np.inf
    rivals = np.argsort(-margins)[:3]
    return rows[:, chosen] - rows[:, rivals].mean(axis=1)


def _words(model: "LinearModel", text: str, by_term: dict[str, float]) -> list[Evidence]:
    flat = normalise(text).lower()
    if len(flat) != len(text):  # a rare capital that lower-cases to two characters: keep the positions
        flat = "".join(char.lower() if len(char.lower()) == 1 else char for char in normalise(text))
    weight = np.zeros(len(flat) + 1)
    least = _SLIGHT * max((abs(share) for share in by_term.values()), default=0.0)
    for term, share in by_term.items():
        if term[0] != "x" and abs(share) >= least:
            _spread(weight, flat, term[1:].replace(" ", "") if term[0] == "w" else term[1:], share)
    merged: dict[str, Evidence] = {}
    for word, start, end in model.space.segmenter.spans(flat):
        share = float(weight[start:end].sum())
        if not any(char.isalnum() for char in word):
            continue
        before = merged.get(word)
        total = share + (before.weight if before else 0.0)
        merged[word] = Evidence(
            text[start:end], total, before.start if before else start, before.end if before else end
        )
    return list(merged.values())


def _spread(weight: np.ndarray, flat: str, term: str, share: float) -> None:
    found: list[int] = []
    start = flat.find(term)
    while start >= 0 and len(found) < 50:
        found.append(start)
        start = flat.find(term, start + 1)
    for start in found:
        weight[start : start + len(term)] += share / (len(found) * len(term))
