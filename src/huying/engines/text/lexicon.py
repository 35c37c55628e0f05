"""Names of places learned from a city's own texts, where nobody has given a gazetteer.

A recorded order opens with its place ("美兰区蓝天路国兴城…", "其是龙华区金垦路海岸1号的业主"). Names with an ending
that names places, and the runs without one that follow a division or a road, are counted where they stand; what occurs
often enough at the beginning of a name is a name. Divisions are those that other names follow; which lies in which is
learned from "美兰区灵山镇" standing together. Kept as JSON beside a model; it holds names of places only, never a text.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from huying.engines.text.addresses import named_parts
from huying.engines.text.places import PlaceIndex, PlaceName
from huying.engines.text.structure import read_structure

FILE = "places.json"
LEAST = 3  # texts in which a name must occur
LEAST_DIVISION = 8
LONGEST_TEXT = 600
_MOST = 6000
_KIND = (
    ("estate", re.compile(r"小区$|开发区$|保税区$|工业区$")),
    ("street", re.compile(r"(?:镇|乡|街道)$")),
    ("county", re.compile(r"[一-鿿]{1,4}(?:区|县)$|^[A-Z][0-9]{0,2}[区县]$")),
    ("city", re.compile(r"[一-鿿]{1,4}市$|^[A-Z]市$")),
    ("village", re.compile(r"(?:村|社区)$")),
    ("road", re.compile(r"(?:路|街|巷|大道|桥|高速|国道)(?:[东西南北中])?$")),
    ("estate", re.compile(r"(?:小区|花园|家园|公寓|苑|城|新村|豪庭|华庭|国际)$")),
)
_DIVISION_KINDS = ("city", "county", "street")
# A name without such an ending, right after a division or road, and what may follow it.
_RUN_AFTER = re.compile(
    r"[一-鿿]{3,6}?(?=[，。]|附近|旁|对面|门口|有|停[水电]|没[水电]|被|存在|的|小区|[0-9]{1,4}[号栋]|[一二三四]期)"
)
_NO_NAME = re.compile(
    r"有|没|无|被|停[水电]|的|是|在|了|请|机动车|车辆|存在|处|业主|村民|居民|路灯|其|门口|附近|旁边|对面|进行|发生|经常|一直|一带|路段|路口|影响|导致|"
    r"政府|公安|城管|交警|局$|派出所|整治|电话|占用|号$|单元|栋|扰民|^[路街道内面大小]|公立|私立|人民医院|市场监"
)
# What stands before a name: the beginning of the words, or a word of place.
_OPENS = re.compile(r"(?:^|[，。：:\s在于是从到至与和]|位于|关于|反映|咨询)$")
_ANCHORED_SHARE = 0.4


class PlaceLexicon:
    """Learned names with their kind and count; `index` finds them in a text."""

    def __init__(self, names: dict[str, tuple[str, int]], parents: dict[str, str]) -> None:
        self.names = names
        self.parents = parents
        self.index = PlaceIndex(
            [
                PlaceName(
                    name,
                    kind,
                    name if kind in _DIVISION_KINDS else parents.get(name, ""),
                    parents.get(name, ""),
                )
                for name, (kind, _) in sorted(names.items())
            ]
        )

    @classmethod
    def learn(cls, texts: Iterable[str]) -> "PlaceLexicon":
        """Two passes over the texts, about 0.3 ms a text. Order of the texts does not matter."""
        names: Counter[str] = Counter()
        beside: dict[str, Counter[str]] = {}
        spoken = [read_structure(text[:LONGEST_TEXT]).spoken for text in texts]
        for flat in spoken:
            _count(flat, names, beside)
        names = _rather_names(names, spoken)
        kept: dict[str, tuple[str, int]] = {}
        for name, count in sorted(names.items(), key=lambda one: (-one[1], one[0]))[: 4 * _MOST]:
            kind = _kind(name)
            if count < (LEAST_DIVISION if kind in _DIVISION_KINDS else LEAST) or len(kept) >= _MOST:
                continue
            kept[name] = (kind, count)
        whole = {name: entry for name, entry in kept.items() if not _is_tail(name, kept)}
        return cls(whole, _parents(whole, beside))

    def save(self, path: Path) -> None:
        """Write to this file, or to places.json where the path is a folder."""
        rows = [[name, kind, count, self.parents.get(name, "")] for name, (kind, count) in sorted(self.names.items())]
        _file(path).write_text(json.dumps({"version": 1, "names": rows}, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "PlaceLexicon":
        """Read what `save` wrote; ValueError where the file is of another version."""
        read = json.loads(_file(path).read_text(encoding="utf-8"))
        if read.get("version") != 1:
            raise ValueError(f"{path}: not a lexicon of places of version 1")
        names = {name: (kind, count) for name, kind, count, _ in read["names"]}
        return cls(names, {name: parent for name, _, _, parent in read["names"] if parent})

    def division(self, text: str) -> tuple[str, float]:
        """The most specific division that the text names, and the share of the votes for it; ("", 0) without one."""
        found = self.index.divisions(read_structure(text).spoken, k=1)
        return (found[0].name, found[0].confidence) if found else ("", 0.0)


def _count(flat: str, names: Counter[str], beside: dict[str, Counter[str]]) -> None:
    """Count the names that stand where an address begins or goes on, each once for a text."""
    seen: set[str] = set()
    before: tuple[str, int] | None = None
    for start, end in named_parts(flat):
        name = flat[start:end]
        goes_on = before is not None and before[1] == start
        if (goes_on or _OPENS.search(flat[max(0, start - 2) : start])) and not _NO_NAME.search(name):
            seen.add(name)
            if before and goes_on and _kind(before[0]) in _DIVISION_KINDS:
                beside.setdefault(name, Counter())[before[0]] += 1
            run = _RUN_AFTER.match(flat, end) if _kind(name) in (*_DIVISION_KINDS, "road") else None
            if run and not _NO_NAME.search(run.group()):
                seen.add(run.group())
        before = (name, end)
    names.update(seen)


def _rather_names(names: Counter[str], spoken: list[str]) -> Counter[str]:
    """Those that, wherever they stand, mostly stand as a part of an address; "办理" after a road is no name."""
    frequent = {name for name, count in names.items() if count >= LEAST}
    index = PlaceIndex([PlaceName(name, "landmark", "") for name in sorted(frequent)])
    totals: Counter[str] = Counter()
    for flat in spoken:
        totals.update({mention.text for mention in index.find(flat)})
    return Counter({name: names[name] for name in frequent if names[name] >= _ANCHORED_SHARE * totals[name]})


def _kind(name: str) -> str:
    return next((kind for kind, pattern in _KIND if pattern.search(name)), "landmark")


def _is_tail(name: str, kept: dict[str, tuple[str, int]]) -> bool:
    """Another name with something stuck to its front: words ("其龙华区") or the division or road before it."""
    kind, count = kept[name]
    for cut in range(2, len(name) - 1):
        if name[:cut] in kept and kept[name[:cut]][0] in (*_DIVISION_KINDS, "road") and name[cut:] in kept:
            return True
    for cut in range(1, len(name) - 1):
        shorter = name[cut:]
        if shorter in kept and kept[shorter][0] == kind and kept[shorter][1] >= 4 * count:
            return True
    return False


def _parents(names: dict[str, tuple[str, int]], beside: dict[str, Counter[str]]) -> dict[str, str]:
    """The division that stands right before a name in most cases."""
    rank = {"city": 0, "county": 1, "street": 2}
    found = {}
    for name, counts in beside.items():
        if name not in names:
            continue
        own = rank.get(names[name][0], 3)
        fit = [(count, parent) for parent, count in counts.items() if parent in names and rank[names[parent][0]] < own]
        if fit:
            count, parent = max(fit)
            if count >= 2 and count >= 0.6 * sum(one for one, _ in fit):
                found[name] = parent
    return found


def _file(path: Path) -> Path:
    return path / FILE if path.is_dir() else path
