"""Units and people as tables: out for editing, in again; a bad row is reported with its line, good rows count."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction

from huying.base import tables
from huying.base.calendars import clock
from huying.base.errors import NotAllowed, Problem
from huying.base.events.recorder import record_access, record_many
from huying.base.org import rules, selectors
from huying.base.org.access import require_role
from huying.base.org.actions import units as unit_actions
from huying.base.org.actions.people import keep_an_administrator, new_person
from huying.base.org.models import Person, Unit, UnitAlias, UnitKind
from huying.base.org.roles import ROLES
from huying.base.tables import Column, Row, RowError

UNIT_COLUMNS = (
    Column("name", "名称", required=True, width=30, max_length=120),
    Column("short_name", "简称", max_length=60),
    Column("kind", "类型", required=True, choices=dict(UnitKind.choices)),
    Column("parent", "上级单位", width=30),
    Column("code", "编码", max_length=40),
    Column("division_code", "区划代码", max_length=12),
    Column("telephone", "值班电话", max_length=40),
    Column("staff", "承办人数", kind="integer"),
    Column("aliases", "别名", kind="list", width=40),
)
PEOPLE_COLUMNS = (
    Column("username", "登录名", required=True, max_length=60),
    Column("name", "姓名", required=True, max_length=60),
    Column("staff_no", "工号", max_length=20),
    Column("unit", "单位", width=30),
    Column("firm", "外包公司", width=30),
    Column("roles", "角色", kind="list", width=40),
    Column("telephone", "办公电话", max_length=40),
)


@dataclass
class SheetReport:
    """What an import did: rows that made or changed something, and each refused row with line and reason."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


# What one row does: the row it made or changed with True where it is new, or None where nothing had to change.
Apply = Callable[[dict[str, Any]], tuple[Any, bool] | None]


def export_units(*, actor: Person) -> bytes:
    """All units in order of the tree, as the sheet that :func:`import_units` reads."""
    names = dict(Unit.objects.values_list("path", "name"))
    rows = [
        {
            **{
                key: getattr(unit, key)
                for key in ("name", "short_name", "kind", "code", "division_code", "telephone", "staff")
            },
            "parent": names.get(unit.path[: -Unit.steplen], ""),
            "aliases": [alias.name for alias in unit.aliases.all()],
        }
        for unit in selectors.unit_rows()
    ]
    _record_export(actor, "unit.export", len(rows))
    return tables.write_table("承办单位", UNIT_COLUMNS, rows)


def export_people(*, actor: Person) -> bytes:
    """The people whom the actor may see, as the sheet that :func:`import_people` reads. No passwords."""
    if not (actor.is_system or actor.has_role(rules.ACCOUNTS, rules.RIGHTS, rules.FIRM)):
        raise NotAllowed("人员名册由系统管理员、安全管理员或外包公司管理员导出。", code="role")
    rows = [
        {
            **{key: getattr(person, key) for key in ("username", "name", "staff_no", "telephone")},
            "unit": person.unit.name if person.unit else "",
            "firm": person.firm.name if person.firm else "",
            "roles": [ROLES[code].name for code in person.roles if code in ROLES],
        }
        for person in selectors.people_visible(actor).order_by("username")
    ]
    _record_export(actor, "person.export", len(rows))
    return tables.write_table("人员", PEOPLE_COLUMNS, rows)


def _record_export(actor: Person, verb: str, count: int) -> None:
    record_access(actor=actor, verb=verb, subject_type="", subject_id=None, changes={"rows": count})


def import_units(*, actor: Person, source: IO[bytes] | bytes) -> SheetReport:
    """Make new units and change known ones by name. Parents may stand anywhere above their children in the sheet."""
    require_role(actor, *rules.UNIT_KEEPERS)
    return _import("unit.import", actor, source, UNIT_COLUMNS, _apply_unit)


def import_people(*, actor: Person, source: IO[bytes] | bytes) -> SheetReport:
    """One sheet, two readers (三员分离): for the system administrator it makes and describes accounts, for the security
    administrator it gives roles to accounts that exist; a firm's administrator makes its own agents."""
    if actor.is_system or actor.has_role(rules.FIRM):
        return _import("person.import", actor, source, PEOPLE_COLUMNS, lambda row: _apply_person(actor, row, True))
    if actor.has_role(rules.RIGHTS):
        return _import("person.import_roles", actor, source, PEOPLE_COLUMNS, lambda row: _apply_roles(actor, row))
    require_role(actor, rules.ACCOUNTS)
    return _import("person.import", actor, source, PEOPLE_COLUMNS, lambda row: _apply_person(actor, row, False))


def _import(
    verb: str, actor: Person, source: IO[bytes] | bytes, columns: tuple[Column, ...], apply: Apply
) -> SheetReport:
    """Every row in a savepoint of its own; one audit row for the sheet with its digest, one event for each row written."""
    content = source if isinstance(source, bytes) else source.read()
    read = tables.read_table(content, columns)
    report = SheetReport(errors=list(read.errors))
    touched = []
    with transaction.atomic():
        for row in read.rows:
            done = _apply_row(apply, row, report)
            if done:
                touched.append((done[0], {"created": done[1]}, clock.now()))
        counts = {"created": report.created, "changed": report.changed, "refused": len(report.errors)}
        digest = hashlib.sha256(content).hexdigest()
        record_many(actor=actor, verb=verb, subjects=touched, changes={"sha256": digest, **counts})
    report.errors.sort(key=lambda error: error.line)
    return report


def _apply_row(apply: Apply, row: Row, report: SheetReport) -> tuple[Any, bool] | None:
    try:
        with transaction.atomic():
            done = apply(row.values)
    except Problem as problem:
        report.errors.append(RowError(row.line, "", problem.detail))
        return None
    if done is None:
        report.unchanged += 1
    elif done[1]:
        report.created += 1
    else:
        report.changed += 1
    return done


def _apply_unit(row: dict[str, Any]) -> tuple[Unit, bool] | None:
    parent = _named_unit(row["parent"], "上级单位")
    values = {key: row[key] for key in ("short_name", "code", "division_code", "telephone")} | {
        "staff": row["staff"] or 0
    }
    unit = Unit.objects.filter(name=" ".join(row["name"].split())).first()
    created = unit is None
    if unit is None:
        unit = unit_actions.insert(name=row["name"], kind=row["kind"], parent=parent, **values)
        changed = True
    else:
        changed = _change(unit, {**values, "kind": row["kind"]})
    known = set(unit.aliases.values_list("name", flat=True))
    fresh = [alias for alias in row["aliases"] if alias not in known]
    UnitAlias.objects.bulk_create([UnitAlias(unit=unit, name=unit_actions.free_name(alias)) for alias in fresh])
    return (unit, created) if changed or fresh else None


def _change(row: Unit | Person, values: dict[str, Any]) -> bool:
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, values[key])
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version"])
    return bool(changed)


def _named_unit(name: str, what: str) -> Unit | None:
    if not name:
        return None
    unit = selectors.resolve_unit(name)
    if unit is None:
        raise Problem(f"{what}“{name[:40]}”不在单位库中。")
    return unit


def _role_codes(names: list[str]) -> list[str]:
    by_name = {role.name: role.code for role in ROLES.values()}
    return [by_name.get(name, name) for name in names]


def _apply_person(actor: Person, row: dict[str, Any], with_roles: bool) -> tuple[Person, bool] | None:
    values = {key: row[key] for key in ("name", "staff_no", "telephone")}
    values |= {"unit": _named_unit(row["unit"], "单位"), "firm": _named_unit(row["firm"], "外包公司")}
    person = Person.objects.filter(username__iexact=row["username"]).first()
    if person is None:
        roles = rules.require_possible(_role_codes(row["roles"]), values["unit"], values["firm"]) if with_roles else []
        person = new_person(actor, {"username": row["username"], **values}, roles)
        person.set_unusable_password()
        person.must_change_password, person.password_changed_at = True, clock.now()
        person.save()
        return person, True
    if person.is_system:
        raise NotAllowed("系统账号不能修改。")
    rules.require_firm(values["firm"])
    rules.require_may_keep(actor, firm_id=person.firm_id, roles=person.roles)
    if actor.has_role(rules.FIRM):
        values["firm"] = actor.firm
    rules.require_possible(person.roles, values["unit"], values["firm"])
    return (person, False) if _change(person, values) else None


def _apply_roles(actor: Person, row: dict[str, Any]) -> tuple[Person, bool] | None:
    person = Person.objects.filter(username__iexact=row["username"], is_system=False).first()
    if person is None:
        raise Problem("没有这个账号，请系统管理员先建账号。")
    roles = rules.require_possible(_role_codes(row["roles"]), person.unit, person.firm)
    rules.require_may_grant(actor, person, [*{*roles, *person.roles}], person.firm_id)
    keep_an_administrator(person, set(person.roles) - set(roles))
    return (person, False) if _change(person, {"roles": roles}) else None
