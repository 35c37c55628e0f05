"""Who calls when, about what: the plan of all contacts of the period. Pure; the same for the same seed and days."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from huying.base.calendars.clock import SHANGHAI
from huying.demo.county import County, Town, Village
from huying.demo.sources import Matter, matters, table
from huying.demo.speech import Scene, make_scene, question, tell

CALLERS = 5200
PHONE = "1410"  # a range of machines' numbers: valid in form, and nobody's telephone
SUGGESTED = {"市政", "绿化", "停车", "交管", "公交", "环卫", "公路", "物业", "噪声", "占道"}


@dataclass(frozen=True)
class Caller:
    phone: str
    name: str
    home: tuple[Town, Village]


@dataclass(frozen=True)
class Call:
    """One contact: an order where ``scene`` is set, otherwise ended at once with ``result``."""

    number: int
    at: datetime
    channel: str
    caller: Caller
    kind: str
    scene: Scene
    text: str
    result: str
    again: bool
    rng: Random

    @property
    def is_order(self) -> bool:
        return self.result == "order"


class Plan:
    """All calls of the days from ``first`` up to the moment ``end``."""

    def __init__(self, seed: int, county: County, first: date, end: datetime) -> None:
        self.seed, self.county, self.first, self.end = seed, county, first, end
        self.figures = table("figures")
        self._callers = [_caller(seed, number, county) for number in range(CALLERS)]
        rng = Random(f"{seed} weights")
        self._often = list(accumulate(min(rng.paretovariate(1.15), 90) for _ in self._callers))
        self._at_once = _remaining(self.figures)
        self._told: list[tuple[Caller, Scene, str]] = []

    def __iter__(self) -> Iterator[Call]:
        for number, (at, rng) in enumerate(self._moments(), 1):
            yield self._call(number, at, rng)

    def _moments(self) -> Iterator[tuple[datetime, Random]]:
        day, hours = self.first, self.figures["day"]["weights"]
        while day <= self.end.astimezone(SHANGHAI).date():
            rng = Random(f"{self.seed} {(day - self.first).days}")
            mean = self.figures["contacts_per_day"] * self.figures["week"]["weights"][day.weekday()]
            count = max(1, round(rng.gauss(mean, mean**0.5)))
            seconds = sorted(h * 3600 + rng.randrange(3600) for h in rng.choices(range(24), hours, k=count))
            midnight = datetime.combine(day, time(), SHANGHAI)
            for second in seconds:
                moment = midnight + timedelta(seconds=second)
                if moment < self.end:
                    yield moment, Random(f"{self.seed} {moment:%j%H%M%S} {rng.random()}")
            day += timedelta(days=1)

    def _call(self, number: int, at: datetime, rng: Random) -> Call:
        figures = self.figures
        caller = self._callers[bisect(self._often, rng.random() * self._often[-1])]
        channel = _pick(rng, figures["channels"])
        if rng.random() >= figures["order_share"]:
            return self._answered(number, at, rng, caller, channel)
        again = bool(self._told) and rng.random() < figures["behaviour"]["repeat"]
        if again:
            caller, scene, kind = rng.choice(self._told[-400:])
        else:
            kind = _pick(rng, figures["order_types"])
            scene = make_scene(rng, self.county, self._matter(rng, kind, at.month), caller.home)
            self._told.append((caller, scene, kind))
        text = tell(rng, scene, again=again, kind=kind)
        return Call(number, at, channel, caller, kind, scene, text, "order", again, rng)

    def _answered(self, number: int, at: datetime, rng: Random, caller: Caller, channel: str) -> Call:
        result = _pick(rng, self.figures["results"])
        kind = _pick(rng, self._at_once)
        scene = make_scene(rng, self.county, self._matter(rng, kind, at.month), caller.home)
        text = question(rng, scene) if kind == "consult" else tell(rng, scene, kind=kind)
        if result in ("silent", "nuisance"):
            text = ""
        if result in ("silent", "transfer"):
            channel = "phone"
        return Call(number, at, channel, caller, kind, scene, text, result, False, rng)

    def _matter(self, rng: Random, kind: str, month: int) -> Matter:
        return rng.choices(matters(), cum_weights=_weights(kind, month))[0]


@cache
def _weights(kind: str, month: int) -> list[float]:
    """Running sums of how often each matter is put in that way in that month."""
    seasons = table("figures")["seasons"]
    each = (m.weight * _fit(m, kind) * seasons.get(m.family, {}).get(str(month), 1.0) for m in matters())
    return list(accumulate(each))


def _remaining(figures: dict) -> dict[str, float]:
    """What contacts without an order must be about so that all contacts together keep the shares of the figures."""
    orders = figures["order_share"]
    shares = {kind: share - orders * figures["order_types"][kind] for kind, share in figures["request_types"].items()}
    return {kind: max(share, 0.0) for kind, share in shares.items()}


def _fit(matter: Matter, kind: str) -> float:
    """How likely a matter is put in that way."""
    if kind == "suggest":
        return 1.0 if matter.family in SUGGESTED and matter.urgency == "general" else 0.0
    if kind == "consult":
        return 1.0 if matter.consulted else 0.0
    return 0.15 if matter.consulted else 1.0


def _caller(seed: int, number: int, county: County) -> Caller:
    rng = Random(f"{seed} caller {number}")
    names = table("texts/names")
    name = rng.choice(names["surnames"]) + "".join(rng.sample(names["given"], rng.choice((1, 2, 2))))
    towns = [town.share for town in county.towns]
    town = rng.choices(county.towns, towns)[0]
    return Caller(f"{PHONE}{number:04d}{rng.randrange(1000):03d}", name, (town, rng.choice(town.villages)))


def _pick(rng: Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]
