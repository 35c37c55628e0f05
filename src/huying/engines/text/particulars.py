"""What is still to be asked before an order can be handled: by kind of matter, only what the citizen has not said.

The table is particulars.toml. An agent has a minute, so at most `MOST` questions, the most useful first.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from huying.engines.text.addresses import best_address
from huying.engines.text.entities import find_entities
from huying.engines.text.identifiers import find_identifiers
from huying.engines.text.normalise import normalise

MOST = 3
LONGEST = 1500
PLACE = "事情发生在哪里（路名门牌或小区楼栋）？"
_SOME_DAY = date(2026, 1, 1)  # whether a time is said does not depend on the day of the call
_LASTS = re.compile(
    r"每天|每晚|每日|天天|长期|一直|经常|最近|近日|近期|至今|多年|多次|早晚|已经?[^，。]{0,6}[天周月年]|[一二两三四五六七八九十几0-9]+个?(?:多)?(?:小时|天|周|星期|月|年)"
)
SHORT = 40
_SEAT = re.compile(r"电话|号码|地址|上班时间|办公时间|营业时间")  # who asks only for these has said all
_PLATE_TOKEN = re.compile(r"‹车牌\d+›")
_WHERE = frozenset({"road_spot", "building"})  # asks that PLACE contains
# What no place of the matter is asked for: a question of policy, a purchase, a matter of papers.
_NOWHERE = frozenset({"社保户籍办事", "欠薪", "退费消费", "公交", "出租车网约车", "入学"})


@dataclass(frozen=True, slots=True)
class _Ask:
    question: str
    where: bool
    said: re.Pattern[str]
    read: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    about: re.Pattern[str]
    generic: bool
    asks: tuple[_Ask, ...]


def missing_particulars(text: str, *, place: str = "", needs_place: bool = True) -> list[str]:
    """Questions to put, in a clerk's words, most useful first. ``place``: as an agent wrote it down beside the text.

    ``needs_place`` False: the citizen only asks for information, or the kind of matter is decided by who calls. Empty
    where nothing is missing.
    """
    flat = normalise(text[:LONGEST])
    kind = _kind_of(flat)
    address = place or (found.text if (found := best_address(flat)) else "")
    asked: list[str] = []
    if not needs_place and len(flat) < SHORT and _SEAT.search(flat):
        return []
    elsewhere = kind is not None and kind.name in _NOWHERE
    if needs_place and not address and not elsewhere:
        asked.append(PLACE)
    if kind is not None and (needs_place or elsewhere):
        read = _read(flat, address)
        said = f"{flat} {place}"
        for ask in kind.asks:
            if not (ask.where and PLACE in asked) and not ask.read & read and not ask.said.search(said):
                asked.append(ask.question)
    return asked[:MOST]


def _kind_of(flat: str) -> _Kind | None:
    """The kind whose words come first, a generic one only where no other fits."""
    found = [
        (kind.generic, match.start(), at) for at, kind in enumerate(_table()) if (match := kind.about.search(flat))
    ]
    return _table()[min(found)[2]] if found else None


def _read(flat: str, address: str) -> frozenset[str]:
    """Which of @place, @time, @amount, @firm and @plate the text says."""
    kinds = {one.kind for one in find_entities(flat, _SOME_DAY)}
    found = {f"@{kind}" for kind in kinds & {"amount", "firm"}}
    if kinds & {"date", "time"} or _LASTS.search(flat):
        found.add("@time")
    if address:
        found.add("@place")
    if _PLATE_TOKEN.search(flat) or any(one.kind == "plate" for one in find_identifiers(flat)):
        found.add("@plate")
    return frozenset(found)


@cache
def _table() -> tuple[_Kind, ...]:
    read = tomllib.loads(files("huying.engines.text").joinpath("particulars.toml").read_text("utf-8"))
    asks = {name: _ask(row["ask"], name in _WHERE, row["said"]) for name, row in read["asks"].items()}
    return tuple(
        _Kind(
            row["name"], re.compile(row["about"]), row.get("generic", False), tuple(asks[name] for name in row["ask"])
        )
        for row in read["kinds"]
    )


def _ask(question: str, where: bool, said: str) -> _Ask:
    parts = said.split("|")
    marks = frozenset(part for part in parts if part.startswith("@"))
    words = "|".join(part for part in parts if not part.startswith("@"))
    return _Ask(question, where, re.compile(words or r"(?!)"), marks)
