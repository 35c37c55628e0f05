"""The shapes of what dispatching knows; ``knowledge`` fills them. Read-only, shared by all threads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from treebeard.mp_tree import MP_Node

from huying.base.org.models import Unit
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.engines.text.places import PlaceIndex
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule, PlaceRule, Precedent
from huying.handling.dispatch.recent import Recent

if TYPE_CHECKING:  # the learning libraries are loaded with the first model, not with every command
    from huying.engines.classify.bundle import Bundle
    from huying.engines.classify.gate import GateChoice

DEFAULT_LIMIT = 0.02


@dataclass(frozen=True)
class Units:
    """Units by key and by every name they have or had; ``successors`` where work went over to another unit."""

    by_pk: dict[int, Unit]
    by_name: dict[str, int]
    successors: dict[int, list[tuple[date, int]]]

    def present(self, pk: int, day: date) -> Unit | None:
        """The unit that answers on ``day``: itself, or its one successor; None before it begins or after a split."""
        seen: set[int] = set()
        unit = self.by_pk.get(pk)
        while unit is not None and unit.active_until is not None and unit.active_until <= day:
            seen.add(unit.pk)
            heirs = {heir for effective, heir in self.successors.get(unit.pk, []) if effective <= day}
            unit = self.by_pk.get(heirs.pop()) if len(heirs) == 1 and not heirs & seen else None
            if unit is not None and unit.pk in seen:
                return None
        if unit is None or (unit.active_from is not None and unit.active_from > day):
            return None
        return unit

    def heirs(self, pk: int, day: date) -> list[Unit]:
        """All units that answer on ``day`` for what this one did, where it was split."""
        found = {heir for effective, heir in self.successors.get(pk, []) if effective <= day and heir != pk}
        units = [self.present(heir, day) for heir in sorted(found)]
        return [unit for unit in units if unit is not None]

    def named(self, name: str, day: date) -> Unit | None:
        pk = self.by_name.get(name)
        return self.present(pk, day) if pk is not None else None


@dataclass(frozen=True)
class Categories:
    """Categories in use by key and by full name; of equal names the one of the tree in force that began last."""

    by_pk: dict[int, Category]
    by_name: dict[str, Category]
    by_path: dict[str, Category]

    def chain(self, category: Category) -> list[Category]:
        """The category itself and those above it, lowest first."""
        return _chain(self.by_path, category)

    def covers(self, wide_pk: int | None, category: Category | None) -> bool:
        """Whether a rule for ``wide_pk`` (None: for all) holds for ``category``."""
        if wide_pk is None:
            return True
        wide = self.by_pk.get(wide_pk)
        return wide is not None and category is not None and category.path.startswith(wide.path)


@dataclass(frozen=True)
class Gazetteer:
    """Divisions and named places; ``places`` maps (name, code of its division) to the place's key."""

    index: PlaceIndex
    by_pk: dict[int, Division]
    by_code: dict[str, Division]
    by_path: dict[str, Division]
    places: dict[tuple[str, str], int]

    def chain(self, division: Division) -> list[Division]:
        return _chain(self.by_path, division)

    def covers(self, wide_pk: int | None, division: Division | None) -> bool:
        if wide_pk is None:
            return True
        wide = self.by_pk.get(wide_pk)
        return wide is not None and division is not None and division.path.startswith(wide.path)


@dataclass(frozen=True)
class Rules:
    """The rules that have not ended long ago, by what they are looked up with."""

    catalogue: dict[int, list[CatalogueEntry]]
    bans: list[Ban]
    places: dict[int, list[PlaceRule]]
    directed: list[DirectedRule]


@dataclass(frozen=True)
class Reader:
    """The promoted model and the gate at the limit that the manager of automation has set."""

    name: str
    bundle: "Bundle"


@dataclass(frozen=True)
class Limit:
    enabled: bool = True
    limit: float = DEFAULT_LIMIT


@dataclass(frozen=True)
class Knowledge:
    units: Units
    categories: Categories
    gazetteer: Gazetteer
    rules: Rules
    precedents: dict[int, list[Precedent]]
    model: Reader | None
    automation: Limit
    gate: "GateChoice | None"
    withdrawn: frozenset[int]
    all_withdrawn: bool
    recent: Recent


def answering(known: Knowledge, pk: int, day: date, division: Division | None) -> list[Unit]:
    """Who answers on ``day`` for what this unit was named for: itself, its successor, or the heirs of a split.

    Of several heirs the one whose area ``division`` lies in; where none or several fit, all: then a person chooses.
    """
    unit = known.units.present(pk, day)
    if unit is not None:
        return [unit]
    heirs = known.units.heirs(pk, day)
    codes = {one.code for one in known.gazetteer.chain(division)} if division else set()
    near = [heir for heir in heirs if heir.division_code and heir.division_code in codes]
    return near if len(near) == 1 else heirs


def _chain(by_path: dict[str, Any], node: MP_Node) -> list[Any]:
    steps = range(len(node.path), 0, -node.steplen)
    return [by_path[node.path[:end]] for end in steps if node.path[:end] in by_path]


def in_force(rules: Iterable[Any], day: date) -> list[Any]:
    """Those of ``rules`` that hold on ``day``; both the first and the last day count."""
    return [
        rule
        for rule in rules
        if rule.effective_from <= day and (rule.effective_until is None or day <= rule.effective_until)
    ]
