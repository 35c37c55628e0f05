"""The made-up county on paper: divisions, named places, and who belongs where. Pure and the same for every seed."""

from dataclasses import dataclass, field
from functools import cache
from itertools import product
from random import Random

from huying.demo.sources import table

ROADS, MARKETS, SCHOOLS = 60, 24, 38


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


@dataclass(frozen=True)
class Town:
    """A street or town with its villages."""

    name: str
    code: str
    urban: bool
    share: float
    villages: tuple[Village, ...]

    @property
    def population(self) -> int:
        return sum(village.population for village in self.villages)


@dataclass(frozen=True)
class County:
    name: str
    code: str
    towns: tuple[Town, ...]
    spots: tuple[Spot, ...]
    by_kind: dict[str, tuple[Spot, ...]] = field(default_factory=dict)

    @property
    def villages(self) -> list[tuple[Town, Village]]:
        return [(town, village) for town in self.towns for village in town.villages]

    @property
    def population(self) -> int:
        return sum(town.population for town in self.towns)

    def town(self, name: str) -> Town:
        return next(town for town in self.towns if town.name == name)


@cache
def county() -> County:
    """The county as the data files describe it."""
    source, names = table("county"), table("texts/names")
    rng = Random(f"county {source['code']}")
    communities, hamlets = list(names["community_first"]), _village_names(names, rng)
    rng.shuffle(communities)
    towns: list[Town] = []
    for number, entry in enumerate(source["towns"], 1):
        urban = entry["kind"] == "street"
        pool = communities if urban else hamlets
        chosen = [pool.pop() + ("社区" if urban else "村") for _ in range(entry["villages"])]
        towns.append(_town(source, number, entry, chosen, rng))
    spots = _spots(source, names, towns, rng)
    kinds = {kind: tuple(spot for spot in spots if spot.kind == kind) for kind in {spot.kind for spot in spots}}
    return County(source["name"], source["code"], tuple(towns), tuple(spots), kinds)


def _village_names(names: dict, rng: Random) -> list[str]:
    whole = [a + b + c for a, b, c in product(names["village_first"], names["village_middle"], names["village_last"])]
    return rng.sample(whole, 140)


def _town(source: dict, number: int, entry: dict, names: list[str], rng: Random) -> Town:
    """Divide the town's people among its villages, unevenly, the whole county adding up to its population."""
    code = f"{source['code']}{number:03d}"
    people = round(source["population"] * entry["share"])
    weights = [rng.uniform(0.5, 1.6) for _ in names]
    heads = [round(people * weight / sum(weights)) for weight in weights]
    heads[0] += people - sum(heads)
    villages = tuple(
        Village(name, f"{code}{serial:03d}", count)
        for serial, (name, count) in enumerate(zip(names, heads, strict=True), 1)
    )
    return Town(entry["name"], code, entry["kind"] == "street", entry["share"], villages)


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
    for serial, name in enumerate(_pairs(names["road_first"], names["road_last"], ROADS, rng)):
        put(name, "road", towns[serial % len(towns)] if serial % 3 == 0 else rng.choice(urban))
    for serial, name in enumerate(_pairs(names["market_first"], names["market_last"], MARKETS, rng)):
        put(name, "market", towns[serial % len(towns)])
    for serial, name in enumerate(_pairs(names["school_first"], names["school_last"], SCHOOLS, rng)):
        put(name, "school", towns[serial % len(towns)])
    for name in names["park_names"]:
        put(name, "park", _home(name, towns) or rng.choice(urban))
    for name in names["hospitals"]:
        put(name, "hospital", _home(name, towns) or rng.choice(urban))
    for town in towns:
        if not town.urban:
            put(f"{town.name}卫生院", "hospital", town)
    return found


def _home(name: str, towns: list[Town]) -> Town | None:
    """The town that a place's name begins with, if any."""
    return next((town for town in towns if name.startswith(town.name[:2])), None)


def _pairs(first: list[str], last: list[str], count: int, rng: Random) -> list[str]:
    return rng.sample([a + b for a, b in product(first, last)], count)
