"""A whole tree at once: some thousand categories in one transaction, in any order of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.org.spelling import spell
from huying.base.tables import Loaded, RowError
from huying.base.taxonomy.models import Category, CategoryTree, DecidingPlace
from huying.base.trees import plant
from huying.base.versions import hold

MAX_DEPTH = 6
_WRITTEN = ("name", "pinyin", "deciding_place", "must_ask", "retired_on", "version")


@dataclass(frozen=True)
class CategoryRow:
    """One category to load; ``parent`` is a code, empty at the top."""

    code: str
    name: str
    parent: str = ""
    deciding_place: str = str(DecidingPlace.INCIDENT)
    must_ask: tuple[str, ...] = ()
    retired_on: date | None = None
    line: int = 0


def load_categories(
    *,
    actor: Person,
    tree: CategoryTree,
    rows: Sequence[CategoryRow],
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Add new categories to ``tree`` and change known ones by their code; none is removed. Loading twice changes
    nothing. A known category stays where it is: a move is a new code with a crosswalk. One event, one audit row.
    """
    result = Loaded()
    with transaction.atomic():
        locked = hold(tree)
        known = {row.code: row for row in Category.objects.filter(tree=locked).order_by("path")}
        good = _rooted(_readable(rows, known, result), known, result)
        parents = {row.code: row.parent for row in good}
        fresh = {row.code: _new(locked, row) for row in good if row.code not in known}
        by_code = {**known, **fresh}
        changed = _change([row for row in good if row.code in known], known, result)
        ordered = sorted(fresh, key=lambda code: _depth(code, parents, known))  # stable: as they stand in the sheet
        plant([fresh[code] for code in ordered], lambda node: by_code.get(parents[node.code]), progress)
        Category.objects.bulk_update(changed, _WRITTEN, batch_size=200)
        result.added, result.changed = len(fresh), len(changed)
        write_full_names(locked)
        counts = {"added": result.added, "changed": result.changed, "refused": len(result.errors)}
        record(actor=actor, verb="taxonomy.load", subject=locked, payload=counts, changes=counts)
    return result


def _readable(rows: Sequence[CategoryRow], known: dict[str, Category], result: Loaded) -> list[CategoryRow]:
    codes = known.keys() | {row.code for row in rows}
    by_path = {row.path: code for code, row in known.items()}
    seen: set[str] = set()
    good = []
    for row in rows:
        problem = _problem(row, codes, seen)
        if problem is None and row.code in known:
            above = by_path.get(known[row.code].path[: -Category.steplen], "")
            if above != row.parent:
                problem = ("上级代码", f"已在 {above or '最上级'} 之下，移动请用新代码并建立对照")
        seen.add(row.code)
        if problem:
            result.errors.append(RowError(row.line, *problem))
        else:
            good.append(row)
    return good


def _problem(row: CategoryRow, codes: set[str], seen: set[str]) -> tuple[str, str] | None:
    if not row.code or len(row.code) > 40:
        return "代码", "不能为空，且不超过 40 个字"
    if row.code in seen:
        return "代码", "在文件中重复"
    if not row.name.strip() or len(row.name) > 80 or "/" in row.name:
        return "名称", "不能为空，不超过 80 个字，不含“/”"
    if row.deciding_place not in DecidingPlace.values:
        return "以何地为准", "应为事发地、诉求人住址或被诉主体地址"
    if row.parent and row.parent not in codes:
        return "上级代码", f"没有代码为 {row.parent} 的分类"
    return None


def _rooted(rows: list[CategoryRow], known: dict[str, Category], result: Loaded) -> list[CategoryRow]:
    """Rows whose way up ends at the top within `MAX_DEPTH`; the others hang on a refused row or in a circle."""
    parents = {row.code: row.parent for row in rows}
    good = []
    for row in rows:
        code, steps = row.code, 0
        while code in parents and steps <= MAX_DEPTH:
            code, steps = parents[code], steps + 1
        deep = steps + (known[code].depth if code in known else 0)
        if (code and code not in known) or deep > MAX_DEPTH:
            message = f"上级未能导入、互为上级，或超过 {MAX_DEPTH} 级"
            result.errors.append(RowError(row.line, "上级代码", message))
        else:
            good.append(row)
    return good


def _depth(code: str, parents: dict[str, str], known: dict[str, Category]) -> int:
    """How many new categories stand above; so parents are planted before their children."""
    depth = 0
    while code in parents and code not in known:
        code, depth = parents[code], depth + 1
    return depth


def _new(tree: CategoryTree, row: CategoryRow) -> Category:
    return Category(tree=tree, code=row.code, **_fields(row))


def _fields(row: CategoryRow) -> dict[str, Any]:
    return {
        "name": row.name.strip(),
        "pinyin": spell(row.name.strip())[:160],
        "deciding_place": row.deciding_place,
        "must_ask": list(row.must_ask),
        "retired_on": row.retired_on,
    }


def _change(rows: list[CategoryRow], known: dict[str, Category], result: Loaded) -> list[Category]:
    changed = []
    for row in rows:
        category, fields = known[row.code], _fields(row)
        if all(getattr(category, name) == value for name, value in fields.items()):
            result.unchanged += 1
            continue
        for name, value in fields.items():
            setattr(category, name, value)
        category.version += 1
        changed.append(category)
    return changed


def write_full_names(tree: CategoryTree) -> None:
    """``full_name`` is the way from the root, with strokes between ("城乡建设/噪声/夜间施工")."""
    ways: dict[str, str] = {}
    changed = []
    for row in Category.objects.filter(tree=tree).order_by("path").only("path", "name", "full_name"):
        above = ways.get(row.path[: -Category.steplen])
        way = ways[row.path] = (f"{above}/{row.name}" if above else row.name)[:300]
        if way != row.full_name:
            row.full_name = way
            changed.append(row)
    Category.objects.bulk_update(changed, ["full_name"], batch_size=200)
