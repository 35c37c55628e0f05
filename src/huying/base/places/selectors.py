"""Reading divisions and named places, and finding them in a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from huying.base.caching import Versioned, version_of
from huying.base.errors import NotFound
from huying.base.places.models import Division, DivisionLevel, GazetteerVersion, Place, PlaceKind
from huying.engines.text.addresses import Address, best_address
from huying.engines.text.places import DivisionCandidate, PlaceIndex, PlaceName

MAX_FOUND = 50

# What the engine calls them: it knows five levels of divisions and three kinds of named places.
_LEVEL_KIND: dict[str, str] = {str(DivisionLevel.TOWN): "street"}
_PLACE_KIND: dict[str, str] = {str(PlaceKind.ESTATE): "estate", str(PlaceKind.ROAD): "road"}


def divisions(parent: str = "", words: str = "", limit: int = 500) -> list[Division]:
    """Divisions in order of their codes. ``parent``: directly below this code, or with ``words`` anywhere below it.

    ``words`` are part of the name, the full name or the pinyin, or the beginning of the code. Neither: the top level.
    """
    found: QuerySet[Division] = Division.objects.order_by("code")
    clean = words.strip()
    if parent:
        above = by_code(parent)
        found = found.filter(path__startswith=above.path, depth__gt=above.depth)
        if not clean:
            found = found.filter(depth=above.depth + 1)
    elif not clean:
        found = found.filter(depth=1)
    if clean:
        spelt = Q(pinyin__icontains=clean.lower()) if clean.isascii() else Q()
        found = found.filter(
            Q(name__icontains=clean) | Q(full_name__icontains=clean) | Q(code__startswith=clean) | spelt
        )
        limit = min(limit, MAX_FOUND)
    return list(found[:limit])


def by_code(code: str) -> Division:
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise NotFound("没有这个区划代码。", code="no_division")
    return found


def below(division: Division) -> QuerySet[Division]:
    """The division itself and all below it: one index range."""
    return Division.objects.filter(path__startswith=division.path)


def parent_codes(rows: Sequence[Division]) -> dict[int, str]:
    """For each division its parent's code, in one query."""
    paths = {row.path[: -Division.steplen] for row in rows}
    codes = dict(Division.objects.filter(path__in=paths).values_list("path", "code"))
    return {row.pk: codes.get(row.path[: -Division.steplen], "") for row in rows}


def named(words: str, division: str = "", limit: int = MAX_FOUND) -> list[Place]:
    """Named places whose name contains these words, short names first; ``division``: in it or anywhere below."""
    clean = words.strip()
    if not clean and not division:
        return []
    found = Place.objects.select_related("division").filter(name__icontains=clean)
    if division:
        found = found.filter(division__path__startswith=by_code(division).path)
    return list(found.order_by(Length("name"), "name", "pk")[:limit])


@dataclass(frozen=True)
class Located:
    """Where a text says something happened: the place as it was said, and the divisions it most likely lies in."""

    address: Address | None
    candidates: tuple[DivisionCandidate, ...]

    @property
    def best(self) -> DivisionCandidate | None:
        return self.candidates[0] if self.candidates else None


def locate(text: str, k: int = 3) -> Located:
    """Find place and division in a text. No query once the index is warm; an odd text finds nothing."""
    gazetteer = index()
    return Located(best_address(text, gazetteer), tuple(gazetteer.divisions(text, k)))


def index() -> PlaceIndex:
    """The engine's index over both tables, shared by all threads of the process, read again after a change."""
    return _index.get()


def read_index() -> PlaceIndex:
    """The index as the tables are now, past the cache; for a room that keeps it with other things it knows."""
    return PlaceIndex([*_division_names(), *_place_names()])


def _division_names() -> list[PlaceName]:
    rows = list(Division.objects.values_list("path", "code", "name", "level", "aliases"))
    codes = {path: code for path, code, *_ in rows}
    return [
        PlaceName(name, _LEVEL_KIND.get(level, level), code, codes.get(path[: -Division.steplen], ""), tuple(aliases))
        for path, code, name, level, aliases in rows
    ]


def _place_names() -> list[PlaceName]:
    rows = Place.objects.values_list("name", "kind", "division__code", "aliases")
    return [
        PlaceName(name, _PLACE_KIND.get(kind, "landmark"), code, code, tuple(aliases))
        for name, kind, code, aliases in rows
    ]


def _version() -> object:
    return GazetteerVersion.objects.values_list("number", flat=True).first(), version_of(Division, Place)


_index: Versioned[PlaceIndex] = Versioned(read_index, _version)
_index.watch(Division, Place)
