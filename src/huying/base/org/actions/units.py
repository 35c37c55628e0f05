"""Units 承办单位: made, described, known by other names."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org import rules
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit, UnitAlias, UnitKind
from huying.base.org.spelling import spell
from huying.base.versions import hold

EDITABLE = ("short_name", "code", "kind", "division_code", "telephone", "staff", "ordinal", "active_from")


def create_unit(
    *,
    actor: Person,
    name: str,
    kind: str = "bureau",
    parent: Unit | None = None,
    aliases: Iterable[str] = (),
    provisional: bool = False,
    **values: Any,
) -> Unit:
    """A new unit under ``parent`` (none: at the top). ``provisional``: made by an import, to be confirmed by a person."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        unit = insert(name=name, kind=kind, parent=parent, provisional=provisional, **values)
        others = [alias for alias in dict.fromkeys(aliases) if alias != unit.name]
        UnitAlias.objects.bulk_create([UnitAlias(unit=unit, name=free_name(alias)) for alias in others])
        payload = {"kind": kind, "parent": parent.pk if parent else None, "provisional": provisional}
        record(actor=actor, verb="unit.create", subject=unit, payload=payload, changes={"name": ["", unit.name]})
    return unit


def insert(*, name: str, kind: str, parent: Unit | None, **values: Any) -> Unit:
    """The row itself, with its place in the tree and its spelling; the caller records."""
    unknown = values.keys() - {*EDITABLE, "provisional"}
    assert not unknown, f"not a unit's: {unknown}"
    if kind not in UnitKind.values:
        raise Invalid("没有这种单位类型。", errors=[{"field": "kind", "message": "、".join(UnitKind.labels)}])
    name = free_name(name)
    fields = {"name": name, "kind": kind, "pinyin": spell(name), **values}
    return Unit.objects.add_child(parent, fields) if parent else Unit.objects.add_root(fields)


def free_name(name: str, unless: Unit | None = None) -> str:
    """The name, tidied, if no other unit has it as name or alias; otherwise a :class:`Conflict`."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 120:
        raise Invalid("名称须有 1 到 120 个字。", errors=[{"field": "name", "message": "1 到 120 个字"}])
    units, aliases = Unit.objects.filter(name=tidy), UnitAlias.objects.filter(name=tidy)
    if unless is not None:
        units, aliases = units.exclude(pk=unless.pk), aliases.exclude(unit=unless)
    if units.exists() or aliases.exists():
        raise Conflict(f"“{tidy}”已是别的单位的名称或别名。", code="name_taken")
    return tidy


def update_unit(*, actor: Person, unit: Unit, expected_version: int | None = None, **values: Any) -> Unit:
    """Change what describes a unit (``EDITABLE``). A new name is :func:`rename_unit`, a new place :func:`move_unit`."""
    require_role(actor, *rules.UNIT_KEEPERS)
    unknown = values.keys() - set(EDITABLE)
    assert not unknown, f"not editable: {unknown}"
    with transaction.atomic():
        present = hold(unit, expected_version)
        changes = {
            key: [getattr(present, key), value] for key, value in values.items() if getattr(present, key) != value
        }
        if not changes:
            return present
        for key, (_, value) in changes.items():
            setattr(present, key, value)
        save(present, [*changes])
        record(
            actor=actor, verb="unit.update", subject=present, payload={"fields": [*changes]}, changes=readable(changes)
        )
    return present


def readable(changes: dict[str, Any]) -> dict[str, Any]:
    """Old and new values as JSON keeps them."""
    return {
        key: [None if v is None else v if isinstance(v, int) else str(v) for v in pair] for key, pair in changes.items()
    }


def save(unit: Unit, fields: list[str]) -> None:
    unit.version += 1
    unit.save(update_fields=[*fields, "version"])


def add_alias(*, actor: Person, unit: Unit, name: str, former: bool = False) -> UnitAlias:
    """Another name by which imports, rules and people may call the unit."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present = hold(unit)
        alias = UnitAlias.objects.create(unit=present, name=free_name(name), former=former)
        save(present, [])
        record(actor=actor, verb="unit.add_alias", subject=present, changes={"alias": ["", alias.name]})
    return alias


def remove_alias(*, actor: Person, unit: Unit, name: str) -> None:
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present = hold(unit)
        if UnitAlias.objects.filter(unit=present, name=name).delete()[0]:
            save(present, [])
            record(actor=actor, verb="unit.remove_alias", subject=present, changes={"alias": [name, ""]})


def activate_unit(*, actor: Person, unit: Unit, expected_version: int | None = None) -> Unit:
    """Confirm a unit that an import made, or take one that was ended by mistake back into force."""
    require_role(actor, *rules.UNIT_KEEPERS)
    with transaction.atomic():
        present = hold(unit, expected_version)
        ended = present.active_until
        present.active_until, present.provisional = None, False
        save(present, ["active_until", "provisional"])
        present.changes.exclude(kind="rename").filter(effective=ended).delete()
        record(actor=actor, verb="unit.activate", subject=present, changes=readable({"active_until": [ended, None]}))
    return present
