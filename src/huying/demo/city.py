"""What every life in the demo knows: the centre's people and units, working time, shares of behaviour."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from huying.base.calendars.selectors import current_calendar
from huying.base.org.models import Person, Unit, UnitKind
from huying.base.org.selectors import system_person
from huying.base.parties.models import Citizen
from huying.demo.agenda import Agenda, Life
from huying.demo.arrivals import Call
from huying.demo.county import Town
from huying.demo.fates import Fates
from huying.demo.founding.ground import Ground
from huying.demo.founding.people import Staff
from huying.demo.shares import Shares
from huying.demo.sources import LOCAL, matters, table
from huying.demo.speech import reply
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.terms import Terms

LAST_DAYS = timedelta(days=6)
LIVELY = 2.5  # in the last days rare things happen more often, so that every page has something to show


@dataclass
class Case:
    """One order and what only the storyteller knows of it: the unit that really answers for it."""

    call: Call
    truth: Unit
    order: WorkOrder
    rng: Random
    memo: dict[str, str] = field(default_factory=dict)

    def slots(self, unit: Unit | None = None) -> dict[str, str]:
        scene = self.call.scene
        named = unit or self.truth
        told = {"unit": named.short_name, "other": self.truth.short_name, "p": scene.place, "m": scene.phrase}
        return scene.slots | told

    def words(self, code: str, unit: Unit | None = None) -> str:
        """A line of ``replies.toml`` about this order."""
        return reply(self.rng, code, self.slots(unit))


class City:
    """The running demo. ``auditing`` tells how an order goes on once all its units have answered."""

    def __init__(
        self,
        agenda: Agenda,
        ground: Ground,
        staff: Staff,
        auditing: "Callable[[City, Case], Life]",
        size: str = "town",
    ) -> None:
        self.agenda, self.ground, self.staff, self.auditing = agenda, ground, staff, auditing
        self.system: Person = system_person()
        figures = table("figures")
        self.shares, self.ends = figures["behaviour"], figures["ends"]
        self.size: dict[str, Any] = figures["sizes"][size]
        self.days = (agenda.end - agenda.start) / timedelta(days=1)
        self.calendar, self.terms, self.drawn = current_calendar(), Terms(), Shares()
        self.citizens: dict[str, Citizen] = {}
        self.cases: dict[int, Case] = {}
        self.rng = Random("city")
        self.situated = 0  # citizens of the situations so far
        self.fates = Fates(self.size, agenda.start, agenda.end)
        solved = self.ends["difficult_solved"]
        self.difficult_ends = {"solved": solved, "planned": (1 - solved) / 2, "explained": (1 - solved) / 2}
        self._leads = sorted({matter.lead for matter in matters() if matter.lead != LOCAL})

    @property
    def now(self) -> datetime:
        return self.agenda.manual()

    @property
    def recent(self) -> bool:
        return self.now > self.agenda.end - LAST_DAYS

    def happens(self, case: Case, what: str, *, rare: bool = False) -> bool:
        """Whether it happens to this order; what is rare is more frequent in the last days."""
        share = self.shares[what] * (LIVELY if rare and self.recent else 1)
        return case.rng.random() < share

    def work(self, hours: float, case: Case | None = None) -> datetime:
        """The moment after so many working hours; what is urgent does not wait for the morning."""
        if case is not None and case.order.urgency != "general":
            return self.now + timedelta(hours=hours * (0.1 if case.order.urgency == "emergency" else 0.5))
        return current_calendar().add_time(self.now, timedelta(hours=hours))

    def start(self, life: Life, at: datetime | None = None) -> None:
        self.agenda.add(life, at)

    def minutes(self, rng: Random, low: float, high: float) -> datetime:
        return self.now + timedelta(minutes=rng.uniform(low, high))

    def another_unit(self, rng: Random, truth: Unit, shown: list[Unit]) -> Unit:
        """A unit that somebody in a hurry would take for the right one."""
        near = [unit for unit in shown if unit.pk != truth.pk]
        if near and rng.random() < 0.7:
            return rng.choice(near)
        return self.ground.units[rng.choice([s for s in self._leads if self.ground.units[s].pk != truth.pk])]

    def clerk(self, unit: Unit, rng: Random) -> Person:
        """Who works for the unit: its own people, for a community those of its street."""
        people = self.staff.clerks.get(unit.pk)
        return rng.choice(people) if people else self.staff.clerks[self._above(unit).pk][0]

    def handler(self, unit: Unit, rng: Random) -> Person:
        """Who goes out: the grid worker of a community where there is one."""
        return self.staff.grid.get(unit.pk) or self.clerk(unit, rng)

    def leader(self, unit: Unit) -> Person:
        return self.staff.leaders.get(unit.pk) or self.staff.leaders[self._above(unit).pk]

    def neighbour(self, truth: Unit, town: Town, rng: Random) -> Unit | None:
        """The street, town or sub-centre across the border, for the few orders that lie on it."""
        if truth.kind not in (UnitKind.STREET, UnitKind.SUB_CENTRE):
            return None
        if not self.drawn.happens("cross region", self.ends["cross_region"], rng):
            return None
        others = [one for one in self.ground.county.towns if one.area != town.area]
        return self.ground.unit(LOCAL, rng.choice(others).name)

    def _above(self, unit: Unit) -> Unit:
        above = (known for known in self.ground.units.values() if unit.path.startswith(known.path))
        return max(above, key=lambda known: len(known.path))


def is_in(subject: WorkOrder | Assignment, *states: str) -> bool:
    """Whether the order or assignment is, as the database has it now, in one of the states. Reads nothing else."""
    subject.state = type(subject)._default_manager.values_list("state", flat=True).get(pk=subject.pk)
    return subject.state in states
