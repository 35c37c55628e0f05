"""A light memory of texts: which remembered ones are like this one? Learns one text in some 20 µs, without training.

A text is the set of its character pairs and triples, hashed into ``WIDTH`` places; a place counts by how rare it is
among all that was ever remembered. Likeness is the cosine. No dictionary: new words and new street names count at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIDTH = 1 << 18
LONGEST = 1000
CAPACITY = 1000  # decisions that a centre remembers
NEIGHBOURS = 20
UNPACKED = 64  # new rows looked at one by one before the shelf is turned over again
COMMON = 50.0  # texts without the place, imagined before any was seen: a young memory knows nothing of rarity
_PAIR, _TRIPLE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def places(text: str) -> np.ndarray:
    """Distinct hashed pairs and triples of characters, sorted, as int32; of a long text the first ``LONGEST`` characters."""
    raw = "".join(text[:LONGEST].split()).encode("utf-32-le", "replace")
    codes = np.frombuffer(raw, dtype="<u4").astype(np.uint64)
    if len(codes) < 2:
        return np.zeros(0, dtype=np.int32)
    with np.errstate(over="ignore"):
        pairs = (codes[:-1] * _PAIR) ^ (codes[1:] * _TRIPLE)
        triples = (pairs[:-1] * _PAIR) ^ (codes[2:] + np.uint64(0x51ED))
        mixed = np.concatenate([pairs, triples])
        mixed ^= mixed >> np.uint64(29)
        hashed = (mixed * _PAIR) >> np.uint64(64 - 18)
    return np.unique(hashed).astype(np.int32)


class Rarity:
    """How often each place was seen; shared by the shelves of one memory."""

    def __init__(self) -> None:
        self._seen = np.zeros(WIDTH, dtype=np.int32)
        self._texts = 0

    def count(self, found: np.ndarray) -> None:
        self._seen[found] += 1
        self._texts += 1

    def weights(self, found: np.ndarray) -> np.ndarray:
        return np.log((COMMON + self._texts) / (1.0 + self._seen[found]))


@dataclass(frozen=True)
class Match:
    """A remembered text by its ``key``, what it was labelled with, and how like it is (0 to 1)."""

    key: int
    label: int
    likeness: float


class Shelf:
    """Remembered texts in order of arrival; beyond ``capacity`` the oldest are forgotten. A key is kept once.

    Not safe for several writers at once; readers may read while one writes (they see the last complete state).
    """

    def __init__(self, rarity: Rarity, capacity: int) -> None:
        self._rarity, self._capacity = rarity, capacity
        self._rows: dict[int, tuple[int, np.ndarray]] = {}
        self._packed: _Packed | None = None
        self._fresh: dict[int, tuple[int, np.ndarray]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, key: int, label: int, found: np.ndarray) -> None:
        """Remember, or correct, one text by its :func:`places`. The caller counts rarity, once a text."""
        self.add_many([(key, label, found)])

    def add_many(self, entries: Sequence[tuple[int, int, np.ndarray]]) -> None:
        """As :meth:`add`, for ``(key, label, places)`` in order of arrival."""
        rows, fresh = dict(self._rows), dict(self._fresh)
        for key, label, found in entries:
            if len(found):
                rows.pop(key, None)
                rows[key] = fresh[key] = (label, found)
        for key in list(rows)[: max(0, len(rows) - self._capacity)]:
            del rows[key]
        self._rows, self._fresh = rows, fresh
        if self._packed is None or len(fresh) > UNPACKED:
            self._packed, self._fresh = _pack(rows, self._rarity), {}

    def like(self, found: np.ndarray, most: int = 10, least: float = 0.0) -> list[Match]:
        """The remembered texts most like one with these places, best first, none below ``least``."""
        packed, fresh, rows = self._packed, self._fresh, self._rows
        if packed is None or not len(found):
            return []
        old = [one for one in self._among_packed(packed, found, most + len(fresh)) if one.key in rows]
        new = self._among_fresh(fresh, found)
        every = sorted([*(one for one in old if one.key not in fresh), *new], key=lambda one: -one.likeness)
        return [one for one in every[:most] if one.likeness >= least]

    def _among_fresh(self, fresh: dict[int, tuple[int, np.ndarray]], found: np.ndarray) -> list[Match]:
        made, own = [], float(np.linalg.norm(self._rarity.weights(found)))
        for key, (label, other) in fresh.items():
            shared = self._rarity.weights(np.intersect1d(found, other, assume_unique=True))
            length = own * float(np.linalg.norm(self._rarity.weights(other)))
            made.append(Match(key, label, float(shared @ shared) / max(length, 1e-9)))
        return made

    def _among_packed(self, packed: "_Packed", found: np.ndarray, most: int) -> list[Match]:
        weights = self._rarity.weights(found)
        first = np.searchsorted(packed.places, found, "left")
        counts = np.searchsorted(packed.places, found, "right") - first
        total = int(counts.sum())
        if not total:
            return []
        ends = np.cumsum(counts)
        postings = np.repeat(first - (ends - counts), counts) + np.arange(total)
        products = packed.weights[postings] * np.repeat(weights, counts)
        shared = np.bincount(packed.rows[postings], weights=products, minlength=len(packed.keys))
        likeness = shared / np.maximum(packed.lengths * float(np.linalg.norm(weights)), 1e-9)
        best = np.argsort(-likeness, kind="stable")[:most]
        return [Match(int(packed.keys[n]), int(packed.labels[n]), float(likeness[n])) for n in best if likeness[n] > 0]


@dataclass(frozen=True)
class _Packed:
    """A shelf turned over: for each place, ascending, the rows that have it and its weight; ``lengths`` of the rows."""

    keys: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    lengths: np.ndarray


def _pack(rows: dict[int, tuple[int, np.ndarray]], rarity: Rarity) -> _Packed | None:
    if not rows:
        return None
    sizes = np.array([len(found) for _, found in rows.values()])
    joined = np.concatenate([found for _, found in rows.values()])
    weights = rarity.weights(joined)
    order = np.argsort(joined, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return _Packed(
        keys=np.array(list(rows), dtype=np.int64),
        labels=np.array([label for label, _ in rows.values()], dtype=np.int64),
        places=joined[order],
        rows=np.repeat(np.arange(len(rows)), sizes)[order],
        weights=weights[order],
        lengths=np.sqrt(np.add.reduceat(weights * weights, starts)),
    )
