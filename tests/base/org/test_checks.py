"""What ``huying check`` says about accounts."""

import pytest

from huying.base.checks import Status, run_checks
from huying.base.org.devices import Authenticator
from huying.base.org.roles import ADMIN_ROLES
from tests import factories

pytestmark = pytest.mark.django_db
OURS = {"默认密码", "长期不用的账号", "三员"}


def findings() -> dict[str, list[Status]]:
    found: dict[str, list[Status]] = {}
    for name, finding in run_checks(["installation"]):
        if name in OURS:
            found.setdefault(name, []).append(finding.status)
    return found


def test_a_bare_installation_is_told_what_to_do():
    assert findings()["三员"] == [Status.WARNING]


def test_a_well_kept_installation_is_good():
    for role in ADMIN_ROLES:
        Authenticator.objects.create(user=factories.person(role, last_login=factories.clock.now()), confirmed=True)
    assert findings() == {name: [Status.GOOD] for name in OURS}


def test_a_default_password_of_an_administrator_is_bad():
    factories.person("system_admin", password="Admin123!")
    assert findings()["默认密码"] == [Status.BAD]
