"""Open orders by what they tell: found in milliseconds among a million, added and removed one at a time.

Retrieval: each report is filed under its rarest character pairs and triples and under its names; a new one gathers the
newest reports filed under its own, and those that share most weight are judged exactly (`judging`). Citations go
before everything: a cited order is the first candidate, and who cites the same order tells of the same matter.

Memory: about 1 KB an open order, and some 20 MB for those judged last. Thread-safe: one lock around every call.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from huying.engines.matching.judging import Match, decide, nearness, probability
from huying.engines.matching.reading import BUCKETS, Background, Report, grams_of

FILED_UNDER = 64  # rarest buckets of a report
ASKED = 48  # rarest buckets of a query
NEWEST = 800  # reports looked at under one bucket
JUDGED = 16  # candidates judged exactly
KNOWN = 2000  # reports from which the background knows what is rare; fewer are filed under all they have
KEPT_READ = 2000  # reports kept as read, about 10 KB each
_NAME_BASE = BUCKETS  # names are filed beyond the buckets of the characters
_ORIGINAL = 0.6  # an original report goes before one that only follows it up


@dataclass(frozen=True, slots=True)
class _Filed:
    """An open order as kept: only what is needed to read it again."""

    key: str | int
    number: str
    core: str
    place: str
    division: str
    day: int | None
    cites: tuple[str, ...]
    follows_up: bool

    def report(self) -> Report:
        at = date.fromordinal(self.day) if self.day is not None else None
        return Report(self.core, self.place, self.division, at, self.cites, is_core=True)


_read = lru_cache(maxsize=KEPT_READ)(_Filed.report)
"""The report behind a filed order: while somebody writes, the same few are judged again and again."""


class Matcher:
    """Candidates for the same matter among the open orders that were added and not removed."""

    def __init__(self, background: Background | None = None) -> None:
        self.background = background or Background()
        self._filed: list[_Filed | None] = []
        self._slot: dict[str | int, int] = {}
        self._by_number: dict[str, int] = {}
        self._citing: dict[str, set[int]] = {}
        self._under: dict[int, array[int]] = {}
        self._dead = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._slot)

    def add(
        self,
        key: str | int,
        text: str,
        place: str = "",
        division: str = "",
        at: datetime | date | None = None,
        cites: Iterable[str] = (),
        number: str = "",
    ) -> None:
        """File an open order under ``key``; again under the same key replaces it. ``number``: its order number."""
        report = Report(text, place, division, at, tuple(cites))
        grams, cited = report.grams, tuple(sorted(report.cited - {number or str(key)}))
        filed = _Filed(key, number or str(key), report.core, place, division, report.day, cited, report.follows_up)
        with self._lock:
            self._remove(key)
            self.background.add(grams)
            slot = len(self._filed)
            self._filed.append(filed)
            self._slot[key] = slot
            self._by_number[filed.number] = slot
            for one in cited:
                self._citing.setdefault(one, set()).add(slot)
            self._file(slot, report)

    def remove(self, key: str | int) -> None:
        """The order is closed or merged. A key that is not filed is no error."""
        with self._lock:
            self._remove(key)
            if self._dead > 1000 and self._dead > len(self._slot):
                self._compact()

    def candidates(
        self,
        text: str,
        place: str = "",
        division: str = "",
        at: datetime | date | None = None,
        k: int = 5,
        cites: Iterable[str] = (),
    ) -> list[Match]:
        """The likeliest open orders of the same matter, best first; those cited, or citing the same, at the top."""
        report = Report(text, place, division, at, tuple(cites))
        with self._lock:
            cited = self._linked(report)
            slots = self._gather(report)
            filed = {slot: self._filed[slot] for slot in {*cited, *slots}}
        ranked: list[tuple[float, int, Report]] = []
        for slot, one in filed.items():
            if one is not None:
                other = _read(one)
                near = nearness(report, other, self.background, probability(report, other, self.background))
                ranked.append((round(near + 9.0 * (slot in cited) - _ORIGINAL * one.follows_up, 2), slot, other))
        ranked.sort(key=lambda entry: (-entry[0], entry[1]))  # of equals the earlier, which is the master of the others
        found = []
        for _, slot, other in ranked[:k]:
            match = decide(report, other, self.background, filed[slot].key)  # type: ignore[union-attr]
            found.append(Match(match.key, 1.0, True, (cited[slot], *match.why)) if slot in cited else match)
        return found

    def _linked(self, report: Report) -> dict[int, str]:
        """Slots that the report's citations lead to, with the reason."""
        linked: dict[int, str] = {}
        for number in report.cited:
            for slot in self._citing.get(number, ()):
                linked[slot] = f"同样引用工单 {number}"
            if number in self._by_number:
                linked[self._by_number[number]] = f"引用了工单 {number}"
        return linked

    def _gather(self, report: Report) -> list[int]:
        grams = self.background.rarest(self.background.known(report.grams), ASKED)
        keys = [*grams.tolist(), *_name_keys(report)]
        weights = [*self.background.weights(grams).tolist(), *[4.0] * (len(keys) - len(grams))]
        lists, counts = [], []
        for key, weight in zip(keys, weights, strict=True):
            filed = self._under.get(key)
            if filed:
                newest = np.frombuffer(filed, dtype=np.uint32)[-NEWEST:].copy()
                lists.append(newest)
                counts.append(np.full(len(newest), weight))
        return _heaviest(lists, counts, JUDGED)

    def _file(self, slot: int, report: Report) -> None:
        most = FILED_UNDER if self.background.reports > KNOWN else len(report.grams)
        for key in (*self.background.rarest(report.grams, most).tolist(), *_name_keys(report)):
            filed = self._under.get(key)
            if filed is None:
                filed = self._under[key] = array("I")
            filed.append(slot)

    def _remove(self, key: str | int) -> None:
        slot = self._slot.pop(key, None)
        if slot is None:
            return
        filed = self._filed[slot]
        self._filed[slot] = None
        self._dead += 1
        if filed is not None:
            if self._by_number.get(filed.number) == slot:
                del self._by_number[filed.number]
            for number in filed.cites:
                citing = self._citing.get(number)
                if citing is not None:
                    citing.discard(slot)
                    if not citing:
                        del self._citing[number]

    def _compact(self) -> None:
        """File all living orders anew once more than half of the places are empty."""
        living = [filed for filed in self._filed if filed is not None]
        self._filed, self._slot, self._by_number, self._citing, self._under = [], {}, {}, {}, {}
        self._dead = 0
        for slot, filed in enumerate(living):
            self._filed.append(filed)
            self._slot[filed.key] = slot
            self._by_number[filed.number] = slot
            for number in filed.cites:
                self._citing.setdefault(number, set()).add(slot)
            self._file(slot, filed.report())


def _name_keys(report: Report) -> list[int]:
    return [_NAME_BASE + int(grams_of(f"{name}{name}")[:1].sum()) for name in sorted(report.names)[:8]]


def _heaviest(lists: list[NDArray[np.uint32]], weights: list[NDArray[np.float64]], most: int) -> list[int]:
    """The slots with the greatest sum of weights."""
    if not lists:
        return []
    slots, where = np.unique(np.concatenate(lists), return_inverse=True)
    totals = np.bincount(where, weights=np.concatenate(weights))
    best = np.argsort(-totals, kind="stable")[:most]
    return [int(slot) for slot in slots[best]]
