"""Accounts of the demo: one password for all, made for this installation; the administrators' second factor."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from huying.base.calendars import clock
from huying.base.events.recorder import record_many
from huying.base.org import actions as org
from huying.base.org.devices import Authenticator
from huying.base.org.models import Person
from huying.base.org.passwords import fresh_password, require_good
from huying.base.org.roles import ROLES
from huying.demo.founding.people import Staff

FILE = "demo-accounts.txt"


@dataclass(frozen=True)
class Account:
    """A line of the table: what somebody types to see the pages of a role."""

    role: str
    username: str
    name: str
    unit: str
    second_factor: str


def open_accounts(actor: Person, staff: Staff, folder: Path) -> str:
    """Give everybody with a login the demo's password; it is kept only as a hash and in a file for the owner alone."""
    password = fresh_password()
    now = clock.now()
    require_good(password, staff.logins[0], "password")
    encoded = make_password(password)  # once: the password is the same for all
    with transaction.atomic():
        for person in staff.logins:
            person.refresh_from_db()
            person.password = encoded
            person.must_change_password = False
            person.password_changed_at = now
            person.version += 1
        everybody = [one for people in staff.by_role.values() for one in people]  # nobody counts as long unused
        Person.objects.filter(pk__in={one.pk for one in everybody}).update(password_changed_at=now)
        columns = ["password", "must_change_password", "password_changed_at", "version"]
        Person.objects.bulk_update(staff.logins, columns, batch_size=100)
        subjects = [(person, {"demo": True}, now) for person in staff.logins]
        changes = {"people": [person.pk for person in staff.logins]}
        record_many(actor=actor, verb="person.reset_password", subjects=subjects, changes=changes)
    for person in staff.logins:
        if person.needs_second_factor:
            _enrol(person)
    _keep(folder / FILE, password, accounts(staff))
    return password


def _enrol(person: Person) -> None:
    """Enrol and confirm as the person would, with the code that a telephone would show."""
    org.enrol_second_factor(actor=person)
    device = Authenticator.objects.get(user=person, confirmed=False)
    org.confirm_second_factor(actor=person, otp=device.shown())


def telephone(username: str) -> Authenticator | None:
    """What shows the administrator's codes; None where the account has no second factor."""
    return Authenticator.objects.filter(user__username=username, confirmed=True).first()


def accounts(staff: Staff) -> list[Account]:
    """One ready account for each role."""
    return [_account(code, staff.first(code)) for code in ROLES]


def known_accounts() -> list[Account]:
    """The same list, read back from an installation made earlier."""
    people = list(Person.objects.filter(is_system=False).select_related("unit", "firm").order_by("pk"))
    found = ((code, next((p for p in people if p.has_role(code) and p.has_usable_password()), None)) for code in ROLES)
    return [_account(code, person) for code, person in found if person is not None]


def _account(code: str, person: Person) -> Account:
    place = person.unit or person.firm
    factor = f"huying demo code {person.username}" if person.needs_second_factor else ""
    return Account(ROLES[code].name, person.username, person.name, place.name if place else "", factor)


def _keep(path: Path, password: str, rows: list[Account]) -> None:
    """Only the owner of the installation may read it."""
    lines = ["呼应演示账号（人名、地名、单位和数据均为虚构）", f"统一密码：{password}", ""]
    lines += [f"{row.role}\t{row.username}\t{row.unit}\t{row.second_factor}".rstrip() for row in rows]
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def kept_password(folder: Path) -> str:
    """The password as written down when the demo was made; empty where the file was removed."""
    path = folder / FILE
    if not path.exists():
        return ""
    line = next((line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("统一密码：")), "")
    return line.partition("：")[2]
