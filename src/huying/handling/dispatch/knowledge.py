"""What dispatching knows, kept in memory: units, categories, gazetteer, rules, precedents, the promoted model, the limit.

Everything here is read-only and shared by all threads. At most once in ``CHECK_EVERY_S`` one small query asks what has
changed: units, categories and places tell by the events of their actions, this room's own parts by ``RuleVersion``.
Only a part that changed is read again. So a change is seen by every process within a second, and reading an order costs
no query.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Max, Model, Q, Value, When
from django.db.models.signals import post_delete, post_save

from huying.base.calendars import clock
from huying.base.events.models import Event
from huying.base.org.models import Unit, UnitAlias, UnitChange
from huying.base.places.models import Division, GazetteerVersion, Place
from huying.base.places.selectors import read_index
from huying.base.taxonomy.models import Category, CategoryTree
from huying.handling.dispatch import recent
from huying.handling.dispatch.known import (
    Categories,
    Gazetteer,
    Knowledge,
    Limit,
    Reader,
    Rules,
    Units,
    in_force,
)
from huying.handling.dispatch.models import (
    Automation,
    Ban,
    CatalogueEntry,
    DirectedRule,
    ModelVersion,
    PlaceRule,
    Precedent,
    RuleVersion,
    Withdrawal,
)

if TYPE_CHECKING:  # the learning libraries are loaded with the first model, not with every command
    from huying.engines.classify.bundle import Bundle

log = logging.getLogger(__name__)

CHECK_EVERY_S = 0.8  # leaves room for the reading itself, so that a change is seen within a second


def _units() -> Units:
    units = {unit.pk: unit for unit in Unit.objects.all()}
    shorts: dict[str, list[int]] = {}
    for unit in units.values():
        if unit.short_name:
            shorts.setdefault(unit.short_name, []).append(unit.pk)
    names = {name: found[0] for name, found in shorts.items() if len(found) == 1}
    names |= dict(UnitAlias.objects.values_list("name", "unit_id"))
    names |= {unit.name: unit.pk for unit in units.values()}
    successors: dict[int, list[tuple[date, int]]] = {}
    changes = UnitChange.objects.filter(successor__isnull=False).values_list("unit_id", "effective", "successor_id")
    for pk, effective, heir in changes:
        successors.setdefault(pk, []).append((effective, heir))
    return Units(units, names, successors)


def _categories() -> Categories:
    day = clock.today()
    begun = Q(tree__effective_from__lte=day) & (Q(retired_on__isnull=True) | Q(retired_on__gt=day))
    over = Case(When(tree__effective_until__lt=day, then=0), default=1, output_field=IntegerField())
    rows = list(Category.objects.filter(begun).order_by(over, "tree__effective_from", "tree_id", "path"))
    return Categories(
        {row.pk: row for row in rows}, {row.full_name: row for row in rows}, {row.path: row for row in rows}
    )


def _gazetteer() -> Gazetteer:
    divisions = list(Division.objects.order_by("path"))
    by_pk = {row.pk: row for row in divisions}
    by_path = {row.path: row for row in divisions}
    rows = Place.objects.values_list("name", "division__code", "pk")
    places = {(name, code): pk for name, code, pk in rows}
    return Gazetteer(read_index(), by_pk, {row.code: row for row in divisions}, by_path, places)


def _rules() -> Rules:
    catalogue: dict[int, list[CatalogueEntry]] = {}
    for entry in CatalogueEntry.objects.order_by("pk"):
        catalogue.setdefault(entry.category_id, []).append(entry)
    places: dict[int, list[PlaceRule]] = {}
    for rule in PlaceRule.objects.order_by("pk"):
        places.setdefault(rule.place_id, []).append(rule)
    directed = list(DirectedRule.objects.order_by("-priority", "-pk"))
    return Rules(catalogue, list(Ban.objects.order_by("pk")), places, directed)


def _precedents() -> dict[int, list[Precedent]]:
    """By category, the latest first. Precedents without a category can't be looked up by one and are left out."""
    found: dict[int, list[Precedent]] = {}
    for row in (
        Precedent.objects.filter(category__isnull=False)
        .select_related("order")
        .defer("order__text")
        .order_by("-decided_on", "-pk")
    ):
        found.setdefault(row.category_id, []).append(row)
    return found


def models_folder() -> Path:
    return Path(settings.DATA) / "models"


def promoted() -> ModelVersion | None:
    return (
        ModelVersion.objects.filter(promoted_at__isnull=False, retired_at__isnull=True).order_by("-promoted_at").first()
    )


@lru_cache(maxsize=2)
def _bundle(folder: str, sha256: str) -> "Bundle":
    from huying.handling.dispatch import keeping

    return keeping.read(Path(folder), sha256)


def _model() -> Reader | None:
    """The promoted model; a broken one is told in the log and by ``huying check``, and dispatch goes on without."""
    row = promoted()
    if row is None:
        return None
    from huying.engines.classify.store import BrokenModel

    try:
        return Reader(row.name, _bundle(str(models_folder() / row.folder), row.sha256))
    except (BrokenModel, OSError) as error:
        log.error("promoted model unreadable", extra={"model": row.name, "error": str(error)})
        return None


def _automation() -> Limit:
    row = Automation.objects.order_by("-effective_from", "-pk").first()
    return Limit(row.enabled, row.limit) if row else Limit()


def _withdrawn() -> frozenset[int]:
    """Units from which automation is withdrawn; 0 stands for all."""
    open_rows = Withdrawal.objects.filter(returned_at__isnull=True)
    return frozenset(pk or 0 for pk in open_rows.values_list("unit_id", flat=True))


def _recent() -> recent.Recent:
    return recent.of(_database()).take_in()


def _database() -> str:
    return str(connection.settings_dict["NAME"])


@dataclass(frozen=True)
class _Part:
    load: Callable[[], Any]
    told_by: tuple[str, ...]
    tables: tuple[type[Model], ...]


_PARTS: dict[str, _Part] = {
    "units": _Part(_units, ("org.unit", "org.unitalias", "org.unitchange", "units"), (Unit, UnitAlias, UnitChange)),
    "categories": _Part(
        _categories, ("taxonomy.categorytree", "taxonomy.category", "categories", "day"), (CategoryTree, Category)
    ),
    "gazetteer": _Part(_gazetteer, ("gazetteer",), (Division, Place)),
    "rules": _Part(_rules, ("rules",), (CatalogueEntry, Ban, PlaceRule, DirectedRule)),
    "precedents": _Part(_precedents, ("precedents",), (Precedent,)),
    "model": _Part(_model, ("models",), (ModelVersion,)),
    "automation": _Part(_automation, ("automation",), (Automation,)),
    "withdrawn": _Part(_withdrawn, ("withdrawn",), (Withdrawal,)),
    "recent": _Part(_recent, (), ()),
}
_SUBJECTS = sorted(mark for part in _PARTS.values() for mark in part.told_by if "." in mark)
_Marks = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class _Kept:
    database: str
    checked: float
    marks: _Marks
    known: Knowledge


_kept: _Kept | None = None
_stale: set[str] = set()
_lock = threading.Lock()


def current() -> Knowledge:
    """What is known now. No query within ``CHECK_EVERY_S`` of the last question."""
    kept, database = _kept, _database()
    if (
        kept is not None
        and kept.database == database
        and not _stale
        and time.monotonic() - kept.checked < CHECK_EVERY_S
    ):
        return kept.known
    with _lock:
        return _refresh(database)


def forget(*parts: str) -> None:
    """Read these parts (all, if none is named) again at the next question."""
    if not parts:
        recent.forget()
    _stale.update(parts or _PARTS)


def bump(part: str) -> None:
    """Tell every process that a part of this room changed; inside the action's transaction."""
    if not RuleVersion.objects.filter(part=part).update(number=F("number") + 1):
        RuleVersion.objects.get_or_create(part=part, defaults={"number": 1})
    forget(*(name for name, known in _PARTS.items() if part in known.told_by))


def _refresh(database: str) -> Knowledge:
    global _kept
    kept = _kept if _kept is not None and _kept.database == database else None
    if kept is not None and not _stale and time.monotonic() - kept.checked < CHECK_EVERY_S:
        return kept.known
    asked, stale = time.monotonic(), set(_stale)
    _stale.difference_update(stale)
    marks = _marks(database)  # before the tables: what changes in between is noticed at the next question
    if marks.pop("decisions", (0, 0))[0]:
        stale.add("recent")
    if kept is None:
        known = _assemble({name: part.load() for name, part in _PARTS.items()})
    else:
        changed = {name for name, part in _PARTS.items() if name in stale or _differ(part, kept.marks, marks)}
        if "model" in changed:  # what was learned of the former model's errors says nothing of this one's
            recent.forget()
            changed.add("recent")
        known = kept.known
        if changed:
            known = _assemble(
                {name: part.load() if name in changed else getattr(known, name) for name, part in _PARTS.items()}
            )
    _kept = _Kept(database, asked, marks, known)
    return known


def _assemble(parts: dict[str, Any]) -> Knowledge:
    model, automation = parts["model"], parts["automation"]
    gate = model.bundle.gate_at(automation.limit) if model else None
    return Knowledge(**parts, gate=gate, all_withdrawn=0 in parts["withdrawn"])


def _differ(part: _Part, before: _Marks, now: _Marks) -> bool:
    return any(before.get(mark) != now.get(mark) for mark in part.told_by)


def _marks(database: str) -> _Marks:
    """One query: how many events each kind of thing has and which was the last, counters of places and rules, rows."""
    events = Event.objects.filter(subject_type__in=_SUBJECTS).values_list("subject_type")
    told = events.annotate(n=Count("id"), last=Max("id")).order_by()
    own = RuleVersion.objects.values_list("part", "number", "number")
    places = GazetteerVersion.objects.values_list(Value("gazetteer"), "number", "number")
    rows = (_row_count(mark, table) for mark, table in (("units", Unit), ("categories", Category)))
    decided = recent.unseen(database).annotate(mark=Value("decisions")).values_list("mark")
    fresh = decided.annotate(n=Count("id"), last=Max("id"))
    counted = {mark: (n, last) for mark, n, last in own.union(told, places, *rows, fresh, all=True)}
    return {**counted, "day": (clock.today().toordinal(), 0)}


def _row_count(mark: str, table: type[Model]) -> Any:
    """Rows that an import made without an event each."""
    every = table._default_manager.order_by().annotate(mark=Value(mark)).values_list("mark")
    return every.annotate(n=Count("id"), last=Max("id"))


def _changed_here(sender: type[Model], **_: Any) -> None:
    forget(*(name for name, part in _PARTS.items() if sender in part.tables))


def watch() -> None:
    """Let this process see its own changes at once (called when the app is ready)."""
    for part in _PARTS.values():
        for table in part.tables:
            for signal in (post_save, post_delete):
                signal.connect(_changed_here, sender=table, dispatch_uid=f"dispatch.{table.__name__}.{id(signal)}")


__all__ = [
    "Categories",
    "Gazetteer",
    "Knowledge",
    "Rules",
    "Units",
    "bump",
    "current",
    "forget",
    "in_force",
    "models_folder",
    "promoted",
    "watch",
]
