"""新事项: orders of late that fit no category, gathered by likeness and named by the words that set them apart."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import log

from huying.base.calendars import clock
from huying.engines.text.segment import default_segmenter
from huying.engines.watch.recall import Rarity, Shelf, places
from huying.handling.dispatch.models import Analysis
from huying.handling.orders.models import WorkOrder

DAYS = 60
MOST = 4000
UNSURE = 0.5  # probability of the first category; below it nothing fits
LEAST = 5
ALIKE = 0.25
NEIGHBOURS = 10
CATCH_ALL = ("其他", "其它")


@dataclass(frozen=True)
class Gathered:
    """Orders (keys, oldest first) that tell of one kind of matter, with its words, the most telling first."""

    name: str
    terms: list[str]
    orders: list[int]


def gather() -> list[Gathered]:
    """The groups, the largest first. Each order is in one group at most; groups below ``LEAST`` are left out."""
    texts = _unfitting()
    groups = _linked(texts)
    often = Counter(word for text in texts.values() for word in _words(text))
    made = []
    for keys in groups:
        terms = _terms([texts[key] for key in keys], often, len(texts))
        if terms:
            made.append(Gathered("".join(terms[:2])[:80], terms, sorted(keys)))
    return sorted(made, key=lambda one: -len(one.orders))


def _unfitting() -> dict[int, str]:
    since = clock.now() - timedelta(days=DAYS)
    rows = WorkOrder.objects.filter(filed_at__gte=since).order_by("-filed_at")
    found = dict(rows.filter(category__isnull=True).values_list("pk", "text")[:MOST])
    found |= dict(rows.filter(category__name__in=CATCH_ALL).values_list("pk", "text")[:MOST])
    read = Analysis.objects.filter(order__in=rows, order__category__isnull=True).order_by("id")
    for order, categories in read.values_list("order_id", "categories"):
        if categories and categories[0]["probability"] >= UNSURE:
            found.pop(order, None)
    return found


def _linked(texts: dict[int, str]) -> list[list[int]]:
    """Connected orders, where each is linked to its most alike ones."""
    rarity = Rarity()
    found = {key: places(text) for key, text in texts.items()}
    for each in found.values():
        rarity.count(each)
    shelf = Shelf(rarity, MOST * 2)
    shelf.add_many([(key, 0, each) for key, each in found.items()])
    leader = {key: key for key in texts}

    def root(key: int) -> int:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for key, each in found.items():
        for match in shelf.like(each, NEIGHBOURS, ALIKE):
            leader[root(key)] = root(match.key)
    groups: dict[int, list[int]] = {}
    for key in texts:
        groups.setdefault(root(key), []).append(key)
    return [keys for keys in groups.values() if len(keys) >= LEAST]


def _words(text: str) -> set[str]:
    return {word for word in default_segmenter().words(text) if len(word) > 1 and word[0] >= "一"}


def _terms(texts: list[str], often: Counter[str], total: int) -> list[str]:
    """Words that half of the group has, by how much rarer they are elsewhere; of equals those said first."""
    inside = Counter(word for text in texts for word in _words(text))
    kept = [word for word, count in inside.items() if count >= len(texts) / 2]
    elsewhere = {word: (often[word] - inside[word] + 0.5) / (total - len(texts) + 1) for word in kept}
    said = {word: sum(text.find(word) for text in texts if word in text) / inside[word] for word in kept}
    return sorted(kept, key=lambda word: (round(log(elsewhere[word]), 1), -inside[word], said[word]))[:8]
