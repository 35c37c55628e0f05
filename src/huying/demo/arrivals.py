"""Who calls when, about what: the plan of all contacts of the period. Pure; the same for the same seed and days."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from huying.base.calendars.clock import SHANGHAI
from huying.demo import seasons
from huying.demo.county import County, Town, Village
from huying.demo.sources import LOCAL, Matter, matters, table
from huying.demo.speech import Scene, make_scene, question, tell

PHONE = "141"  # a range of machines' numbers: valid in form, and nobody's telephone
SUGGESTED = {"市政", "绿化", "停车", "交管", "公交", "环卫", "公路", "物业", "噪声", "占道"}
HEARD_AGAIN = (9, 60)  # days after which the same matter comes up once more
HALF_HOUR = 1800
YEAR = 365


@dataclass(frozen=True, slots=True)
class Caller:
    phone: str
    name: str
    home: tuple[Town, Village]


@dataclass(frozen=True, slots=True)
class Call:
    """One contact: an order where ``scene`` is set, otherwise ended at once with ``result``.

    ``again``: the same citizen about the same matter as weeks ago. ``joins``: the number of somebody else's call of the
    same day about the same matter; 0 for nobody's.
    """

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
    joins: int = 0

    @property
    def is_order(self) -> bool:
        return self.result == "order"


@dataclass(slots=True)
class _Told:
    number: int
    caller: Caller
    scene: Scene
    kind: str


class Plan:
    """All calls of the days from ``first`` up to the moment ``end``, in the sequence in which they come."""

    def __init__(self, seed: int, county: County, first: date, end: datetime, size: str = "town") -> None:
        self.seed, self.county, self.first, self.end = seed, county, first, end
        self.figures = table("figures")
        self.size = self.figures["sizes"][size]
        self._callers = _Callers(seed, county, self.size["callers"])
        self._results, self._at_once = _results(self.figures), _remaining(self.figures)
        self._told: dict[date, list[_Told]] = {}
        self._number = 0
        halves = self.figures["day"]["weights"]
        self._halves = list(accumulate(halves))
        self._pull = _pull(county, self.size, self.figures)

    def __iter__(self) -> Iterator[Call]:
        day = self.first
        while day <= self.end.astimezone(SHANGHAI).date():
            self._told[day] = []
            self._told.pop(day - timedelta(days=HEARD_AGAIN[1] + 1), None)
            calls = [call for call in self._day(day) if call.at < self.end]
            yield from sorted(calls, key=lambda call: call.at)
            day += timedelta(days=1)

    def _day(self, day: date) -> Iterator[Call]:
        rng = Random(f"{self.seed} {(day - self.first).days} {day.weekday()}")
        week = self.figures["week"]
        mean = self.size["contacts"] / YEAR * week["weights"][day.weekday()] / sum(week["weights"]) * 7
        mean *= week["holiday"] if seasons.is_holiday(day) else 1.03
        for _ in range(max(1, round(rng.gauss(mean, mean**0.5)))):
            self._number += 1
            yield self._call(day, Random(rng.random()))

    def _call(self, day: date, rng: Random) -> Call:
        caller = self._callers.pick(rng)
        channel = _pick(rng, self.figures["channels"])
        result = _pick(rng, self._results)
        told, joins = None, 0
        if result == "order":
            told, joins = self._known(day, rng, caller)
        if told is None:
            kind = _pick(rng, self.figures["order_types"] if result == "order" else self._at_once)
            home = caller.home
            matter = _matter(rng, kind, day)
            if result == "order" and rng.random() < self._pull:  # the town whose single clerk has so much to do
                home = (self.county.town(self.size["single_clerk"]), home[1])
                home = (home[0], rng.choice(home[0].villages))
                kind, matter = "help" if kind == "suggest" else kind, _local_matter(rng)
            scene = make_scene(rng, self.county, matter, home, asked=kind == "consult")
        else:
            kind, scene = told.kind, told.scene
            caller = caller if joins else told.caller
        again = told is not None and not joins
        if result == "order" and not again:
            self._told[day].append(_Told(self._number, caller, scene, kind))
        text = self._words(rng, result, kind, scene, again)
        at = self._moment(rng, day, scene)
        if result in ("silent", "transfer"):
            channel = "phone"
        return Call(self._number, at, channel, caller, kind, scene, text, result, again, rng, joins)

    def _known(self, day: date, rng: Random, caller: Caller) -> tuple[_Told | None, int]:
        """What was told before: by the same citizen weeks ago, or by somebody else earlier that day or the day before."""
        chance, shares = rng.random(), self.figures["behaviour"]
        if chance < shares["repeat"] * 1.1:  # some find that nothing was told on the day they fall back to
            then = self._told.get(day - timedelta(days=rng.randint(*HEARD_AGAIN)))
            return (rng.choice(then), 0) if then else (None, 0)
        if chance < shares["repeat"] * 1.1 + shares["joined"]:
            near = [*self._told.get(day - timedelta(days=1), [])[-60:]]
            found = rng.choice(near) if near else None
            if found is not None and found.caller is not caller and not found.scene.matter.consulted:
                return found, found.number
        return None, 0

    def _words(self, rng: Random, result: str, kind: str, scene: Scene, again: bool) -> str:
        if result in ("silent", "nuisance"):
            return ""
        if result != "order" and kind == "consult":
            return question(rng, scene)
        return tell(rng, scene, again=again, kind=kind)

    def _moment(self, rng: Random, day: date, scene: Scene) -> datetime:
        hours = self.figures["day"]
        first, last = hours["summer"]
        if scene.matter.family == "噪声" and first <= day.month <= last and rng.random() < hours["night_share"]:
            start, stop = hours["night"]
            second = rng.randrange(int(start * 3600), int(stop * 3600))
        else:
            half = bisect(self._halves, rng.random() * self._halves[-1])
            second = min(half, 47) * HALF_HOUR + rng.randrange(HALF_HOUR)
        return datetime.combine(day, time(), SHANGHAI) + timedelta(seconds=second)


class _Callers:
    """The people who call, some much more often than others; each made when first heard."""

    def __init__(self, seed: int, county: County, count: int) -> None:
        self.seed, self.county = seed, county
        rng, law = Random(f"{seed} weights"), table("figures")["callers"]
        self._often = list(accumulate(min(rng.paretovariate(law["shape"]), law["most"]) for _ in range(count)))
        self._towns = list(accumulate(town.share for town in county.towns))
        self._made: dict[int, Caller] = {}

    def pick(self, rng: Random) -> Caller:
        number = bisect(self._often, rng.random() * self._often[-1])
        if number not in self._made:
            self._made[number] = self._caller(number)
        return self._made[number]

    def _caller(self, number: int) -> Caller:
        rng = Random(f"{self.seed} caller {number}")
        town = rng.choices(self.county.towns, cum_weights=self._towns)[0]
        return Caller(
            f"{PHONE}{number:06d}{rng.randrange(100):02d}", person_name(rng), (town, rng.choice(town.villages))
        )


def person_name(rng: Random) -> str:
    """Two or three characters out of the lists."""
    names = table("texts/names")
    return rng.choice(names["surnames"]) + "".join(rng.sample(names["given"], rng.choice((1, 2, 2))))


@cache
def _weights(kind: str, signature: tuple[float, ...], day: date) -> list[float]:
    """Running sums of how often each matter is put in that way on days of that season."""
    each = (m.weight * _fit(m, kind) * seasons.factor(m.family, day) for m in matters())
    return list(accumulate(each))


_season_days: dict[tuple[float, ...], date] = {}


def _matter(rng: Random, kind: str, day: date) -> Matter:
    signature = seasons.signature(day)
    alike = _season_days.setdefault(signature, day)  # one table for all days of a season
    return rng.choices(matters(), cum_weights=_weights(kind, signature, alike))[0]


@cache
def _local() -> tuple[tuple[Matter, ...], list[float]]:
    """Matters that the street or town itself answers for."""
    found = tuple(m for m in matters() if m.lead == LOCAL and m.urgency == "general")
    return found, list(accumulate(m.weight for m in found))


def _local_matter(rng: Random) -> Matter:
    found, sums = _local()
    return rng.choices(found, cum_weights=sums)[0]


def _pull(county: County, size: dict, figures: dict) -> float:
    """The share of orders to be moved to the town with a single clerk, so that it has its number of orders a month."""
    wanted = figures["ends"]["single_clerk_orders"] * 12 / (size["contacts"] * figures["contacts"]["orders"])
    town = county.town(size["single_clerk"])
    local = sum(m.weight for m in _local()[0]) / sum(m.weight for m in matters())
    return max(0.0, wanted - town.share * local) / (1 - figures["behaviour"]["repeat"])


def _results(figures: dict) -> dict[str, float]:
    named = {("order" if name == "orders" else name): share for name, share in figures["contacts"].items()}
    return {**named, "answered": 1 - sum(named.values())}


def _remaining(figures: dict) -> dict[str, float]:
    """What contacts without an order must be about so that all contacts together keep the shares of the figures."""
    known = figures["contacts"]
    asked = 1 - known["silent"] - known["nuisance"]
    orders = known["orders"] / asked
    shares = {kind: share - orders * figures["order_types"][kind] for kind, share in figures["request_types"].items()}
    return {kind: max(share, 0.0) for kind, share in shares.items()}


def _fit(matter: Matter, kind: str) -> float:
    """How likely a matter is put in that way."""
    if kind == "suggest":
        return 1.0 if matter.family in SUGGESTED and matter.urgency == "general" else 0.0
    if kind == "consult":
        return 1.0 if matter.consulted and matter.questions else 0.0
    return 0.15 if matter.consulted else 1.0


def _pick(rng: Random, shares: dict[str, float]) -> str:
    chance = rng.random() * sum(shares.values())
    for name, share in shares.items():
        chance -= share
        if chance < 0:
            return name
    return name
