"""Importing a file of orders: read, check, write in batches; what can't be read goes to ``rejected.csv``.

Every batch is one transaction, so that nothing is half-written; orders already here (by source and source number) are
passed over, so that a broken run is simply started again.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.db import transaction

from huying.base.calendars import clock
from huying.base.files.tables import guard
from huying.base.org import actions as org
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import resolve_unit
from huying.base.parties.texts import tokenise
from huying.base.taxonomy import actions as taxonomy
from huying.base.taxonomy.models import Category, CategoryTree
from huying.federation.imports.mapping import Mapping
from huying.federation.imports.parse import OrderFacts, Rejected, parse_row
from huying.federation.imports.reader import SourceRow, read_rows
from huying.handling.orders import imports
from huying.handling.orders.models import WorkOrder

BATCH = 1000
EXCERPT = 200
EDITION = "导入"


@dataclass
class ImportResult:
    """Counts of one run; ``rejected_file`` is None where every row was good."""

    read: int = 0
    added: int = 0
    present: int = 0
    rejected: int = 0
    units_made: list[str] = field(default_factory=list)
    categories_made: int = 0
    rejected_file: Path | None = None


def import_orders(
    *,
    actor: Person,
    file: Path,
    mapping: Mapping,
    rejected_file: Path,
    progress: Callable[[float, int], None] = lambda share, rows: None,
) -> ImportResult:
    """Import ``file``. Rows of one number are taken once: the first good one wins, later ones are told as duplicates."""
    result = ImportResult()
    numbers: set[str] = set()
    batch: list[OrderFacts] = []
    _check_heading(file, mapping)
    with _Rejects(rejected_file) as rejects:
        for row in read_rows(file, mapping.file):
            result.read += 1
            try:
                facts = parse_row(row, mapping)
                if facts.source_no in numbers:
                    raise Rejected(f"编号 {facts.source_no} 在文件中重复，已取前一行")
            except Rejected as reason:
                rejects.add(row, str(reason))
                continue
            numbers.add(facts.source_no)
            batch.append(facts)
            if len(batch) >= BATCH:
                _write(actor, mapping, batch, result)
                batch = []
                progress(row.progress, result.read)
        if batch:
            _write(actor, mapping, batch, result)
        result.rejected, result.rejected_file = rejects.count, rejects.written
    progress(1.0, result.read)
    return result


def _check_heading(file: Path, mapping: Mapping) -> None:
    first = next(read_rows(file, mapping.file), None)
    if first is None:
        return
    missing = mapping.columns() - set(first.cells)
    if missing and not first.fault:
        from huying.base.errors import Invalid

        raise Invalid(f"文件缺少映射中的列：{'、'.join(sorted(missing))}。请核对表头或映射文件。")


class _Rejects:
    """rejected.csv: line, reason, and the beginning of the row, safe to open in a spreadsheet."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._file: TextIO | None = None

    def __enter__(self) -> "_Rejects":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    @property
    def written(self) -> Path | None:
        return self.path if self.count else None

    def add(self, row: SourceRow, reason: str) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(["行", "原因", "内容（前 200 字）"])
        content = " | ".join(value for value in row.cells.values() if value)[:EXCERPT]
        csv.writer(self._file).writerow([row.line, reason, guard(content)])
        self.count += 1


def _write(actor: Person, mapping: Mapping, facts: list[OrderFacts], result: ImportResult) -> None:
    known = set(
        WorkOrder.objects.filter(source=mapping.source, source_no__in=[f.source_no for f in facts]).values_list(
            "source_no", flat=True
        )
    )
    fresh = [f for f in facts if f.source_no not in known]
    result.present += len(known)
    if not fresh:
        return
    with transaction.atomic():
        units = _units(actor, mapping, fresh, result)
        categories = _categories(actor, mapping, fresh, result)
        orders = [_imported(f, mapping, units, categories) for f in fresh]
        result.added += imports.import_orders(actor=actor, batch=orders).added


def _imported(facts: OrderFacts, mapping: Mapping, units, categories) -> imports.ImportedOrder:
    text, sealed = tokenise(facts.text)
    return imports.ImportedOrder(
        source=mapping.source,
        source_no=facts.source_no,
        text=text,
        identifiers_sealed=sealed,
        title=facts.title,
        incident_place=facts.place,
        reply=tokenise(facts.reply)[0] if facts.reply else "",
        filed_at=facts.filed_at,
        closed_at=facts.closed_at,
        due_at=facts.due_at,
        times_known=not facts.day_only,
        category=categories.get(facts.category),
        unit=units.get(facts.unit),
        request_type=facts.request_type,
        channel=facts.channel,
        urgency=facts.urgency,
        status=facts.status,
        anonymous=facts.anonymous,
    )


def _units(actor: Person, mapping: Mapping, facts: list[OrderFacts], result: ImportResult) -> dict[str, Unit | None]:
    found: dict[str, Unit | None] = {}
    for name in sorted({f.unit for f in facts if f.unit}):
        unit = resolve_unit(name)
        if unit is None and mapping.unit.create:
            unit = org.create_unit(actor=actor, name=name, kind=mapping.unit.create, provisional=True)
            result.units_made.append(name)
        found[name] = unit
    return found


def _categories(
    actor: Person, mapping: Mapping, facts: list[OrderFacts], result: ImportResult
) -> dict[tuple[str, ...], Category]:
    ways = {f.category: "/".join(level.replace("/", "／") for level in f.category) for f in facts if f.category}
    if not ways:
        return {}
    tree = _tree(actor, mapping, min(f.filed_at for f in facts))
    before = tree.categories.count()
    found = taxonomy.ensure_categories(tree=tree, ways=set(ways.values()))
    result.categories_made += tree.categories.count() - before
    return {path: found[way] for path, way in ways.items()}


def _tree(actor: Person, mapping: Mapping, first: datetime) -> CategoryTree:
    """The tree that the source's categories go into, made at the first import of that source."""
    known = CategoryTree.objects.filter(code=mapping.category.tree, edition=EDITION).first()
    return known or taxonomy.new_tree(
        actor=actor,
        code=mapping.category.tree,
        name=mapping.category.tree_name or mapping.source,
        edition=EDITION,
        effective_from=clock.local(first).date(),
    )
