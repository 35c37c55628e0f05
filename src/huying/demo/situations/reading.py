"""The situation files of ``data/situations`` as typed values. What a step may say stands in :mod:`playing`."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

from huying.base.calendars.clock import SHANGHAI
from huying.demo.seasons import spring_festival

_STEP = re.compile(r"^(?P<when>\d+ \d\d:\d\d|\+\d+[mhd]) (?P<action>\w+)(?: (?P<what>[^|]*))?(?:\|(?P<note>.*))?$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LEAST_AGE = timedelta(days=21)  # a situation tied to a day of the year is over when the demo is made


@dataclass(frozen=True)
class Step:
    """``when``: "2 09:30" (days after the beginning) or "+40m" after the step before."""

    when: str
    action: str
    what: str = ""
    note: str = ""


@dataclass(frozen=True)
class Filed:
    """One order, or with ``count`` a crowd of them, ``every`` minutes apart, each in another of the ``texts``."""

    at: str
    texts: tuple[str, ...]
    category: str
    place: str
    town: str
    steps: tuple[Step, ...]
    who: str = ""
    kind: str = "complaint"
    urgency: str = "general"
    channel: str = "phone"
    title: str = ""
    emotion: str = "calm"
    anonymous: bool = False
    confidential: bool = False
    repeat: bool = False
    count: int = 1
    every: float = 0.0


@dataclass(frozen=True)
class Heard:
    """One contact without an order, or a row of them."""

    at: str
    texts: tuple[str, ...]
    answers: tuple[str, ...]
    who: str = ""
    result: str = "answered"
    kind: str = "consult"
    channel: str = "phone"
    count: int = 1
    every: float = 0.0


@dataclass(frozen=True)
class Situation:
    """``look``: words to search for; ``later``: what a page still to come will make of it."""

    code: str
    name: str
    start: str
    story: str
    look: str
    later: str = ""
    orders: tuple[Filed, ...] = ()
    contacts: tuple[Heard, ...] = field(default=())

    def begins(self, today: date) -> date:
        """The Monday on or before the day on which it began, so that offices are open when they act."""
        if self.start.startswith("weeks "):
            day = today - timedelta(weeks=int(self.start[6:]))
        elif self.start.startswith("SF"):
            days = (
                spring_festival(year) + timedelta(days=int(self.start[2:])) for year in (today.year, today.year - 1)
            )
            day = next(each for each in days if each <= today - LEAST_AGE)
        else:
            month, number = map(int, self.start.split("-"))
            days = (date(year, month, number) for year in (today.year, today.year - 1))
            return next(each for each in days if each <= today - LEAST_AGE)
        return day - timedelta(days=day.weekday())


@cache
def situations() -> tuple[Situation, ...]:
    """All of them, in the order of the files' names."""
    folder = resources.files("huying.demo").joinpath("data", "situations")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    found = []
    for file in files:
        found += [_situation(entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["situation"]]
    return tuple(found)


def _situation(entry: dict[str, Any]) -> Situation:
    orders = tuple(_filed(each) for each in entry.pop("orders", []))
    contacts = tuple(Heard(**_lists(each, "texts", "answers")) for each in entry.pop("contacts", []))
    return Situation(**entry, orders=orders, contacts=contacts)


def _filed(entry: dict[str, Any]) -> Filed:
    steps = tuple(read_step(line) for line in entry.pop("steps"))
    return Filed(**_lists(entry, "texts"), steps=steps)


def _lists(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    """A single text may stand for a list of one."""
    return entry | {name: (value,) if isinstance(value := entry[name], str) else tuple(value) for name in names}


def read_step(line: str) -> Step:
    """A step as written in the file. Raises ``ValueError`` with the line where it can't be read."""
    found = _STEP.match(line)
    if found is None:
        raise ValueError(f"not a step: {line}")
    return Step(found["when"], found["action"], (found["what"] or "").strip(), (found["note"] or "").strip())


def moment(begin: date, when: str, before: datetime) -> datetime:
    """The moment of a step; relative ones count from ``before``."""
    if when.startswith("+"):
        return before + timedelta(**{_UNITS[when[-1]]: int(when[1:-1])})
    days, clock = when.split()
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(begin + timedelta(days=int(days)), time(hour, minute), SHANGHAI)
