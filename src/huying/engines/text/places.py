"""Find the names of a gazetteer in a text and the division they most likely lie in.

The place as it was said is read by `addresses`, which uses this index. Each found name votes for its division and all divisions above; names that several places share are settled by the
others ("琼山区 … 新村" is the 新村 of 琼山区).
"""

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
