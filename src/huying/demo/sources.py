"""The demo's data files as typed values. Everything a person might want to change about the county lies in ``data/``."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LOCAL = "属地"  # the street or town of the deciding place
CONSULTING = {"社保", "医保", "办证", "公积金", "入学", "不动产", "政务", "营商", "救助"}
_PLACES = {"i": "incident", "c": "caller", "r": "respondent"}
_ASKED = re.compile(r"怎么|吗|多少|能不能|什么|哪|几|有没有|要不要|需要|啥|如何|是不是|可以|能[用办报领转查续改上]|咋")
_LEAF = re.compile(
    r"^(?P<name>[^>+!*:]+?)(?: > (?P<lead>[^+!*:]+?))?(?: \+ (?P<assists>[^!*:]+?))?"
    r"(?: ! (?P<urgency>\w+))?(?: \* (?P<weight>\d+))? : (?P<phrases>.+)$"
)


@dataclass(frozen=True)
class Matter:
    """A leaf of the category tree: who answers for it, how it is said, how often it is heard."""

    code: str
    path: tuple[str, str, str]
    lead: str
    assists: tuple[str, ...]
    deciding: str
    must_ask: tuple[str, ...]
    place_kind: str
    family: str
    urgency: str
    weight: float
    phrases: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path[2]

    @property
    def questions(self) -> tuple[str, ...]:
        """The ways of putting it that ask for something to be explained."""
        return tuple(phrase for phrase in self.phrases if _ASKED.search(phrase))

    @property
    def consulted(self) -> bool:
        """Whether people mostly ask about it rather than complain."""
        return self.family in CONSULTING


def _text(name: str) -> str:
    return resources.files("huying.demo").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of ``data/`` by its name without ending; read once, not to be changed."""
    return tomllib.loads(_text(f"{name}.toml"))


@cache
def families() -> dict[str, dict[str, list[str]]]:
    """Matter family → its patterns and details."""
    return {
        name: lists for part in ("home", "city", "people", "land") for name, lists in table(f"texts/{part}").items()
    }


@cache
def matters() -> tuple[Matter, ...]:
    """All leaves in the order of the file. Codes: two digits a level."""
    found: list[Matter] = []
    first, group = "", _Group()
    counts = [0, 0, 0]
    for number, line in enumerate(_text("matters.txt").splitlines(), 1):
        if line.startswith("= "):
            first, counts = line[2:].strip(), [counts[0] + 1, 0, 0]
        elif line.startswith("== "):
            group, counts = _group(line[3:]), [counts[0], counts[1] + 1, 0]
        elif line.strip() and not line.startswith("#"):
            counts[2] += 1
            code = "".join(f"{count:02d}" for count in counts)
            found.append(_leaf(line, number, code, first, group))
    return tuple(found)


@dataclass(frozen=True)
class _Group:
    name: str = ""
    lead: str = ""
    assists: tuple[str, ...] = ()
    deciding: str = "incident"
    must_ask: tuple[str, ...] = ()
    place_kind: str = ""
    family: str = ""
    weight: float = 1.0


def _group(line: str) -> _Group:
    name, lead, assists, deciding, ask, kind, family, weight = (part.strip() for part in line.split("|"))
    return _Group(name, lead, _list(assists), _PLACES[deciding], _list(ask), kind, family, float(weight))


def _list(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(";") if word.strip() not in ("", "-"))


def _leaf(line: str, number: int, code: str, first: str, group: _Group) -> Matter:
    found = _LEAF.match(line)
    if found is None:
        raise ValueError(f"matters.txt, line {number}: not a leaf: {line}")
    lead = (found["lead"] or group.lead).strip()
    assists = _list(found["assists"]) if found["assists"] else () if found["lead"] else group.assists
    return Matter(
        code=code,
        path=(first, group.name, found["name"].strip()),
        lead=lead,
        assists=tuple(unit for unit in assists if unit != lead),
        deciding=group.deciding,
        must_ask=group.must_ask,
        place_kind=group.place_kind,
        family=group.family,
        urgency=found["urgency"] or "general",
        weight=group.weight * float(found["weight"] or 1),
        phrases=tuple(phrase.strip() for phrase in found["phrases"].split(" / ")),
    )
