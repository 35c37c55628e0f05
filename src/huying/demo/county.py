"""The made-up city on paper: divisions, named places, and who belongs where. Pure and the same for every seed.

Two sizes: ``town``, a county-level city with streets and towns, and ``city``, with districts above them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from math import cos, pi, sin
from random import Random

from huying.demo.sources import table

SIZES = ("town", "city")
ROADS, MARKETS, SCHOOLS = 60, 24, 38  # of a town; a city has more by its number of streets


@dataclass(frozen=True)
class Village:
    """A village or community 社区村 with its code of twelve digits."""

    name: str
    code: str
    population: int


@dataclass(frozen=True)
class Spot:
    """A named place 点位 and the village or community it lies in."""

    name: str
    kind: str
    village: str
    town: str
    aliases: tuple[str, ...] = ()
    longitude: float = 0.0
    latitude: float = 0.0


@dataclass(frozen=True)
class Town:
    """A street or town with its villages; ``district`` is empty in a county-level city."""

    name: str
    code: str
    urban: bool
    share: float
    villages: tuple[Village, ...]
    district: str = ""
    staff: int = 3

    @property
    def population(self) -> int:
        return sum(village.population for village in self.villages)

    @property
    def area(self) -> str:
        """What figures are compared by: the district, else the town itself."""
        return self.district or self.name


@dataclass(frozen=True)
class County:
    """The whole place. ``districts`` are (name, code); none in a county-level city."""

    name: str
    code: str
    districts: tuple[tuple[str, str], ...]
    towns: tuple[Town, ...]
    spots: tuple[Spot, ...]
    by_kind: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    near: dict[tuple[str, str], tuple[Spot, ...]] = field(default_factory=dict)
    homes: dict[str, tuple[Town, Village]] = field(default_factory=dict)
    rural: tuple[tuple[Town, Village], ...] = ()

    @property
    def villages(self) -> list[tuple[Town, Village]]:
        return [(town, village) for town in self.towns for village in town.villages]

    @property
    def population(self) -> int:
        return sum(town.population for town in self.towns)

    def town(self, name: str) -> Town:
        return next(town for town in self.towns if town.name == name)


@cache
def county(size: str = "town") -> County:
    """The city of that size as the data files describe it."""
    source, names = table(size), table("texts/names")
    rng = Random(f"county {source['code']}")
    codes = _districts(source)
    communities, hamlets = _community_names(names, source, rng), _village_names(names, source, rng)
    towns: list[Town] = []
    serials: dict[str, int] = {}
    for entry in source["towns"]:
        above = codes.get(entry.get("district", ""), source["code"])
        serials[above] = serials.get(above, 0) + 1
        urban = entry["kind"] == "street"
        pool = communities if urban else hamlets
        chosen = [pool.pop() + ("社区" if urban else "村") for _ in range(entry["villages"])]
        towns.append(_town(source, f"{above}{serials[above]:03d}", entry, chosen, rng))
    spots = _on_map(towns, _spots(source, names, towns, rng))
    kinds = {kind: tuple(spot for spot in spots if spot.kind == kind) for kind in {spot.kind for spot in spots}}
    near: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        near.setdefault((spot.kind, spot.town), []).append(spot)
    homes = {village.code: (town, village) for town in towns for village in town.villages}
    return County(
        name=source["name"],
        code=source["code"],
        districts=tuple(codes.items()),
        towns=tuple(towns),
        spots=tuple(spots),
        by_kind=kinds,
        near={key: tuple(group) for key, group in near.items()},
        homes=homes,
        rural=tuple((town, village) for town, village in homes.values() if not town.urban),
    )


def _districts(source: dict) -> dict[str, str]:
    names = dict.fromkeys(entry["district"] for entry in source["towns"] if "district" in entry)
    return {name: f"{source['code']}{number:02d}" for number, name in enumerate(names, 1)}


def _needed(source: dict, kind: str) -> int:
    return sum(entry["villages"] for entry in source["towns"] if entry["kind"] == kind)


def _community_names(names: dict, source: dict, rng: Random) -> list[str]:
    found = list(names["community_first"])
    if _needed(source, "street") > len(found):
        more = _needed(source, "street") - len(found)
        found += _pairs(names["community_more"], names["community_last"], more, rng)
    rng.shuffle(found)
    return found


def _village_names(names: dict, source: dict, rng: Random) -> list[str]:
    whole = [a + b + c for a, b, c in product(names["village_first"], names["village_middle"], names["village_last"])]
    return rng.sample(whole, _needed(source, "town"))


def _town(source: dict, code: str, entry: dict, names: list[str], rng: Random) -> Town:
    """Divide the town's people among its villages, unevenly, so that they add up to the town's."""
    people = round(source["population"] * entry["share"])
    weights = [rng.uniform(0.5, 1.6) for _ in names]
    heads = [round(people * weight / sum(weights)) for weight in weights]
    heads[0] += people - sum(heads)
    villages = tuple(
        Village(name, f"{code}{serial:03d}", count)
        for serial, (name, count) in enumerate(zip(names, heads, strict=True), 1)
    )
    urban, district = entry["kind"] == "street", entry.get("district", "")
    return Town(entry["name"], code, urban, entry["share"], villages, district, entry.get("staff", 3))


def _spots(source: dict, names: dict, towns: list[Town], rng: Random) -> list[Spot]:
    urban = [town for town in towns if town.urban]
    found: list[Spot] = []

    def put(name: str, kind: str, town: Town, *aliases: str) -> None:
        found.append(Spot(name, kind, rng.choice(town.villages).code, town.name, aliases))

    estates = [a + b for a, b in product(names["estate_first"], names["estate_last"])]
    rng.shuffle(estates)
    old = list(names["old_estates"])
    for town, entry in zip(towns, source["towns"], strict=True):
        for serial in range(entry["estates"]):
            put(old.pop() if town.urban and serial % 9 == 0 and old else estates.pop(), "estate", town)
    more = len(towns) > 20
    for serial, name in enumerate(_pairs(names["road_first"], names["road_last"], 140 if more else ROADS, rng)):
        put(name, "road", towns[serial % len(towns)] if serial % 3 == 0 else rng.choice(urban))
    own = [town.name.removesuffix("街道").removesuffix("镇") for town in towns] if more else []
    for kind, count in (("market", MARKETS), ("school", SCHOOLS)):
        pairs = _pairs(own or names[f"{kind}_first"], names[f"{kind}_last"], 2 * len(towns) if more else count, rng)
        for serial, name in enumerate(pairs):
            put(name, kind, _home(name, towns) or towns[serial % len(towns)])
    for name in names["park_names"]:
        put(name, "park", _home(name, towns) or rng.choice(urban))
    for name in names["hospitals"]:
        put(name, "hospital", _home(name, towns) or rng.choice(urban))
    for town in towns:
        if not town.urban:
            put(f"{town.name}卫生院", "hospital", town)
    return found


def _on_map(towns: list[Town], spots: list[Spot]) -> list[Spot]:
    """Each place somewhere in its town: streets around the middle of the county, towns in a ring about them."""
    chosen, rng = table("furnishing")["map"], Random("map")
    middles = {}
    for urban, far in ((True, chosen["streets"]), (False, chosen["towns"])):
        alike = [town.name for town in towns if town.urban is urban]
        for serial, name in enumerate(alike):
            angle = 2 * pi * (serial + 0.5) / len(alike)
            middles[name] = (chosen["middle"][0] + far * cos(angle), chosen["middle"][1] + far * sin(angle))
    return [
        replace(
            spot,
            longitude=round(rng.gauss(middles[spot.town][0], chosen["spread"]), 6),
            latitude=round(rng.gauss(middles[spot.town][1], chosen["spread"]), 6),
        )
        for spot in spots
    ]


def _home(name: str, towns: list[Town]) -> Town | None:
    """The town that a place's name begins with, if any."""
    return next((town for town in towns if name.startswith(town.name[:2])), None)


def _pairs(first: Iterable[str], last: Iterable[str], count: int, rng: Random) -> list[str]:
    return rng.sample([a + b for a, b in product(first, last)], count)
