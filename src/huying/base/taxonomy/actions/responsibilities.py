"""权责清单: which unit the law or the 三定 makes responsible for what, and for how long."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, Problem
from huying.base.events.recorder import record, record_many
from huying.base.org.models import Person, Unit
from huying.base.taxonomy.models import Category, Responsibility
from huying.base.versions import hold


def add_responsibility(
    *,
    actor: Person,
    unit: Unit,
    matter: str,
    effective_from: date,
    category: Category | None = None,
    basis: str = "",
    effective_until: date | None = None,
) -> Responsibility:
    """A new line. The same matter of the same unit never holds twice on one day."""
    with transaction.atomic():
        line = write_responsibility(
            unit=unit,
            matter=matter,
            effective_from=effective_from,
            category=category,
            basis=basis,
            effective_until=effective_until,
        )
        record(actor=actor, verb="taxonomy.add_responsibility", subject=line, payload=_payload(line))
    return line


def load_responsibilities(
    *, actor: Person, lines: Sequence[dict[str, Any]], refused: Callable[[int, Problem], None]
) -> int:
    """Many at once, each with the keywords of :func:`add_responsibility`; ``refused(index, problem)`` is told of each
    that can't stand. The number written. One audit row for all, one event for each.
    """
    done = []
    with transaction.atomic():
        for index, values in enumerate(lines):
            try:
                line = write_responsibility(**values)
            except Problem as problem:
                refused(index, problem)
            else:
                done.append((line, _payload(line), clock.now()))
        counts = {"responsibilities": len(done)}
        record_many(actor=actor, verb="taxonomy.add_responsibility", subjects=done, changes=counts)
    return len(done)


def write_responsibility(
    *,
    unit: Unit,
    matter: str,
    effective_from: date,
    category: Category | None = None,
    basis: str = "",
    effective_until: date | None = None,
) -> Responsibility:
    """Check and write; the caller's transaction, the caller records."""
    text = " ".join(matter.split())
    if not text or len(text) > 200 or len(basis) > 300:
        raise Invalid(
            "请填写事项（不超过 200 字），依据不超过 300 字。", errors=[{"field": "matter", "message": "长度不对"}]
        )
    if effective_until is not None and effective_until < effective_from:
        raise Invalid("失效日期不能早于生效日期。", errors=[{"field": "effective_until", "message": "过早"}])
    Unit.objects.select_for_update().get(pk=unit.pk)
    lines = Responsibility.objects.filter(unit=unit, category=category, matter=text)
    if any(_overlap(line, effective_from, effective_until) for line in lines):
        raise Conflict("这个单位的这项职责在这段时间已经登记。", code="responsibility_exists")
    line = Responsibility.objects.create(
        unit=unit,
        category=category,
        matter=text,
        basis=basis,
        effective_from=effective_from,
        effective_until=effective_until,
    )
    return line


def _payload(line: Responsibility) -> dict[str, Any]:
    return {"unit": line.unit_id, "category": line.category_id, "from": str(line.effective_from)}


def _overlap(line: Responsibility, start: date, until: date | None) -> bool:
    begins_before_end = until is None or line.effective_from <= until
    return begins_before_end and (line.effective_until is None or line.effective_until >= start)


def end_responsibility(
    *, actor: Person, line: Responsibility, effective_until: date, expected_version: int | None = None
) -> Responsibility:
    """The line's last day."""
    with transaction.atomic():
        row = hold(line, expected_version)
        if effective_until < row.effective_from:
            raise Invalid("失效日期不能早于生效日期。", errors=[{"field": "effective_until", "message": "过早"}])
        row.effective_until, row.version = effective_until, row.version + 1
        row.save(update_fields=["effective_until", "version"])
        payload = {"until": str(effective_until)}
        record(actor=actor, verb="taxonomy.end_responsibility", subject=row, payload=payload)
    return row
