"""Dated changes of the tree 机构改革: rename, move, merge, split, abolish. What was is kept: old names still lead on."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from treebeard.exceptions import InvalidMoveToDescendant

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record, record_many
from huying.base.org import rules
from huying.base.org.access import require_role
from huying.base.org.actions.units import free_name, save
from huying.base.org.models import Person, Unit, UnitAlias, UnitChange
from huying.base.org.signals import unit_moved
from huying.base.org.spelling import spell
from huying.base.versions import hold


def rename_unit(
    *, actor: Person, unit: Unit, name: str, effective: date, basis: str = "", expected_version: int | None = None
) -> Unit:
    """Give a unit its new name. The former name stays as an alias, so that old papers and rules still find it."""
    require_role(actor, *rules.UNIT_KEEPERS)
    if effective > clock.today():
        raise Invalid("更名尚未生效，请到生效日再登记。", errors=[{"field": "effective", "message": "不能晚于今天"}])
    with transaction.atomic():
        present = hold(unit, expected_version)
        old, new = present.name, free_name(name, unless=present)
        if new == old:
            return present
        UnitAlias.objects.filter(unit=present, name=new).delete()
        UnitAlias.objects.get_or_create(name=old, defaults={"unit": present, "former": True, "valid_until": effective})
        present.name, present.pinyin = new, spell(new)
        save(present, ["name", "pinyin"])
        _note(present, "rename", effective, basis, old_name=old)
        record(actor=actor, verb="unit.rename", subject=present, changes={"name": [old, new]}, reason=basis)
    return present


def move_unit(*, actor: Person, unit: Unit, parent: Unit | None, expected_version: int | None = None) -> Unit:
    """Put a unit, with all below it, under another one (none: at the top). Data scope follows the tree at once."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present = hold(unit, expected_version)
        old = Unit.objects.get_parent(present)
        target, position = (
            (hold(parent), "sorted-child") if parent else (Unit.objects.get_first_root_node(), "sorted-sibling")
        )
        try:
            Unit.objects.move(present, target, position)
        except InvalidMoveToDescendant as error:
            raise Invalid(
                "不能移到自己或下属单位之下。", errors=[{"field": "parent", "message": "是本单位或其下属"}]
            ) from error
        present = Unit.objects.get(pk=present.pk)
        save(present, [])
        unit_moved.send(sender=Unit, unit=present)
        change = [old.pk if old else None, parent.pk if parent else None]
        record(
            actor=actor, verb="unit.move", subject=present, payload={"parent": change[1]}, changes={"parent": change}
        )
    return present


def merge_units(
    *, actor: Person, units: Iterable[Unit], successor: Unit, effective: date, basis: str = ""
) -> list[Unit]:
    """Units go up in ``successor``: from the day on their names lead to it and they take no new work."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        chosen = [hold(unit) for unit in units]
        if not chosen or successor in chosen:
            raise Invalid("请选择要并入其他单位的单位，接收单位不能是其中之一。")
        for unit in chosen:
            _end(unit, effective)
            _note(unit, "merge", effective, basis, successor=successor)
        _record_all(actor, "unit.merge", chosen, [successor], effective)
    return chosen


def split_unit(*, actor: Person, unit: Unit, successors: Iterable[Unit], effective: date, basis: str = "") -> Unit:
    """A unit's work goes to several: an old name no longer says to which, so a person decides each time."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present, heirs = hold(unit), list(successors)
        if len(heirs) < 2 or present in heirs:
            raise Invalid("拆分须有两个以上的承接单位，且不能是本单位。")
        _end(present, effective)
        for heir in heirs:
            _note(present, "split", effective, basis, successor=heir)
        _record_all(actor, "unit.split", [present], heirs, effective)
    return present


def abolish_unit(*, actor: Person, unit: Unit, effective: date, basis: str = "", successor: Unit | None = None) -> Unit:
    """A unit ends; where another one takes over its work, its name leads there."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present = hold(unit)
        if successor is not None and successor.pk == present.pk:
            raise Invalid("承接单位不能是本单位。")
        _end(present, effective)
        _note(present, "abolish", effective, basis, successor=successor)
        _record_all(actor, "unit.abolish", [present], [successor] if successor else [], effective)
    return present


def _end(unit: Unit, effective: date) -> None:
    if unit.active_until is not None:
        raise Conflict(f"{unit.name}已于 {unit.active_until} 停用。", code="unit_ended")
    if unit.active_from is not None and effective < unit.active_from:
        raise Invalid("停用日期不能早于启用日期。", errors=[{"field": "effective", "message": "早于启用日期"}])
    living = Unit.objects.get_descendants(unit).filter(active_until__isnull=True)
    if living.exists():
        raise Conflict(f"{unit.name}还有在用的下属单位，请先移走或停用。", code="unit_has_children")
    unit.active_until = effective
    save(unit, ["active_until"])


def _note(
    unit: Unit, kind: str, effective: date, basis: str, *, successor: Unit | None = None, old_name: str = ""
) -> None:
    UnitChange.objects.create(
        unit=unit, successor=successor, kind=kind, effective=effective, old_name=old_name, basis=basis.strip()[:300]
    )


def _record_all(actor: Person, verb: str, units: list[Unit], heirs: list[Unit], effective: date) -> None:
    payload = {"successors": [heir.pk for heir in heirs], "effective": effective.isoformat()}
    changes = {"units": [unit.pk for unit in units], **payload}
    if len(units) == 1:
        record(actor=actor, verb=verb, subject=units[0], payload=payload, changes=changes)
        return
    now = clock.now()
    record_many(actor=actor, verb=verb, subjects=[(unit, payload, now) for unit in units], changes=changes)
