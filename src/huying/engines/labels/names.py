"""Which names of units mean one unit, from the names alone: "工商局 / 工商行政管理局", "街道办 / 街道办事处".

    name   := prefix* field* rest head        海口市 · 工商 · – · 局
    prefix    a division (海口市, 龙华区, 市); two names that name different divisions are never one
    field     one spelling of a known field of work (stems.FIELDS), brought to its first spelling
    rest      what no table knows, loose words left out
    head      the ending, by class (stems.HEADS): 局 and 行政管理局 are one class, 局 and 支队 are not

Two names are one where fields and rest agree and the heads are of one class (sure) or of two classes that reforms and
loose writing exchange (likely). A name without any field must agree in its rest, or be its plain abbreviation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from huying.engines.labels.stems import ALIKE, FIELDS, HEADS, LOOSE
from huying.engines.text.normalise import squeeze

SURE, LIKELY, POSSIBLE = 0.95, 0.8, 0.5
FROM_NAMES = LIKELY
_PREFIX = re.compile(
    r"^(?:(?![市省区县镇])(?:(?![局委院队所])[一-鿿]){2,7}?(?<!城)(?:自治区|省|自治州|市|区|县|旗|镇|乡)(?!政|场|务|容|民|监|管|委|规|域))|^(?:中国|国家|全国)(?!移动|联|电信|铁塔|有线|税|统)"
)
_BARE_PREFIX = re.compile(r"^(?:市|省|区|县|镇)(?!政(?!府|务)|场|容|民|监|区|域)")
_OVER = re.compile(r"^(?:市|省|区|县|自治区)?(?:人民)?政府(?=.{4,})(?!政务|服务|办公)")
_TELLING = re.compile(r"[一二三四五六七八九十\d东西南北]")  # 第二小学 is no short form of 第十二小学
_PARTS = ("管理", "监督", "服务")
_WORDS = sorted(((spelling, forms[0]) for forms in FIELDS for spelling in forms), key=lambda pair: -len(pair[0]))


@dataclass(frozen=True, slots=True)
class Name:
    """A unit's name taken apart. `division` and `level` (省 市 区 县 …) are empty where the name leaves them out."""

    written: str
    division: str
    level: str
    fields: tuple[str, ...]
    rest: str
    head: str

    @property
    def core(self) -> tuple[tuple[str, ...], str]:
        return self.fields, self.rest


@cache
def parse(written: str) -> Name:
    text = re.sub(r"[\s“”\"'（）()·]", "", squeeze(written))
    division, level, text = _divided(_OVER.sub("", text))
    fields, rest, head = _read(text)
    return Name(written, division, level, fields, rest, head)


def alike(one: str, other: str) -> float:
    """How sure the names alone make it that both are one unit: 0.95 sure, 0.8 likely, 0.5 possible, 0 no."""
    a, b = parse(one), parse(other)
    if (a.division and b.division and a.division != b.division) or (a.level and b.level and a.level != b.level):
        return 0.0
    if not (a.fields or a.rest or a.head == b.head in {"street", "government", "government office"}):
        return 0.0
    if a.core == b.core:
        if a.head == b.head:
            return SURE
        return LIKELY if frozenset({a.head, b.head}) in ALIKE else 0.0
    if a.head == b.head and not a.fields and not b.fields:
        return LIKELY if _abbreviates(a.rest, b.rest) or _abbreviates(b.rest, a.rest) else 0.0
    shared = set(a.fields) & set(b.fields)
    nested = set(a.fields) <= set(b.fields) or set(b.fields) <= set(a.fields)
    return POSSIBLE if shared and nested and a.head == b.head and a.rest == b.rest else 0.0


def merges_from_names(units: Iterable[str] | Mapping[str, int], least: float = FROM_NAMES) -> dict[str, str]:
    """Old name → the name to keep, for all pairs that a person could confirm from the names alone.

    `units`: the names, or names with their number of orders; repeated names count. Of names that mean one unit the
    most used is kept (then the longest). No chains: a kept name is never itself replaced.
    """
    counts = Counter(units)
    order = sorted(counts, key=lambda name: (-counts[name], -len(name), name))
    kept: list[str] = []
    merged: dict[str, str] = {}
    for name in order:
        best = max(kept, key=lambda other: alike(name, other), default="")
        if best and alike(name, best) >= least:
            merged[name] = best
        else:
            kept.append(name)
    return merged


def _divided(text: str) -> tuple[str, str, str]:
    """The division that a name begins with, its level, and what follows; the last one counts (海口市龙华区 → 龙华区)."""
    division, level = "", ""
    while True:
        match = _PREFIX.match(text)
        if match and len(text) - match.end() >= 2 and match.group()[-1] not in "国家中":
            division, level, text = match.group(), match.group()[-1], text[match.end() :]
            continue
        bare = _BARE_PREFIX.match(text)
        if bare and len(text) >= 3:
            level, text = text[0], text[1:]
            continue
        for country in ("中国", "国家", "全国"):
            if match and match.group() == country and len(text) > 4:
                text = text[len(country) :]
                break
        else:
            return division, level, text


def _read(text: str) -> tuple[tuple[str, ...], str, str]:
    head, text = _headed(text)
    fields, rest = [], ""
    while text:
        spelling, field = next(((s, f) for s, f in _WORDS if text.startswith(s)), ("", ""))
        if field:
            fields.append(field)
            text = text[len(spelling) :]
            continue
        loose = next((word for word in LOOSE if text.startswith(word)), "")
        rest, text = (rest, text[len(loose) :]) if loose else (rest + text[0], text[1:])
    return tuple(fields), rest.removesuffix("管理").removesuffix("事业"), head


def _headed(text: str) -> tuple[str, str]:
    """Class of the ending and what stands before it; 管理 and its like stay where they belong to a field (城市管理局)."""
    for ending, kind in HEADS:
        if text.endswith(ending):
            body = text[: -len(ending)]
            whole = next((body + word for word in _PARTS if ending.startswith(word) and _is_spelling(body + word)), "")
            return kind, whole or body
    return "bare", text


def _is_spelling(text: str) -> bool:
    return any(text.endswith(spelling) for spelling, _ in _WORDS)


def _abbreviates(short: str, long: str) -> bool:
    """Each character of `short` in order in `long`, beginning with the same, at least two and not most of it left out."""
    if not 2 <= len(short) < len(long) or short[0] != long[0] or len(long) > 3 * len(short):
        return False
    signs = iter(long)
    if not all(any(sign == other for other in signs) for sign in short):
        return False
    return _TELLING.findall(short) == _TELLING.findall(long)
