"""What the figures say must happen to somebody: who is late, who is content, which units are called in. Pure."""

from datetime import datetime, timedelta

from huying.base.org.models import Unit
from huying.demo.sources import table

YEAR = timedelta(days=365)
QUARTER = timedelta(days=92)


class Fates:
    """Hands the figures' counts out over the year, so that a shorter demo has its part of them."""

    def __init__(self, size: dict, start: datetime, end: datetime) -> None:
        self.size, self.start, self.end = size, start, end
        self.ends, self.shares = table("figures")["ends"], table("figures")["behaviour"]
        self.life = set(table("figures")["life"]["families"])
        self._late = {True: 0, False: 0}
        self._called: set[str] = set()

    def urgent_late(self, area: str, family: str, at: datetime) -> bool:
        """Urgent orders are late in one area only, so many a year, some of them about life or property."""
        if area != self.size["urgent_late_area"]:
            return False
        alive = family in self.life
        of_life = self.ends["urgent_late_of_life"]
        whole = of_life if alive else self.ends["urgent_late"] - of_life
        if self._late[alive] >= whole * min(1.0, (at - self.start) / (YEAR * 0.93)):
            return False
        self._late[alive] += 1
        return True

    def discontent(self, area: str, unit: Unit | None, at: datetime) -> tuple[str, float]:
        """Under which heading an order's satisfaction is counted, and the share of those not content there."""
        best = self.size["best"].get(area)
        name = unit.short_name if unit is not None else ""
        kind = "weak" if name in self.size["weak"] else "others"
        recent = at > self.end - QUARTER - timedelta(days=8)
        if best is not None:  # the same share of the area as ever, but lately of other units
            times = self.shares[f"{kind}_in_best_area"] if recent else 1.0
            return f"area {area} {kind if recent else ''}", (1 - best) * times
        if recent:
            month = int((self.end - at) / timedelta(days=30))
            return f"unit {name} {month}", self.shares[f"{kind}_dissatisfied"]
        return f"area {area}", self.shares["usual_dissatisfied"]

    def called_in(self, unit: Unit | None, at: datetime) -> str:
        """What is put on record of a unit's calling in, once a year for each of those called in; empty for others."""
        name = unit.short_name if unit is not None else ""
        if name in self._called or at < self.end - QUARTER / 2 or at > self.end:
            return ""
        if name in self.size["weak"]:
            self._called.add(name)
            return f"满意率连续三个月排名靠后，约谈{name}主要负责人，限期整改。"
        if name in self.size["called_in"]:
            self._called.add(name)
            return f"超期和重办件较多，约谈{name}主要负责人。"
        return ""
