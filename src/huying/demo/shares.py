"""Shares that come out as stated: what falls short of its share so far is likelier next time. Pure, by seed."""

from collections import defaultdict
from collections.abc import Mapping
from random import Random


class Shares:
    """Keeps, for each key, how often what was drawn. No count is ever further than about one from its share."""

    def __init__(self) -> None:
        self._drawn: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def happens(self, key: str, share: float, rng: Random) -> bool:
        """Whether it happens now, which it does with that share."""
        short = self._drawn[key]
        short["owed"] += share
        if rng.random() < short["owed"]:
            short["owed"] -= 1.0
            return True
        return False

    def draw(self, key: str, shares: Mapping[str, float], rng: Random) -> str:
        """One of the names; after many draws each has its share."""
        owed, whole = self._drawn[key], sum(shares.values())
        for name, share in shares.items():
            owed[name] += share / whole
        waiting = {name: max(0.0, owed[name]) for name in shares}
        chance = rng.random() * sum(waiting.values())
        for name in waiting:  # the last one where rounding leaves a rest
            chance -= waiting[name]
            if chance < 0:
                break
        owed[name] -= 1.0
        return name
