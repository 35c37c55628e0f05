"""What of a report is compared: its character pairs and triples, the names and numbers of its place, plates, dates.

A report is compared by its core: the quoted title and the citizen's first words, without directions and without what a
unit answered. So an order that quotes an earlier one is near to it, and two orders with the same standard answer are not.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from huying.engines.matching.subjects import HEAD, READ, subjects_of
from huying.engines.text.addresses import named_parts
from huying.engines.text.directions import remove_directions
from huying.engines.text.structure import Structure, read_structure

CORE = 480  # characters compared
LEAST_WORDS = 8
NAMED = 160  # characters in which names are looked for
OPENINGS = (28, 60)  # a letter's title or a record's place and matter; with the first sentence
BUCKETS = 1 << 20
_WRITTEN = re.compile(r"[^一-鿿A-Za-z0-9]+")
_CONTENT = re.compile(r"(?:原?工单内容|处理(?:结果|情况)|工单(?:情况|信息|结果))[ ]*[:：]?")
_TOKEN = re.compile(r"‹[^‹›]{1,12}›")
_CITED = re.compile(
    r"(?<![0-9])(?:[A-Za-z]{1,6})?20[12][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{4,10}(?![0-9])"
)
_NUMBERED = re.compile(
    r"(?<![0-9月-])([0-9]{1,5}(?:[-之][0-9]{1,4})?|[一二三四五六七八九十]{1,3})(号线|号楼|号院|栋|幢|座|单元|组|队|弄|室|期|路(?=公交|车|[^一-鿿]|路?公交)|号(?!线|码|晚|早|上|下|中|左|当|凌|[0-9]|到|至|开|工单|令|文|话|召))"
)
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Za-z0-9*]{4,6}")
_FIRM = re.compile(
    r"[一-鿿A-Za-z0-9]{2,12}?(?:有限公司|公司|集团|驾校|学校|幼儿园|医院|诊所|网吧|KTV|酒店|宾馆|饭店|餐厅|超市|培训(?:机构|学校|班)|平台|物业|药店|健身房|美容院|4S店)"
)
_LISTED = re.compile(r"(?:[0-9]{1,3}[、，,和及与])+$")
_ROOM_AFTER = 4  # characters between a building or staircase and the number of a room in it
_LONGEST_RANGE = 60
_UNIT = {"号楼": "栋", "幢": "栋", "座": "栋", "号院": "号"}
_DIGIT = {char: str(number) for number, char in enumerate("零一二三四五六七八九")} | {"十": "10"}
_DIVISION = re.compile(r"(?:[一-鿿]{1,4}(?:省|市|区|县)|[A-Z][0-9]{0,2}[市区县])+")
_ENDING = re.compile(
    r"(?:小区|花园|家园|公寓|大厦|广场|市场|公园|村|社区|路|街|大道|小学|中学|医院|驾校|公司|学校|幼儿园|组|镇|街道|苑|城)$"
)
# Characters of which nearly every report is full; a pair of them says little, whatever a small archive suggests.
_COMMON = frozenset(
    "的了在是我们有不为这个一上也和到就说对来没很都能会要以可人他她其你请问题反映投诉市民领导您好尊敬希望关于严重影响居进行相部门处理情况政府因此现已还被把从与及或给"
)


@dataclass(frozen=True)
class Report:
    """One report of a matter. ``at``: when it came in; ``place``, ``division``: as a person or the reading gave them."""

    text: str
    place: str = ""
    division: str = ""
    at: datetime | date | None = None
    cites: tuple[str, ...] = ()
    is_core: bool = False  # the text is the core of a report that was read before

    @cached_property
    def _structure(self) -> Structure:
        return read_structure(self.text)

    @cached_property
    def core(self) -> str:
        """The quoted title, then the citizen's first words; at most CORE characters."""
        return self.text if self.is_core else core_of(self._structure)

    @cached_property
    def follows_up(self) -> bool:
        """A unit or citizen who only asks what became of an earlier order."""
        return bool(self._structure.caller) or self._structure.first("title") is not None

    @cached_property
    def cited(self) -> frozenset[str]:
        """Order numbers that the text cites or that came with it."""
        return frozenset({*self.cites, *_CITED.findall(self.text)})

    @cached_property
    def squeezed(self) -> str:
        return _WRITTEN.sub("", self.core)

    @cached_property
    def grams(self) -> NDArray[np.int64]:
        """Buckets of the distinct character pairs and triples, sorted."""
        return grams_of(self.squeezed)

    @cached_property
    def openings(self) -> tuple[NDArray[np.int64], ...]:
        """Buckets of the first characters, for each length in OPENINGS."""
        return tuple(grams_of(self.squeezed[:length]) for length in OPENINGS)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of places and firms near the beginning, divisions down to the county left out."""
        return names_of(f"{self.place}，{self.core[:NAMED]}" if self.place else self.core[:NAMED])

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """The bucket of the character pair at each position."""
        return _pairs(_codes(self.squeezed))

    @cached_property
    def subjects(self) -> tuple[Counter[int], Counter[int]]:
        """What it is about: groups of `subjects` in the head, and in the first sentences."""
        return subjects_of(self.squeezed[:HEAD]), subjects_of(self.squeezed[:READ])

    @cached_property
    def numbers(self) -> dict[str, frozenset[str]]:
        """House, building, line and group numbers by what they number ("栋": {"3"})."""
        return numbers_in(f"{self.place}，{self.core}")

    @cached_property
    def head_numbers(self) -> dict[str, frozenset[str]]:
        """The same of the title or first words alone."""
        return numbers_in(self.core[:HEAD])

    @cached_property
    def plates(self) -> frozenset[str]:
        return frozenset(_PLATE.findall(self.core))

    @cached_property
    def day(self) -> int | None:
        return self.at.toordinal() if self.at else None


def core_of(structure: Structure) -> str:
    """Title and the citizen's first words that say something; of a bare "." or "请核实" the next words too."""
    title = structure.first("title")
    chosen = [structure.flat[title.start : title.end]] if title else []
    for part in structure.parts:
        if part.kind == "words":
            words = _CONTENT.sub("", remove_directions(structure.flat[part.start : part.end][:CORE]))
            if len(_WRITTEN.sub("", words)) >= LEAST_WORDS:
                chosen.append(words)
                break
    text = "，".join(chosen) or remove_directions(structure.flat[:CORE])
    return _TOKEN.sub("", _CITED.sub("", text))[:CORE]


def grams_of(squeezed: str) -> NDArray[np.int64]:
    """Distinct buckets of the pairs and triples of characters, sorted."""
    codes = _codes(squeezed)
    if len(codes) < 2:
        return np.empty(0, np.int64)
    triples = codes[:-2] * 1_000_003 + codes[1:-1] * 7_919 + codes[2:] * 2_654_435
    return np.unique(np.concatenate([_pairs(codes), _mixed(triples)]))


def _codes(squeezed: str) -> NDArray[np.int64]:
    return np.frombuffer(squeezed.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)


def _pairs(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return _mixed(codes[:-1] * 1_000_003 + codes[1:] * 7_919)


def _mixed(values: NDArray[np.int64]) -> NDArray[np.int64]:
    mixed = (values ^ (values >> 15)) * 0x2C1B3C6D
    return (mixed ^ (mixed >> 21)) & (BUCKETS - 1)


def names_of(text: str) -> frozenset[str]:
    flat = text.replace(" ", "")
    found = {_DIVISION.sub("", flat[start:end]) for start, end in named_parts(flat)}
    found |= {_DIVISION.sub("", firm) for firm in _FIRM.findall(flat)}
    return frozenset(name for name in found if len(name) >= 3 or (len(name) == 2 and not _ENDING.search(name)))


def numbers_in(text: str) -> dict[str, frozenset[str]]:
    """Numbers by what they number, lists and ranges of buildings one by one ("1、7、8栋", "1-13栋"); of "2栋1单元1501号"
    the last is a room."""
    found: dict[str, set[str]] = {}
    inside = -_ROOM_AFTER
    for match in _NUMBERED.finditer(text):
        number, unit = _arabic(match[1]), _UNIT.get(match[2], match[2])
        if unit == "号" and len(number) >= 3 and match.start() - inside < _ROOM_AFTER:
            unit = "室"
        if unit in ("栋", "单元"):
            inside = match.end()
            found.setdefault(unit, set()).update(_several(number, text[: match.start()]))
        else:
            found.setdefault(unit, set()).add(number)
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def _several(number: str, before: str) -> list[str]:
    """The number, those that stand before it in a list, and all of a range."""
    first, _, last = number.partition("-")
    listed = _LISTED.search(before)
    made = [number, *(re.findall("[0-9]{1,3}", listed.group()) if listed else ())]
    if last.isdigit() and first.isdigit() and int(first) < int(last) <= int(first) + _LONGEST_RANGE:
        made += [str(each) for each in range(int(first), int(last) + 1)]
    return made


def _arabic(number: str) -> str:
    return number if number[0].isdigit() else "".join(_DIGIT.get(char, char) for char in number)


class Background:
    """In how many reports each bucket occurs, so that a rare name weighs more than a phrase that all reports share."""

    def __init__(self) -> None:
        self.reports = 0
        self._counts = np.zeros(BUCKETS, np.uint32)
        self._prior = _common_prior()

    def add(self, grams: NDArray[np.int64]) -> None:
        self._counts[grams] += 1
        self.reports += 1

    def learn(self, texts: Iterable[str]) -> "Background":
        for text in texts:
            self.add(Report(text).grams)
        return self

    def weights(self, grams: NDArray[np.int64]) -> NDArray[np.float64]:
        """log((n + 2) / (df + 1)) + 1, a small archive's figures mixed with what is common in all reports."""
        idf: NDArray[np.float64] = np.log((self.reports + 2.0) / (self._counts[grams] + 1.0)) + 1.0
        return idf * self._prior[grams]

    def known(self, grams: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those that occur in a report at all."""
        return grams[self._counts[grams] > 0]

    def rarest(self, grams: NDArray[np.int64], most: int) -> NDArray[np.int64]:
        if len(grams) <= most:
            return grams
        weights = self.weights(grams)
        return grams[np.argpartition(-weights, most)[:most]]


@cache
def _common_prior() -> NDArray[np.float32]:
    """Pairs of two common characters count a third, whatever the archive."""
    prior = np.ones(BUCKETS, np.float32)
    codes = _codes("".join(sorted(_COMMON)))
    prior[_mixed(codes[:, None] * 1_000_003 + codes[None, :] * 7_919).ravel()] = 0.35
    return prior


def present(grams: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these buckets are among the other, sorted ones."""
    if not len(whole):
        return np.zeros(len(grams), np.bool_)
    return whole[np.minimum(np.searchsorted(whole, grams), len(whole) - 1)] == grams


def likeness(background: Background, one: NDArray[np.int64], other: NDArray[np.int64]) -> tuple[float, float]:
    """Weighted overlap of two sets of buckets: cosine, and as a share of the smaller one."""
    if not len(one) or not len(other):
        return 0.0, 0.0
    ours = np.square(background.weights(one))
    shared = float(ours[present(one, other)].sum())
    here, there = float(ours.sum()), float(np.square(background.weights(other)).sum())
    return shared / max(1e-9, math.sqrt(here * there)), shared / max(1e-9, min(here, there))


def covered(background: Background, opening: NDArray[np.int64], whole: NDArray[np.int64]) -> float:
    """The weighted share of one report's opening that stands anywhere in the other."""
    if not len(opening):
        return 0.0
    weights = background.weights(opening)
    return float(weights[present(opening, whole)].sum() / max(1e-9, float(weights.sum())))


def phrase_weight(background: Background, one: Report, other: Report) -> float:
    """The weight of the runs of characters that both reports have, from the second rarest to the seventh; the rarest
    may be an accident or the name of the place alone. A run weighs as much as its rarest pair."""
    if not len(one.pairs) or not len(other.pairs):
        return 0.0
    shared = present(one.pairs, other.grams)
    weights = np.where(shared, background.weights(one.pairs), 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], shared, [False])).astype(np.int8)))
    if not len(edges):
        return 0.0
    heaviest = np.maximum.reduceat(np.append(weights, 0.0), edges)[::2]
    distinct = {int(one.pairs[start]): weight for start, weight in zip(edges[::2], heaviest, strict=True)}
    return float(sum(sorted(distinct.values(), reverse=True)[1:7]))
