"""Writing divisions and named places: imported from tables, added by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.org.spelling import spell
from huying.base.places.models import Division, DivisionLevel, GazetteerVersion, Place
from huying.base.tables import Loaded, RowError
from huying.base.trees import plant

_LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
_LENGTHS = (9, 6, 4, 2)


@dataclass(frozen=True)
class DivisionRow:
    """One division to import. ``level`` and ``parent`` left empty follow from the length of the statistical code."""

    code: str
    name: str
    parent: str = ""
    level: str = ""
    population: int | None = None
    aliases: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class PlaceRow:
    """One named place to import; ``division`` is a code."""

    name: str
    kind: str
    division: str
    aliases: tuple[str, ...] = ()
    longitude: float | None = None
    latitude: float | None = None
    line: int = 0


def import_divisions(
    *, actor: Person, rows: Sequence[DivisionRow], progress: Callable[[int], None] | None = None
) -> Loaded:
    """Add new divisions and change known ones by their code; none is removed. Importing twice changes nothing.

    Order does not matter: a parent may stand below its children. One event and one audit row.
    """
    result = Loaded()
    with transaction.atomic():
        known = {division.code: division for division in Division.objects.select_for_update()}
        by_path = {division.path: code for code, division in known.items()}
        parents = {code: by_path.get(each.path[: -Division.steplen], "") for code, each in known.items()}
        wanted = _readable_divisions(rows, known, result)
        fresh = [row for row in wanted if row.code not in known]
        for row in wanted:
            if row.code in known:
                _change_division(row, known[row.code], parents, result)
        planted = {row.code: _new_division(row) for row in fresh}
        everything = {**known, **planted}
        parent_code = {row.code: row.parent for row in fresh}
        ordered = sorted(planted.values(), key=lambda division: _way(division.code, parent_code))
        plant(ordered, lambda division: everything.get(parent_code[division.code]), progress)
        result.added = len(planted)
        _rewrite_full_names()
        touched = next((everything[row.code] for row in wanted), None)
        _close(actor, "places.import_divisions", result, touched)
    return result


def _readable_divisions(rows: Sequence[DivisionRow], known: dict[str, Division], result: Loaded) -> list[DivisionRow]:
    codes = known.keys() | {row.code for row in rows}
    seen: set[str] = set()
    good = []
    for row in rows:
        complete = DivisionRow(
            row.code, row.name.strip(), row.parent or _parent_by_code(row.code, codes),
            row.level or _LEVELS.get(len(row.code), ""), row.population, row.aliases, row.line,
        )  # fmt: skip
        problem = _division_problem(complete, codes, seen)
        seen.add(row.code)
        if problem:
            result.errors.append(RowError(row.line, *problem))
        else:
            good.append(complete)
    return _without_orphans(good, known, result)


def _division_problem(row: DivisionRow, codes: set[str], seen: set[str]) -> tuple[str, str] | None:
    if not row.code.isascii() or not row.code.isdigit() or len(row.code) > 12:
        return "区划代码", "应为不超过 12 位的数字"
    if row.code in seen:
        return "区划代码", "在文件中重复"
    if not row.name or len(row.name) > 80:
        return "名称", "不能为空，且不超过 80 个字"
    if row.level not in DivisionLevel.values:
        return "层级", "无法判断，请填写"
    if row.parent and row.parent not in codes:
        return "上级代码", f"没有代码为 {row.parent} 的区划"
    if row.parent == row.code:
        return "上级代码", "不能是自己"
    return None


def _without_orphans(rows: list[DivisionRow], known: dict[str, Division], result: Loaded) -> list[DivisionRow]:
    """Rows whose way up ends at a root; those that hang on a refused row or in a circle are refused."""
    by_code = {row.code: row for row in rows}

    def rooted(code: str) -> bool:
        walked: set[str] = set()
        while code:
            if code in walked:
                return False
            walked.add(code)
            if code not in by_code:
                return code in known
            code = by_code[code].parent
        return True

    good = [row for row in rows if rooted(row.code)]
    bad = [row for row in rows if not rooted(row.code)]
    result.errors.extend(RowError(row.line, "上级代码", "上级未能导入，或互为上级") for row in bad)
    return good


def _parent_by_code(code: str, codes: set[str]) -> str:
    return next((code[:n] for n in _LENGTHS if n < len(code) and code[:n] in codes), "")


def _way(code: str, parent_code: dict[str, str]) -> tuple[int, str]:
    """Sort key: how many new divisions stand above, then the code; so parents come before their children."""
    above, depth = parent_code.get(code, ""), 0
    while above in parent_code:
        above, depth = parent_code[above], depth + 1
    return depth, code


def _new_division(row: DivisionRow) -> Division:
    return Division(code=row.code, **_division_fields(row))


def _division_fields(row: DivisionRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "level": row.level,
        "population": row.population,
        "aliases": list(row.aliases),
        "pinyin": spell(row.name)[:160],
    }


def _change_division(row: DivisionRow, division: Division, parents: dict[str, str], result: Loaded) -> None:
    if row.parent != parents[row.code] and row.parent:
        message = f"已在 {parents[row.code] or '最上级'} 之下；区划调整请先停用旧代码再导入新代码"
        result.errors.append(RowError(row.line, "上级代码", message))
        return
    fields = _division_fields(row)
    if row.population is None:
        fields["population"] = division.population
    if all(getattr(division, name) == value for name, value in fields.items()):
        result.unchanged += 1
        return
    for name, value in fields.items():
        setattr(division, name, value)
    division.save(update_fields=list(fields))
    result.changed += 1


def _rewrite_full_names() -> None:
    """``full_name`` is the way from the root, written together as addresses are."""
    names: dict[str, str] = {}
    changed = []
    for division in Division.objects.order_by("path").only("path", "name", "full_name"):
        full = names[division.path] = (names.get(division.path[: -Division.steplen], "") + division.name)[:200]
        if full != division.full_name:
            division.full_name = full
            changed.append(division)
    Division.objects.bulk_update(changed, ["full_name"], batch_size=200)


def import_places(*, actor: Person, rows: Sequence[PlaceRow], progress: Callable[[int], None] | None = None) -> Loaded:
    """Add named places and change known ones by name and division. One event and one audit row."""
    result = Loaded()
    with transaction.atomic():
        divisions = dict(Division.objects.values_list("code", "pk"))
        known = {(place.name, place.division_id): place for place in Place.objects.select_for_update()}
        fresh: dict[tuple[str, int], Place] = {}
        changed: list[Place] = []
        seen: list[tuple[str, int]] = []
        for row in rows:
            place = _read_place(row, divisions, result)
            if place is None:
                continue
            key = (place.name, place.division_id)
            seen.append(key)
            if key in known:
                _change_place(known[key], place, changed, result)
            else:
                fresh[key] = place
        batch = list(fresh.values())
        for start in range(0, len(batch), 500):
            Place.objects.bulk_create(batch[start : start + 500])
            if progress:
                progress(min(start + 500, len(batch)))
        Place.objects.bulk_update(changed, ["kind", "aliases", "longitude", "latitude"], batch_size=200)
        result.added, result.changed = len(fresh), len(changed)
        _close(actor, "places.import_named", result, next((known.get(key) or fresh[key] for key in seen), None))
    return result


def _read_place(row: PlaceRow, divisions: dict[str, int], result: Loaded) -> Place | None:
    name = row.name.strip()
    problem = None
    if not name or len(name) > 120:
        problem = ("名称", "不能为空，且不超过 120 个字")
    elif row.division not in divisions:
        problem = ("区划代码", f"没有代码为 {row.division} 的区划")
    elif (row.longitude is None) != (row.latitude is None) or not _on_earth(row.longitude, row.latitude):
        problem = ("经度、纬度", "须同时填写，且在正常范围内")
    if problem:
        result.errors.append(RowError(row.line, *problem))
        return None
    return Place(
        name=name,
        kind=row.kind,
        division_id=divisions[row.division],
        aliases=list(row.aliases),
        longitude=row.longitude,
        latitude=row.latitude,
    )


def _on_earth(longitude: float | None, latitude: float | None) -> bool:
    return longitude is None or latitude is None or (-180 <= longitude <= 180 and -90 <= latitude <= 90)


def _change_place(place: Place, wanted: Place, changed: list[Place], result: Loaded) -> None:
    names = ("kind", "aliases", "longitude", "latitude")
    if all(getattr(place, name) == getattr(wanted, name) for name in names):
        result.unchanged += 1
        return
    for name in names:
        setattr(place, name, getattr(wanted, name))
    changed.append(place)


def add_place(
    *, actor: Person, name: str, kind: str, division: Division, aliases: Sequence[str] = (),
    longitude: float | None = None, latitude: float | None = None,
) -> Place:  # fmt: skip
    """One named place by hand."""
    result = Loaded()
    row = PlaceRow(name, kind, division.code, tuple(aliases), longitude, latitude)
    with transaction.atomic():
        place = _read_place(row, {division.code: division.pk}, result)
        if place is None:
            error = result.errors[0]
            raise Invalid(
                f"{error.column}：{error.message}。", errors=[{"field": error.column, "message": error.message}]
            )
        if Place.objects.filter(name=place.name, division=division).exists():
            raise Conflict("这个区划里已有同名的点位。", code="place_exists")
        place.save()
        _bump()
        record(actor=actor, verb="places.add", subject=place, payload={"kind": kind, "division": division.code})
    return place


def _close(actor: Person, verb: str, result: Loaded, first: Division | Place | None) -> None:
    """One event for the whole table; its subject is the first row, so that readers see which kind of thing changed."""
    _bump()
    counts = {"added": result.added, "changed": result.changed, "refused": len(result.errors)}
    record(actor=actor, verb=verb, subject=first, payload=counts, changes=counts)


def _bump() -> None:
    """Every process sees that divisions or places changed."""
    row, _ = GazetteerVersion.objects.select_for_update().get_or_create(pk=1)
    row.number += 1
    row.save(update_fields=["number"])
