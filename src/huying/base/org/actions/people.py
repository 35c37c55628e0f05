"""Accounts: made and closed by the system administrator, given roles by the security administrator."""

from collections.abc import Iterable
from typing import Any

from axes.utils import reset as forget_failures
from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.recorder import record, record_many
from huying.base.org import rules, selectors
from huying.base.org.models import ApiToken, Person, Unit
from huying.base.org.passwords import fresh_password, require_good
from huying.base.org.roles import ADMIN_ROLES, ROLES
from huying.base.versions import hold

EDITABLE = ("name", "staff_no", "telephone", "unit", "firm", "is_staff")
_PERSONAL = {"name", "telephone", "staff_no"}


def create_person(
    *,
    actor: Person,
    username: str,
    name: str,
    roles: Iterable[str] = (),
    unit: Unit | None = None,
    firm: Unit | None = None,
    password: str | None = None,
    staff_no: str = "",
    telephone: str = "",
    is_staff: bool = False,
    must_change_password: bool = True,
) -> Person:
    """Make an account. Without a password nobody can log in until one is set by :func:`reset_password`.

    Roles are the security administrator's to give; the system administrator makes accounts without. A password given
    here must keep the rules and, unless said otherwise, be changed at the first login.
    """
    with transaction.atomic():
        chosen = rules.require_possible(roles, unit, firm)
        person = new_person(
            actor,
            {
                "username": username,
                "name": name,
                "unit": unit,
                "firm": firm,
                "staff_no": staff_no,
                "telephone": telephone,
            },
            chosen,
        )
        person.is_staff = is_staff and (actor.is_system or actor.has_role(rules.ACCOUNTS))
        if password is not None:
            require_good(password, person, "password")
            person.must_change_password = must_change_password
        person.set_password(password)
        person.password_changed_at = clock.now()
        person.save()
        payload = {"roles": chosen, "unit": unit.pk if unit else None, "firm": firm.pk if firm else None}
        record(actor=actor, verb="person.create", subject=person, payload=payload, changes={"roles": [[], chosen]})
    return person


def new_person(actor: Person, values: dict[str, Any], roles: list[str]) -> Person:
    """An unsaved account, after every rule about who may make it."""
    firm = values["firm"]
    if firm is None and actor.has_role(rules.FIRM) and not actor.is_system:
        firm = values["firm"] = actor.firm
    rules.require_firm(firm)
    rules.require_may_keep(actor, firm_id=firm.pk if firm else None, roles=roles)
    if roles:
        rules.require_may_grant(actor, None, roles, firm.pk if firm else None)
    username = values["username"].strip()
    if not username or not values["name"].strip():
        raise Invalid("登录名和姓名须填写。", errors=[{"field": "username", "message": "必填"}])
    if Person.objects.filter(username__iexact=username).exists():
        raise Conflict("这个登录名已有人用。", code="username_taken")
    return Person(**{**values, "username": username, "name": values["name"].strip()}, roles=roles)


def update_person(*, actor: Person, person: Person, expected_version: int | None = None, **values: Any) -> Person:
    """Change what describes a person (``EDITABLE``); roles and passwords have verbs of their own."""
    unknown = values.keys() - set(EDITABLE)
    assert not unknown, f"not editable: {unknown}"
    with transaction.atomic():
        present = hold(person, expected_version)
        _require_may_touch(actor, present)
        firm = values.get("firm", present.firm)
        rules.require_firm(firm)
        rules.require_may_keep(actor, firm_id=firm.pk if firm else None, roles=present.roles)
        rules.require_possible(present.roles, values.get("unit", present.unit), firm)
        changes = {key: _shown(key, getattr(present, key), value) for key, value in values.items()}
        changes = {key: change for key, change in changes.items() if getattr(present, key) != values[key]}
        if not changes:
            return present
        for key in changes:
            setattr(present, key, values[key])
        _save(present, [*changes])
        record(actor=actor, verb="person.update", subject=present, payload={"fields": [*changes]}, changes=changes)
    return present


def _shown(key: str, old: Any, new: Any) -> Any:
    """Old and new value for the audit row; of what names a person only that it changed."""
    if key in _PERSONAL:
        return "changed"
    return [getattr(old, "pk", old), getattr(new, "pk", new)]


def set_roles(*, actor: Person, person: Person, roles: Iterable[str], expected_version: int | None = None) -> Person:
    """Give exactly these roles. The last administrator of a kind keeps the role until another holds it."""
    with transaction.atomic():
        present = hold(person, expected_version)
        if present.is_system:
            raise NotAllowed("系统账号没有角色。")
        chosen = rules.require_possible(roles, present.unit, present.firm)
        rules.require_may_grant(actor, present, [*{*chosen, *present.roles}], present.firm_id)
        old = list(present.roles)
        if chosen == old:
            return present
        keep_an_administrator(present, set(old) - set(chosen))
        present.roles = chosen
        _save(present, ["roles"])
        record(
            actor=actor,
            verb="person.set_roles",
            subject=present,
            payload={"roles": chosen},
            changes={"roles": [old, chosen]},
        )
    return present


def deactivate_person(*, actor: Person, person: Person, reason: str, expected_version: int | None = None) -> Person:
    """Close an account: sessions and tokens end at once. What the person did stays under the person's name."""
    with transaction.atomic():
        present = hold(person, expected_version)
        _require_may_touch(actor, present)
        if present.pk == actor.pk:
            raise NotAllowed("不能停用自己的账号。", code="own_account")
        if not present.is_active:
            return present
        keep_an_administrator(present, set(present.roles))
        _close(present)
        record(
            actor=actor, verb="person.deactivate", subject=present, changes={"is_active": [True, False]}, reason=reason
        )
    return present


def _close(person: Person) -> None:
    person.is_active = False
    _save(person, ["is_active"])
    ApiToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=clock.now())


def activate_person(*, actor: Person, person: Person, expected_version: int | None = None) -> Person:
    """Open a closed account again; its tokens stay revoked."""
    with transaction.atomic():
        present = hold(person, expected_version)
        _require_may_touch(actor, present)
        if present.is_active:
            return present
        present.is_active = True
        present.password_changed_at = clock.now()
        present.must_change_password = True
        _save(present, ["is_active", "password_changed_at", "must_change_password"])
        record(actor=actor, verb="person.activate", subject=present, changes={"is_active": [False, True]})
    return present


def reset_password(*, actor: Person, person: Person) -> str:
    """A new first password, returned once and kept only as a hash; it must be changed at the next login."""
    with transaction.atomic():
        present = hold(person)
        _require_may_touch(actor, present)
        password = fresh_password()
        present.set_password(password)
        present.must_change_password = True
        present.password_changed_at = clock.now()
        _save(present, ["password", "must_change_password", "password_changed_at"])
        forget_failures(username=present.username)
        record(actor=actor, verb="person.reset_password", subject=present)
    return password


def close_unused_accounts(*, actor: Person) -> list[Person]:
    """The 90-day sweep of 等保: close every account nobody used, but never the last administrator of a kind."""
    closed = []
    with transaction.atomic():
        for person in selectors.unused_accounts():
            if any(selectors.holders(role).count() <= 1 for role in ADMIN_ROLES & set(person.roles)):
                continue
            _close(person)
            closed.append(person)
        if closed:
            subjects = [(person, {"unused": True}, clock.now()) for person in closed]
            record_many(
                actor=actor, verb="person.deactivate", subjects=subjects, changes={"people": [p.pk for p in closed]}
            )
    return closed


def _save(person: Person, fields: list[str]) -> None:
    person.version += 1
    person.save(update_fields=[*fields, "version"])


def _require_may_touch(actor: Person, person: Person) -> None:
    if person.is_system:
        raise NotAllowed("系统账号不能修改。")
    rules.require_may_keep(actor, firm_id=person.firm_id, roles=person.roles)


def keep_an_administrator(person: Person, lost: set[str]) -> None:
    """Each of 三员 keeps at least one active holder."""
    for code in lost & ADMIN_ROLES:
        if not selectors.holders(code).exclude(pk=person.pk).exists():
            raise Conflict(f"这是最后一位{ROLES[code].name}，请先指定接任者。", code="last_administrator")
