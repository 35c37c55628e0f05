"""Reading a text before anything is decided: what can be read of it at all, and where it happened."""

from dataclasses import dataclass

from huying.base.places.models import Division
from huying.engines.text.addresses import Address, best_address
from huying.engines.text.places import DivisionCandidate, Mention
from huying.engines.text.readable import readable
from huying.handling.dispatch.knowledge import Gazetteer

LIKELY_DIVISION = 0.5


@dataclass(frozen=True)
class Location:
    """Where the matter lies. ``division`` is given by a person (confidence 1) or read; ``address`` as it was said."""

    division: Division | None
    confidence: float
    candidates: list[tuple[Division, float]]
    address: Address | None
    place: str
    mentions: list[Mention]

    @property
    def likely_division(self) -> Division | None:
        return self.division if self.confidence >= LIKELY_DIVISION else None


def locate(gazetteer: Gazetteer, words: str, place: str = "", given: Division | None = None) -> Location:
    """The place as written down by the agent (``place``) goes before the text; a given division before both."""
    place = readable(place.strip())
    found = _candidates(gazetteer, place) or _candidates(gazetteer, words)
    address = best_address(words, gazetteer.index)
    named = place or (address.text if address else "")
    mentions = gazetteer.index.find(words)
    if place and place not in words:
        mentions += [Mention(one.text, -1, -1, one.places, one.short) for one in gazetteer.index.find(place)]
    if given is not None:
        return Location(given, 1.0, found, address, named, mentions)
    division, confidence = found[0] if found else (None, 0.0)
    return Location(division, confidence, found, address, named, mentions)


def _candidates(gazetteer: Gazetteer, words: str) -> list[tuple[Division, float]]:
    found: list[DivisionCandidate] = gazetteer.index.divisions(words) if words else []
    return [(gazetteer.by_code[one.code], one.confidence) for one in found if one.code in gazetteer.by_code]


def place_tokens(gazetteer: Gazetteer, location: Location) -> tuple[str, ...]:
    """What the model is told of the place: the likely division and those above it."""
    division = location.likely_division
    return tuple(f"d{one.code}" for one in gazetteer.chain(division)) if division else ()
