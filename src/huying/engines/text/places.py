"""Find the places a text names and the division they most likely lie in.

A gazetteer index (divisions, estates, roads, landmarks) finds names; a small address grammar joins neighbours into the
place as it was said, also where a road or estate is not in the gazetteer:

    address  := unit+ relation?
    unit     := gazetteer name | road number? | estate building? | number
    relation := 附近 | 旁边 | 对面 | 门口 | 路口 …       "A与B交叉口" joins two roads

Each found name votes for its division and all divisions above; names that several places share are settled by the
others ("琼山区 … 新村" is the 新村 of 琼山区).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huying.engines.text.normalise import normalise

DIVISION_KINDS = ("province", "city", "county", "street", "village")
_SUFFIX = {
    "province": ("特别行政区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "市", "盟"),
    "county": ("自治县", "新区", "区", "县", "市", "旗"),
    "street": ("街道办事处", "街道", "镇", "乡"),
    "village": ("社区居委会", "村委会", "居委会", "社区", "村"),
}
_WEIGHT = {
    "province": 0.4,
    "city": 0.5,
    "county": 1.0,
    "street": 1.6,
    "village": 1.9,
    "estate": 1.8,
    "road": 1.2,
    "landmark": 1.6,
}
_ALIAS_WEIGHT = 0.6

_STOP = (
    "在于是到从与和至的了往由对把被将为让给，。；：！？、（）()《》“”\"':;,!?\n反映咨询投诉位住其该有近处过经沿去来向每"
)
_NAME = rf"(?:和平|[^{_STOP}\s0-9])"
_NUMBER = r"[0-9０-９一二三四五六七八九十百]+"
_DIVISION = re.compile(rf"{_NAME}{{2,4}}?(?:市|区|县|镇|乡|街道)(?![民场长委政域内管府])")
_ROAD = re.compile(
    rf"(?:{_NAME}{{1,6}}?|[0-9]{{1,4}})(?:大道|路|街|巷|大街|横路|国道|省道|高速|立交桥|大桥|桥|隧道)(?![灯口人边面牌])(?:[东西南北中]段?|{_NUMBER}(?:横路|里|街|巷|路))?"
)
_ROAD_NUMBER = re.compile(rf"(?:{_NUMBER})(?:-[0-9]+)?号(?:之[一二三四五六七八九十0-9]+)?(?!线|文|令|楼|话)")
_ESTATE = re.compile(
    rf"{_NAME}{{2,10}}?(?:小区|花园|家园|公寓|大厦|广场|商城|商厦|市场|公园|小学|中学|大学|学院|幼儿园|医院|车站|机场|港口?|新村|村|"
    r"社区|工地|工业园|产业园|酒店|宾馆|商场|超市|新城|山庄|别墅|华庭|国际|苑|城(?!管|市))(?:[一二三四五六七八九十0-9A-Za-z]+[期区])?"
)
_BUILDING = re.compile(
    rf"(?:{_NUMBER}|[A-Za-z][0-9]?)(?:-[0-9]+)?(?:栋|幢|座|号楼|单元|期|区|队|组|巷|弄|楼|层|房|室)(?:[0-9]{{2,4}}(?:房|室)?)?"
)
_RELATION = re.compile(
    r"(?:的)?(?:附近|旁边|旁|对面|斜对面|门口|门前|大门口?|后面|后门|前面|楼下|楼上|路口|路段|交叉路?口|交汇处|交界处|周边|隔壁|内|里面|外面|处)"
)
_JOIN = re.compile(r"(?:与|和|到|至|往|跟|、|-|—)")
_CROSSING = re.compile(r"(?:的)?(?:交叉路?口|交汇处|交界处|路口|十字路口|丁字路口|之间|路段)")
_NOT_PLACE = re.compile(
    r"^(?:一条|马|道|公|铁|走|让|问|修|带|网|线|思|出|销|迷|半|电|绝|后|顺|此|同|哪|小|整条|逛|上|下|过|这|那|多|套|门|农|全|本|外|"
    r"某|各|乡|居|城|市|县|区|乘客|物流|快递|收费|停|加油|火|汽|公交)+(?:路|街|巷|桥|道|城|村|车站|港|市场|超市|医院|小区|社区|国际)$|^(?:市|小|本|全)?(?:区|城)$"
)


# A division that only names an office ("龙华区社保局的电话"), a bus line, a bare city: no place where something happens.
_IDLE = re.compile(r"[^0-9路街]{2,5}(?:市|区|县)$|[0-9]+路(?:[0-9]+路)*$|.{2,3}$")
_OFFICE = re.compile(
    r".{0,8}?(?:局|大队|支队|政府|委|办证|户口|户籍|车管所|服务中心|户政|分公司|园林)|.{0,2}(?:公交|车)"
)


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A gazetteer row. `code` of a division is its own; of an estate, road or landmark the division it lies in."""

    name: str
    kind: str
    code: str
    parent_code: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A gazetteer name found in a text; several `places` where the name is shared. `short`: found by a short form."""

    text: str
    start: int
    end: int
    places: tuple[PlaceName, ...]
    short: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A place as it was said, verbatim from the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DivisionCandidate:
    """`confidence` in (0, 1): share of the votes, lowered where only short forms or whole cities were named."""

    code: str
    name: str
    kind: str
    confidence: float
    because: tuple[str, ...]


class PlaceIndex:
    """Names to places, found in one pass over a text: O(length × name lengths that share the first two characters)."""

    def __init__(self, names: Iterable[PlaceName]):
        self._entries: dict[str, list[tuple[PlaceName, bool]]] = {}
        self._lengths: dict[str, list[int]] = {}
        self._divisions: dict[str, PlaceName] = {}
        for place in names:
            if place.kind in DIVISION_KINDS:
                self._divisions[place.code] = place
            for form, short in _forms(place):
                self._entries.setdefault(form, []).append((place, short))
        for form in self._entries:
            lengths = self._lengths.setdefault(form[:2], [])
            if len(form) not in lengths:
                lengths.append(len(form))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def words(self) -> list[str]:
        """All forms, for a segmenter."""
        return list(self._entries)

    def find(self, text: str) -> list[Mention]:
        """Longest names first from left to right, not overlapping."""
        flat, found, position = normalise(text), [], 0
        while position < len(flat) - 1:
            end = self._match(flat, position)
            if end is None:
                position += 1
                continue
            entries = self._entries[flat[position:end]]
            full = [place for place, short in entries if not short]
            places = tuple(full or [place for place, _ in entries])
            found.append(Mention(text[position:end], position, end, places, not full))
            position = end
        return found

    def _match(self, flat: str, start: int) -> int | None:
        for length in self._lengths.get(flat[start : start + 2], ()):
            if flat[start : start + length] in self._entries and start + length <= len(flat):
                return start + length
        return None

    def ancestors(self, code: str) -> list[str]:
        """The division itself and those above it, lowest first; stops at a code that is not in the index."""
        chain: list[str] = []
        while code and code not in chain:
            chain.append(code)
            division = self._divisions.get(code)
            code = division.parent_code if division else ""
        return chain

    def divisions(self, text: str, k: int = 3) -> list[DivisionCandidate]:
        """The most specific divisions that the named places agree on, best first."""
        mentions = self.find(text)
        votes = self._votes(mentions)
        if not votes:
            return []
        leaves = [code for code in votes if not any(code in self.ancestors(other)[1:] for other in votes)]
        totals = {code: sum(votes.get(step, 0.0) for step in self.ancestors(code)) for code in leaves}
        total = sum(totals.values())
        ranked = sorted(totals, key=lambda code: (-totals[code], code))[:k]
        return [self._candidate(code, totals[code], total, mentions) for code in ranked if code in self._divisions]

    def _votes(self, mentions: Sequence[Mention]) -> dict[str, float]:
        votes: dict[str, float] = {}
        for mention in mentions:
            weight = _WEIGHT.get(mention.places[0].kind, 1.0) * (_ALIAS_WEIGHT if mention.short else 1.0)
            places = self._settle(mention, mentions)
            for place in places:
                votes[place.code] = votes.get(place.code, 0.0) + weight / len(places)
        return votes

    def _settle(self, mention: Mention, mentions: Sequence[Mention]) -> Sequence[PlaceName]:
        """Of a shared name, the places that lie within another division that the text names."""
        if len(mention.places) == 1:
            return mention.places
        named = {
            place.code
            for other in mentions
            if other is not mention and len(other.places) == 1
            for place in other.places
        }
        within = [place for place in mention.places if named & set(self.ancestors(place.code))]
        return within or mention.places

    def _candidate(self, code: str, votes: float, total: float, mentions: Sequence[Mention]) -> DivisionCandidate:
        division = self._divisions[code]
        because = tuple(
            m.text
            for m in mentions
            if any(code in self.ancestors(p.code) or p.code in self.ancestors(code) for p in m.places)
        )
        confidence = votes / (total + 0.3)
        return DivisionCandidate(code, division.name, division.kind, round(min(0.99, confidence), 4), because)


def _forms(place: PlaceName) -> Iterable[tuple[str, bool]]:
    """Full names and aliases; divisions also without their suffix where at least two characters remain."""
    forms = {normalise(form): False for form in (place.name, *place.aliases) if len(form) >= 2}
    for suffix in _SUFFIX.get(place.kind, ()):
        stem = normalise(place.name).removesuffix(suffix)
        if stem != normalise(place.name) and len(stem) >= 2:
            forms.setdefault(stem, True)
            break
    return forms.items()


def find_addresses(text: str, index: PlaceIndex | None = None) -> list[Address]:
    """Places as they were said, in reading order. Works without a gazetteer by road and estate endings."""
    flat = normalise(text)
    pieces = _pieces(flat, index)
    joined: list[list[int]] = []
    for start, end in pieces:
        if joined and _joins(flat[joined[-1][1] : start], flat, end):
            joined[-1][1] = end
        else:
            joined.append([start, end])
    found = []
    for start, end in joined:
        if _IDLE.match(flat, start, end) and (end - start < 4 or _OFFICE.match(flat, end)):
            continue
        relation = _RELATION.match(flat, end)
        stop = relation.end() if relation else end
        found.append(Address(text[start:stop], start, stop))
    return found


def best_address(text: str, index: PlaceIndex | None = None) -> Address | None:
    """The most specific place named: most parts and numbers, the earlier of equals; None where there is none."""
    found = find_addresses(text, index)
    return max(found, key=lambda one: (_detail(one.text), -one.start), default=None)


def _pieces(flat: str, index: PlaceIndex | None) -> list[tuple[int, int]]:
    spans = [(m.start, m.end) for m in index.find(flat)] if index else []
    taken = bytearray(len(flat) + 1)
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    for pattern in (_DIVISION, _ESTATE, _ROAD, _ROAD_NUMBER, _BUILDING):
        for match in pattern.finditer(flat):
            start, end = match.span()
            while start < end and taken[start]:
                start += 1
            if end - start < 2 or any(taken[start:end]) or _NOT_PLACE.match(flat[start:end]):
                continue
            if pattern in (_ROAD_NUMBER, _BUILDING) and not (start and taken[start - 1]):
                continue
            spans.append((start, end))
            taken[start:end] = b"\x01" * (end - start)
    return sorted(spans)


def _joins(gap: str, flat: str, end: int) -> bool:
    if gap.strip() in ("", "的", "，") and len(gap) <= 1:
        return True
    if _RELATION.fullmatch(gap) or re.fullmatch(r"[（(]", gap):
        return True
    return bool(_JOIN.fullmatch(gap)) and bool(_CROSSING.match(flat, end))


def _detail(address: str) -> float:
    score = float(
        len(re.findall(r"路|街|大道|巷|小区|花园|村|广场|大厦|市场|公园|学校|小学|中学|医院|苑|城|栋|号", address))
    )
    return score + 0.05 * min(len(address), 30) + (1.0 if re.search(r"\d+号|\d+栋|交叉|交汇", address) else 0.0)
