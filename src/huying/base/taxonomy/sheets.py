"""Categories, crosswalks and responsibilities as tables: what is exported can be edited and read again."""

from collections.abc import Callable
from typing import IO, Any

from huying.base.events.recorder import record_access
from huying.base.org.models import Person, Unit
from huying.base.tables import Column, Loaded, RowError, read_table, write_table
from huying.base.taxonomy import actions, selectors
from huying.base.taxonomy.actions import CategoryRow
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk, DecidingPlace, Responsibility

CATEGORY_COLUMNS = (
    Column("code", "代码", required=True, max_length=40),
    Column("name", "名称", required=True, max_length=80, width=24),
    Column("parent", "上级代码", max_length=40),
    Column("full_name", "全称（仅供查看）", max_length=300, width=40),
    Column("deciding_place", "以何地为准", choices=dict(DecidingPlace.choices)),
    Column("must_ask", "必问要素", kind="list", width=30),
    Column("retired_on", "停用日期", kind="date"),
)
CROSSWALK_COLUMNS = (
    Column("source", "原代码", required=True, max_length=40),
    Column("source_name", "原分类（仅供查看）", max_length=300, width=40),
    Column("target", "新代码", required=True, max_length=40),
    Column("target_name", "新分类（仅供查看）", max_length=300, width=40),
    Column("share", "比例", kind="number"),
    Column("note", "说明", max_length=200, width=30),
)
RESPONSIBILITY_COLUMNS = (
    Column("unit", "单位", required=True, max_length=120, width=30),
    Column("category", "事项分类代码", max_length=40),
    Column("matter", "职责事项", required=True, max_length=200, width=40),
    Column("basis", "依据", max_length=300, width=40),
    Column("effective_from", "生效日期", kind="date", required=True),
    Column("effective_until", "失效日期", kind="date"),
)
Progress = Callable[[int], None]


def export_categories(*, actor: Person, tree: CategoryTree, progress: Progress | None = None) -> bytes:
    rows = list(Category.objects.filter(tree=tree).order_by("path"))
    codes = {row.path: row.code for row in rows}
    table = (
        {
            **{column.key: getattr(row, column.key, None) for column in CATEGORY_COLUMNS},
            "parent": codes.get(row.path[: -Category.steplen], ""),
        }
        for row in rows
    )
    _exported(actor, "taxonomy.export_categories", tree, len(rows))
    return write_table(f"{tree.name} {tree.edition}", CATEGORY_COLUMNS, table, progress=progress)


def import_categories(
    *, actor: Person, tree: CategoryTree, source: IO[bytes] | bytes, progress: Progress | None = None
) -> Loaded:
    """Read a sheet into ``tree``; every refused line is reported, all others are in."""
    read = read_table(source, CATEGORY_COLUMNS, progress=progress)
    rows = [
        CategoryRow(
            code=row.values["code"],
            name=row.values["name"],
            parent=row.values["parent"],
            deciding_place=row.values["deciding_place"] or str(DecidingPlace.INCIDENT),
            must_ask=tuple(row.values["must_ask"]),
            retired_on=row.values["retired_on"],
            line=row.line,
        )
        for row in read.rows
    ]
    return actions.load_categories(actor=actor, tree=tree, rows=rows, progress=progress).with_unread(read.errors)


def export_crosswalk(*, actor: Person, source: CategoryTree, target: CategoryTree) -> bytes:
    """How every category of one tree reads in another."""
    rows = list(
        Crosswalk.objects.filter(source__tree=source, target__tree=target)
        .select_related("source", "target")
        .order_by("source__path", "-share")
    )
    table = (
        {
            "source": row.source.code,
            "source_name": row.source.full_name,
            "target": row.target.code,
            "target_name": row.target.full_name,
            "share": row.share,
            "note": row.note,
        }
        for row in rows
    )
    _exported(actor, "taxonomy.export_crosswalk", source, len(rows))
    return write_table("分类对照", CROSSWALK_COLUMNS, table)


def import_crosswalk(*, actor: Person, source: CategoryTree, target: CategoryTree, sheet: IO[bytes] | bytes) -> Loaded:
    """Read a crosswalk: the lines of one source belong together, and are refused together where they don't add up."""
    read = read_table(sheet, CROSSWALK_COLUMNS)
    result = Loaded()
    sources = {row.code: row for row in Category.objects.filter(tree=source)}
    targets = {row.code: row for row in Category.objects.filter(tree=target)}
    groups: dict[str, list] = {}
    for row in read.rows:
        groups.setdefault(row.values["source"], []).append(row)
    whole: list[tuple[int, tuple]] = []
    for code, lines in groups.items():
        problem = _crosswalk_problem(code, lines, sources, targets)
        if problem:
            result.errors.append(RowError(lines[0].line, *problem))
        else:
            pairs = [(targets[line.values["target"]], _share(line.values)) for line in lines]
            whole.append((lines[0].line, (sources[code], pairs, lines[0].values["note"])))
    result.changed = actions.load_crosswalks(
        actor=actor,
        lines=[line for _, line in whole],
        refused=lambda index, problem: result.errors.append(RowError(whole[index][0], "比例", problem.detail)),
    )
    return result.with_unread(read.errors)


def _share(values: dict[str, Any]) -> float:
    return 1.0 if values["share"] is None else float(values["share"])


def _crosswalk_problem(
    code: str, lines: list, sources: dict[str, Category], targets: dict[str, Category]
) -> tuple[str, str] | None:
    if code not in sources:
        return "原代码", f"原版本没有代码 {code[:40]}"
    missing = [line.values["target"] for line in lines if line.values["target"] not in targets]
    return ("新代码", f"新版本没有代码 {missing[0][:40]}") if missing else None


def export_responsibilities(*, actor: Person) -> bytes:
    rows = list(Responsibility.objects.select_related("unit", "category").order_by("unit__pinyin", "pk"))
    table = (
        {
            **{column.key: getattr(row, column.key) for column in RESPONSIBILITY_COLUMNS},
            "unit": row.unit.name,
            "category": row.category.code if row.category else "",
        }
        for row in rows
    )
    _exported(actor, "taxonomy.export_responsibilities", None, len(rows))
    return write_table("权责清单", RESPONSIBILITY_COLUMNS, table)


def import_responsibilities(*, actor: Person, source: IO[bytes] | bytes) -> Loaded:
    """Read lines of the 权责清单; one that is there already is left alone."""
    read = read_table(source, RESPONSIBILITY_COLUMNS)
    result = Loaded()
    units = {unit.name: unit for unit in Unit.objects.all()}
    tree = selectors.current_tree()
    categories = {row.code: row for row in Category.objects.filter(tree=tree)}
    fresh: list[tuple[int, dict[str, Any]]] = []
    for row in read.rows:
        values = dict(row.values)
        unit, code = units.get(values.pop("unit")), values.pop("category")
        if unit is None or (code and code not in categories):
            column, message = ("单位", "没有这个单位") if unit is None else ("事项分类代码", "现行分类中没有这个代码")
            result.errors.append(RowError(row.line, column, message))
            continue
        same = {**values, "unit": unit, "category": categories.get(code)}
        if Responsibility.objects.filter(**same).exists():
            result.unchanged += 1
        else:
            fresh.append((row.line, same))
    result.added = actions.load_responsibilities(
        actor=actor,
        lines=[values for _, values in fresh],
        refused=lambda index, problem: result.errors.append(RowError(fresh[index][0], "职责事项", problem.detail)),
    )
    return result.with_unread(read.errors)


def _exported(actor: Person, verb: str, tree: CategoryTree | None, rows: int) -> None:
    record_access(
        actor=actor,
        verb=verb,
        subject_type="taxonomy.categorytree" if tree else "",
        subject_id=tree.pk if tree else None,
        changes={"rows": rows},
    )
