"""Rules as tables: what is exported can be edited and read again. Rules in force are ended and replaced, not rewritten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.events.recorder import record, record_access
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit, UnitKind
from huying.base.org.selectors import resolve_unit
from huying.base.places.models import Division, Place
from huying.base.tables import Column, Row, RowError, read_table, write_table
from huying.base.taxonomy.models import Category
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.actions.rules import KEEPER, PART
from huying.handling.dispatch.kinds import KINDS, Kind, Rule, key_of, overlap, problems
from huying.handling.dispatch.models import CatalogueEntry

_ID = Column("public_id", "编号", max_length=26, width=24)
_FROM = Column("effective_from", "生效日期", kind="date")
_UNTIL = Column("effective_until", "失效日期", kind="date")
_CATEGORY = Column("category", "事项", width=36, max_length=300)
_DIVISION = Column("division", "区划代码", max_length=12)
_UNIT = Column("unit", "单位", width=28, max_length=120)
_BASIS = Column("basis", "依据", width=40, max_length=300)


def _must(column: Column) -> Column:
    return Column(column.key, column.title, column.kind, True, column.choices, column.width, column.max_length)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "catalogue": (
        _ID, Column("clause", "条款号", required=True, max_length=40), _must(_CATEGORY), _DIVISION, _must(_UNIT),
        Column("part", "主办或协办", choices=dict(CatalogueEntry.Part.choices)), _BASIS, _FROM, _UNTIL,
    ),
    "bans": (_ID, _must(_CATEGORY), Column("unit_kind", "单位类型", choices=dict(UnitKind.choices)), _UNIT, _must(_BASIS), _FROM, _UNTIL),
    "place-rules": (
        _ID, Column("place", "点位", required=True, width=28, max_length=120), Column("place_division", "点位区划代码", max_length=12),
        _CATEGORY, _must(_UNIT), _BASIS, _FROM, _UNTIL,
    ),
    "directed-rules": (
        _ID, Column("name", "规则名称", required=True, width=28, max_length=80), _CATEGORY, _DIVISION,
        Column("words", "须含词", kind="list", width=30), Column("channel", "渠道", max_length=12),
        Column("taken_from", "原承办单位", width=28, max_length=120), _must(_UNIT), _BASIS,
        Column("priority", "优先级", kind="integer"), _FROM, _UNTIL,
    ),
}  # fmt: skip


@dataclass
class RuleImport:
    """What an import did; rows with an error are left out, all others are in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


def export_rules(*, actor: Person, kind: str) -> bytes:
    require_role(actor, KEEPER)
    chosen = KINDS[kind]
    related = [
        name
        for name in ("category", "division", "unit", "taken_from", "place", "place__division")
        if name.split("__")[0] in chosen.fields
    ]
    rows = chosen.model.objects.select_related(*related).order_by("pk")
    record_access(actor=actor, verb="dispatch.rules_exported", subject_type="", subject_id=None, changes={"kind": kind})
    return write_table(chosen.label, COLUMNS[kind], (_shown(chosen, rule) for rule in rows))


def _shown(kind: Kind, rule: Any) -> dict[str, Any]:
    names = ("public_id", "effective_from", "effective_until")
    values = {name: getattr(rule, name) for name in (*kind.fields, *names)}
    values["category"] = rule.category.full_name if rule.category else ""
    values["unit"] = rule.unit.name if rule.unit else ""
    if "taken_from" in values:
        values["taken_from"] = rule.taken_from.name if rule.taken_from else ""
    if "division" in values:
        values["division"] = rule.division.code if rule.division else ""
    if "place" in values:
        values["place"], values["place_division"] = rule.place.name, rule.place.division.code
    return values


def import_rules(
    *, actor: Person, kind: str, source: IO[bytes] | bytes, progress: Callable[[int], None] | None = None
) -> RuleImport:
    """Take in a table of one kind. A row with the 编号 of a known rule may end it; any other change of it is refused.

    A row without 编号 is a new rule, unless the same is there already. One event and one audit row for the table.
    """
    require_role(actor, KEEPER)
    chosen = KINDS[kind]
    read = read_table(source, COLUMNS[kind], progress=progress)
    result = RuleImport(errors=list(read.errors))
    with transaction.atomic():
        book = _Book(chosen)
        for row in read.rows:
            found = book.take(row)
            result.errors += [RowError(row.line, title, message) for title, message in found]
        chosen.model.objects.bulk_create(book.fresh, batch_size=500)
        chosen.model.objects.bulk_update(book.ended, ["effective_until", "version"], batch_size=500)
        result.added, result.changed, result.unchanged = len(book.fresh), len(book.ended), book.unchanged
        result.errors.sort(key=lambda error: error.line)
        counts = {"added": result.added, "changed": result.changed, "refused": len(result.errors)}
        record(actor=actor, verb="dispatch.rules_imported", payload={"kind": kind, **counts}, changes=counts)
        knowledge.bump(PART)
    return result


class _Book:
    """The rules that are there, and what a table adds to them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.titles = {column.key: column.title for column in COLUMNS[kind.code]}
        self.fresh: list[Any] = []
        self.ended: list[Any] = []
        self.unchanged = 0
        self._names = _Names()
        self._by_id: dict[str, Rule] = {}
        self._by_key: dict[tuple[Any, ...], list[Rule]] = {}
        for rule in kind.model.objects.select_for_update():
            self._by_id[rule.public_id] = rule
            self._by_key.setdefault(key_of(kind, rule), []).append(rule)

    def take(self, row: Row) -> list[tuple[str, str]]:
        """Put one row where it belongs; what is wrong with it as ``(column, message)``."""
        values = dict(row.values)
        public_id = values.pop("public_id")
        found = self._names.resolve(values)
        if found:
            return [(self.titles[key], message) for key, message in found]
        rule = self.kind.model(**{name: value for name, value in values.items() if value not in (None, "")})
        rule.effective_from = rule.effective_from or clock.today()
        return self._known(public_id, rule) if public_id else self._new(rule)

    def _new(self, rule: Any) -> list[tuple[str, str]]:
        found = problems(rule)
        if found:
            return [(self.titles.get(key, key), message) for key, message in found]
        same = self._by_key.setdefault(key_of(self.kind, rule), [])
        if any(
            other.effective_from == rule.effective_from and other.effective_until == rule.effective_until
            for other in same
        ):
            self.unchanged += 1
            return []
        if any(overlap(rule, other) for other in same):
            return [(self.titles["effective_from"], "与已有的同一条规则在时间上重叠，请先让原来的失效")]
        same.append(rule)
        self.fresh.append(rule)
        return []

    def _known(self, public_id: str, rule: Any) -> list[tuple[str, str]]:
        present = self._by_id.get(public_id)
        if present is None:
            return [(self.titles["public_id"], "没有这个编号；新增规则请留空")]
        for name in (*self.kind.fields, "effective_from"):
            if name not in self.titles:  # moments and hours of the week have no column
                continue
            column = f"{name}_id" if hasattr(rule, f"{name}_id") else name
            if getattr(rule, column) != getattr(present, column):
                return [(self.titles[name], "已有的规则不能改写，请让它失效并另加一行（编号留空）")]
        if rule.effective_until == present.effective_until:
            self.unchanged += 1
            return []
        if rule.effective_until is not None and rule.effective_until < rule.effective_from:
            return [(self.titles["effective_until"], "早于生效日期")]
        present.effective_until = rule.effective_until
        present.version += 1
        self.ended.append(present)
        return []


class _Names:
    """Names of a table as rows of the database; every distinct name is looked up once."""

    def __init__(self) -> None:
        self._categories: dict[str, Category] = {}
        for category in Category.objects.order_by("tree__effective_from", "pk"):
            self._categories[category.code] = self._categories[category.full_name] = category
        self._divisions: dict[str, Division] = {row.code: row for row in Division.objects.all()}
        self._units: dict[tuple[str, date], Unit | None] = {}

    def resolve(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        """Put rows in the place of names; ``(column, message)`` for each name that means nothing."""
        found = []
        if values.get("category"):
            found += self._put(
                values, "category", self._categories.get(values["category"]), "没有这个事项（填全称或代码）"
            )
        if values.get("division"):
            found += self._put(values, "division", self._divisions.get(values["division"]), "没有这个区划代码")
        for column in ("unit", "taken_from"):
            if values.get(column):
                unit = self._unit(values[column], values.get("effective_from") or clock.today())
                found += self._put(values, column, unit, "没有这个单位，或名称对应几个单位")
        if "place" in values:
            found += self._place(values)
        return found

    @staticmethod
    def _put(values: dict[str, Any], key: str, row: Any, message: str) -> list[tuple[str, str]]:
        name, values[key] = values[key], row
        return [] if row is not None else [(key, f"“{name[:20]}”：{message}")]

    def _unit(self, name: str, day: date) -> Unit | None:
        if (name, day) not in self._units:
            self._units[name, day] = resolve_unit(name, day)
        return self._units[name, day]

    def _place(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        rows = Place.objects.filter(name=values["place"])
        division = values.pop("place_division", "")
        if division:
            rows = rows.filter(division__code=division)
        places = list(rows[:2])
        message = "没有这个点位" if not places else "有几个同名点位，请填点位区划代码"
        return self._put(values, "place", places[0] if len(places) == 1 else None, message)
