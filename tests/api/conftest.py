"""A small town whose rows live as long as a module's tests; whatever an example writes is undone after its operation."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from huying.base.calendars import clock
from huying.base.org.roles import ADMIN_ROLES, ROLES, UNIT_ROLES
from tests import factories
from tests.api_client import ApiClient
from tests.handling.orders import town as towns

CSRF = "abcdefghijklmnopqrstuvwxyzABCDEF"


@dataclass(frozen=True)
class Caller:
    """What a caller sends along with every request."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Staged:
    """The callers, and real values for the parts of an address."""

    callers: dict[str, Caller]
    known: dict[str, list[str]]


def _session(name: str, person) -> Caller:
    client = ApiClient.for_person(person)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: CSRF,
    }
    return Caller(name, {"X-CSRFToken": CSRF}, cookies)


def _bearer(name: str, secret: str) -> Caller:
    return Caller(name, {"Authorization": f"Bearer {secret}"})


def _callers(town: towns.Town) -> dict[str, Caller]:
    units = town.units
    centre = [code for code in ROLES if code not in UNIT_ROLES | ADMIN_ROLES | {"integrator", "firm_admin"}]
    desk = factories.person(*centre, unit=units.centre)
    admin = factories.person(*sorted(ADMIN_ROLES), unit=units.centre)
    clerk = factories.person(*sorted(UNIT_ROLES), unit=units.housing)
    integrator = town.people["integrator"]
    made = (
        _bearer("desk", factories.token(desk)),
        _bearer("unit", factories.token(clerk)),
        _bearer("integrator", factories.token(integrator)),
        _session("admin", admin),
        _bearer("expired", factories.token(integrator, revoked_at=clock.now())),
        Caller("citizen", {"X-CSRFToken": CSRF}, {settings.CSRF_COOKIE_NAME: CSRF}),
    )
    return {caller.name: caller for caller in made}


def _known(town: towns.Town) -> dict[str, list[str]]:
    """Rows that an address may name; everything else is made up by the generator."""
    factories.divisions()
    orders = [town.file(), town.dispatched(), town.handling(), town.to_visit(), town.to_judge()]
    parts = [town.lead(order).public_id for order in orders[1:]]
    moves = ["urge", "dispatch", "record_visit", "judge", "sign", "finish", "record_outreach", "add_words"]
    person, unit = town.people["agent"], town.units.housing
    return {
        "order_id": [order.public_id for order in orders],
        "assignment_id": parts,
        "action": moves,
        "person_id": [person.public_id],
        "unit_id": [unit.public_id],
        "year": ["2025"],
        "kind": ["catalogue", "bans"],
        "public_id": [orders[0].citizen.public_id],
    }


@pytest.fixture(scope="module")
def _open_connection() -> Iterator[None]:
    """The end of a request must not close the connection that holds the town's transaction (as in Django's client)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def staged(django_db_setup, django_db_blocker, _open_connection: None) -> Iterator[Staged]:
    with django_db_blocker.unblock(), transaction.atomic():
        town = towns.build()
        yield Staged(_callers(town), _known(town))
        transaction.set_rollback(True)
