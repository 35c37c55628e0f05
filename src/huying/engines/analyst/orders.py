"""One row of an analyst's table, as far as its file knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huying.engines.classify.bundle import TrainingOrder


@dataclass(frozen=True, slots=True)
class FileOrder:
    """`number` as the file has it; `unit`, `category` and `day` are empty where the file does not say.

    `recorded` is the unit exactly as written, before spellings were brought together; label care never changes it.
    """

    number: str
    text: str
    day: date | None = None
    unit: str = ""
    category: tuple[str, ...] = ()
    line: int = 0
    recorded: str = ""


LEAST_ORDERS = 100


class TooLittle(ValueError):
    """What was given can't teach a model; the message says why, for the person who keeps the file."""


def teaching(orders: Sequence[FileOrder]) -> list[TrainingOrder]:
    """The orders that can teach, oldest first and otherwise as in the file: with words, unit and day.

    A unit that answered only once is learned too: of the candidates a person sees, it may be the right one.
    Raises :class:`TooLittle` under 100 orders or two units.
    """
    full = (one for one in orders if one.text.strip() and one.unit and one.day is not None)
    usable = sorted(full, key=lambda one: one.day or date.min)
    units = {one.unit for one in usable}
    if len(usable) < LEAST_ORDERS or len(units) < 2:
        raise TooLittle(
            f"可供学习的工单 {len(usable):,} 件，涉及单位 {len(units)} 个；至少要有 {LEAST_ORDERS} 件、两个单位，"
            "且每件都有内容、承办单位和受理日期。"
        )
    return [
        TrainingOrder(one.text, one.unit, one.category, one.day or date.min, unit_raw=one.recorded) for one in usable
    ]
