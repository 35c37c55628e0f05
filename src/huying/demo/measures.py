"""The figures the demo has to show, each computed anew from the made database and held against ``figures.toml``.

Every figure is worked out from the rows that pages and interface show, by nothing the making itself kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import fmean

from django.db.models import Count, QuerySet

from huying.base.calendars import clock
from huying.base.calendars.selectors import current_calendar
from huying.demo.marker import Demo
from huying.demo.seasons import spring_festival
from huying.demo.sources import table
from huying.handling.orders.models import Assignment, Objection, Step, WorkOrder
from huying.handling.visits.models import Visit
from huying.intake.contacts.models import Contact

WORKING_DAY = timedelta(hours=6.5)
FIELDS = [
    "pk", "state", "request_type", "urgency", "filed_at", "concluded_at", "promised_at", "due_at", "anonymous", "repeat",
    "difficult", "conclusion", "solved", "satisfied", "overdue", "reassign_count", "clock_stopped_at",
    "incident_division__code", "category__full_name", "category__code", "source", "lead_unit__short_name",
]  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One line of the table. ``wanted`` and ``found`` in the figure's own unit."""

    name: str
    source: str
    wanted: float
    found: float
    tolerance: float
    unit: str

    @property
    def met(self) -> bool:
        return abs(self.found - self.wanted) <= self.tolerance


@dataclass(frozen=True)
class Row:
    """An order as measured."""

    pk: int
    state: str
    request_type: str
    urgency: str
    filed_at: datetime
    concluded_at: datetime | None
    promised_at: datetime | None
    due_at: datetime | None
    anonymous: bool
    repeat: bool
    difficult: bool
    conclusion: str
    solved: str
    satisfied: str
    overdue: bool
    reassign_count: int
    clock_stopped_at: datetime | None
    division: str
    category: str
    code: str
    source: str
    lead: str


class Measures:
    """Reads the orders once; each method named after a figure of ``figures.toml`` answers with its value."""

    def __init__(self, demo: Demo) -> None:
        self.demo, self.end = demo, demo.made_at
        self.size = table("figures")["sizes"][demo.size]
        self.divided = 6 if demo.size == "city" else 9  # digits of an area's code
        self.calendar = current_calendar()

    def all(self) -> Iterator[Measured]:
        """Every figure that can be told from a demo of that length."""
        for entry in table("figures")["measured"]:
            if entry.get("days", 0) <= self.demo.days and self.demo.size in entry.get("sizes", [self.demo.size]):
                how: Callable[..., float] = getattr(self, entry["by"])
                found = how(*entry.get("of", []))
                unit = entry.get("unit", "%")
                yield Measured(entry["name"], entry["source"], entry["wanted"], found, entry["tolerance"], unit)

    @cached_property
    def orders(self) -> list[Row]:
        rows = WorkOrder.objects.exclude(source="demo").values_list(*FIELDS)
        return [_row(values) for values in rows.iterator(chunk_size=5000)]

    @cached_property
    def visited(self) -> list[Row]:
        """Orders whose citizen was reached: the denominator of satisfaction."""
        return [row for row in self.orders if row.satisfied]

    # contacts

    def request_type(self, kind: str) -> float:
        return self._contact_share("request_type", kind)

    def silent_or_nuisance(self) -> float:
        contacts = Counter(dict(_contacts().values_list("result").annotate(number=Count("pk"))))
        return 100 * (contacts["silent"] + contacts["nuisance"]) / contacts.total()

    def _contact_share(self, column: str, value: str) -> float:
        found = Counter(dict(_contacts().exclude(**{column: ""}).values_list(column).annotate(number=Count("pk"))))
        return 100 * found[value] / found.total()

    def heavy_callers(self) -> float:
        calls = _contacts().exclude(citizen=None).values_list("citizen").annotate(number=Count("pk"))
        counts = sorted((number for _, number in calls), reverse=True)
        return 100 * sum(counts[: len(counts) // 100]) / sum(counts)

    @cached_property
    def _moments(self) -> list[datetime]:
        return [
            clock.local(at) for at in Contact.objects.values_list("started_at", flat=True).iterator(chunk_size=5000)
        ]

    def weekend(self) -> float:
        """A day of the weekend against a working day, in percent."""
        days = Counter(at.date() for at in self._moments)
        usual = [number for day, number in days.items() if day.weekday() < 5]
        return 100 * fmean(number for day, number in days.items() if day.weekday() >= 5) / fmean(usual)

    def monday_first(self) -> float:
        days = Counter(at.weekday() for at in self._moments)
        return float(days.most_common(1)[0][0] == 0)

    def peak_hours(self) -> float:
        """The share of contacts between 9 and 11 and between 14:30 and 16:30."""
        minutes = [at.hour * 60 + at.minute for at in self._moments]
        return 100 * sum(540 <= each < 660 or 870 <= each < 990 for each in minutes) / len(minutes)

    # orders

    def concluded(self) -> float:
        due = [
            row for row in self.orders if row.promised_at and row.promised_at <= self.end and row.state not in _ENDED
        ]
        return 100 * sum(_concluded(row) for row in due) / len(due)

    def satisfaction(self, area: str = "") -> float:
        rows = [row for row in self.visited if not area or self._area(row) == area]
        return 100 * sum(row.satisfied in ("satisfied", "basic") for row in rows) / len(rows)

    def best_area(self, place: str) -> float:
        """The satisfaction of the first or second best area."""
        areas = {self._area(row) for row in self.visited}
        shares = sorted((self.satisfaction(area) for area in areas), reverse=True)
        return shares[int(place) - 1]

    def _area(self, row: Row) -> str:
        return row.division[: self.divided]

    def working_days(self) -> float:
        spans = [
            self.calendar.time_between(row.filed_at, row.concluded_at) / WORKING_DAY
            for row in self.orders
            if row.urgency == "general" and row.concluded_at and row.request_type != "consult"
        ]
        return fmean(spans)

    def urgent_hours(self) -> float:
        rows = [row for row in self.orders if row.urgency == "urgent" and row.concluded_at]
        return fmean((row.concluded_at - row.filed_at) / timedelta(hours=1) for row in rows if row.concluded_at)

    def difficult_solved(self) -> float:
        rows = [row for row in self.orders if row.difficult and row.conclusion]
        return 100 * sum(row.conclusion == "solved" for row in rows) / len(rows)

    def _urgent(self) -> list[Row]:
        return [row for row in self.orders if row.urgency != "general" and row.state not in _ENDED]

    def urgent_concluded(self) -> float:
        before = self.end - timedelta(hours=30)  # what runs over its time right now is not yet missing
        due = [row for row in self._urgent() if row.promised_at and row.promised_at <= before]
        running = [row for row in due if row.clock_stopped_at is None]
        return 100 * sum(_concluded(row) for row in running) / len(running)

    def urgent_late(self, of_life: str = "") -> float:
        """Late urgent orders in the area that has most of them."""
        families = table("figures")["life"]["families"]
        late: Counter[str] = Counter()
        for row in self._urgent():
            if row.overdue and row.concluded_at and (not of_life or _family(row) in families):
                late[self._area(row)] += 1
        return float(late.most_common(1)[0][1]) if late else 0.0

    def unsolved_of_dissatisfied(self) -> float:
        rows = [row for row in self.visited if row.satisfied == "dissatisfied"]
        return 100 * sum(row.solved == "unsolved" for row in rows) / len(rows)

    @cached_property
    def _cross(self) -> list[Row]:
        """Orders that units of more than one area have worked on."""
        areas = defaultdict(set)
        parts = Assignment.objects.filter(parent=None).exclude(unit__division_code="")
        for order, code in parts.values_list("order_id", "unit__division_code"):
            areas[order].add(code[: self.divided])
        return [row for row in self.orders if len(areas[row.pk]) > 1]

    def cross_late(self) -> float:
        rows = [row for row in self._cross if row.concluded_at]
        return 100 * sum(row.overdue for row in rows) / len(rows)

    def cross_late_days(self) -> float:
        spans = [
            self.calendar.time_between(row.promised_at, row.concluded_at) / WORKING_DAY
            for row in self._cross
            if row.overdue and row.concluded_at and row.promised_at
        ]
        return fmean(spans) if spans else 0.0

    def cross_twice(self) -> float:
        return 100 * sum(row.reassign_count > 0 for row in self._cross) / len(self._cross)

    def single_clerk(self) -> float:
        """Orders a month that the town with one clerk has to see to."""
        town = self.size["single_clerk"]
        parts = Assignment.objects.filter(unit__short_name=town).exclude(order__source="demo")
        return parts.values("order").distinct().count() / (self.demo.days / 365 * 12)

    def called_in(self) -> float:
        steps = Step.objects.filter(action="supervise", note__contains="约谈").exclude(order__source="demo")
        return float(steps.values("order__lead_unit").distinct().count())

    def last_for_three_months(self) -> float:
        """Units among the eight with the lowest satisfaction in each of the last three months (at least six answers)."""
        months: list[set[str]] = []
        for month in range(3):
            first, last = (self.end - timedelta(days=30 * (month + extra)) for extra in (1, 0))
            answers = defaultdict(list)
            for row in self.visited:
                if first < row.filed_at <= last and row.lead:
                    answers[row.lead].append(row.satisfied != "dissatisfied")
            shares = {unit: fmean(said) for unit, said in answers.items() if len(said) >= 6}
            months.append(set(sorted(shares, key=lambda unit: shares[unit])[:8]))
        return float(len(set.intersection(*months)))

    def repeats(self) -> float:
        return 100 * sum(row.repeat for row in self.orders) / len(self.orders)

    def anonymous(self) -> float:
        return 100 * sum(row.anonymous for row in self.orders) / len(self.orders)

    def objections(self) -> float:
        dispatched = sum(bool(row.lead) for row in self.orders)
        return 100 * Objection.objects.exclude(assignment__order__source="demo").count() / dispatched

    def unreached(self) -> float:
        tried = Visit.objects.filter(channel="phone").exclude(order__source="demo")
        tries = Counter(tried.values_list("reached", flat=True))
        return 100 * tries[False] / tries.total()

    # seasons: times as often a day as in the rest of the year

    def season(self, family: str, first: str, last: str) -> float:
        inside = [row for row in self.orders if _family(row) == family]
        days = [self.end.date() - timedelta(days=each) for each in range(self.demo.days)]
        span = [day for day in days if _between(day, first, last)]
        counts = Counter(clock.local(row.filed_at).date() for row in inside)
        within = sum(counts[day] for day in span) / max(1, len(span))
        without = sum(counts[day] for day in days if not _between(day, first, last)) / max(1, len(days) - len(span))
        return within / without if without else 0.0

    def summer_nights(self) -> float:
        """Of noise heard of in summer, the share from nine in the evening."""
        times = [clock.local(row.filed_at) for row in self.orders if _family(row) == "噪声"]
        summer = [at for at in times if 6 <= at.month <= 9]
        return 100 * sum(at.hour >= 21 for at in summer) / len(summer)


_ENDED = ("withdrawn", "declined", "merged", "transferred", "answered", "draft")
_EMPTY = {"concluded_at", "promised_at", "due_at", "clock_stopped_at"}


def _contacts() -> QuerySet[Contact]:
    """All but those that opened the orders of a situation, which are told for their own sake."""
    return Contact.objects.exclude(order__source="demo")


def _row(values: tuple) -> Row:
    """Words that are missing are empty, moments that are missing stay so."""
    pairs = zip(FIELDS, values, strict=True)
    return Row(*["" if value is None and name not in _EMPTY else value for name, value in pairs])  # type: ignore[arg-type]


def _concluded(row: Row) -> bool:
    """Answered and passed once; a redo under way takes nothing of that back."""
    return (
        row.concluded_at is not None or row.state in ("closed", "to_visit", "to_judge", "archived") or bool(row.solved)
    )


def _family(row: Row) -> str:
    return _families().get(row.code, "")


def _families() -> dict[str, str]:
    from huying.demo.sources import matters

    return {matter.code: matter.family for matter in matters()}


def _between(day: date, first: str, last: str) -> bool:
    if first.startswith("SF"):
        for year in (day.year, day.year + 1):
            start, stop = (spring_festival(year) + timedelta(days=int(mark[2:])) for mark in (first, last))
            if start <= day <= stop:
                return True
        return False
    month_day = f"{day:%m-%d}"
    return first <= month_day <= last if first <= last else month_day >= first or month_day <= last
