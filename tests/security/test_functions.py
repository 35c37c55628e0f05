"""API5 Broken function level authorisation: each role against each operation, as `matrix.toml` says and nobody else.

The matrix is data that people review: who changes it changes who may do what. An operation that is not in it fails.
"""

import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction

from huying.base.org.roles import ADMIN_ROLES, ROLES, UNIT_ROLES
from tests.api_client import ApiClient
from tests.security.surface import Operation, Stage, operations

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text("utf-8"))
REFUSED = {401, 403, 404}
# What these look for is not there; that nobody else gets so far is what matters.
LOOKS_FIRST = {
    "POST /contacts/caller/{citizen_id}/reveal",
    "POST /seats/help/{call_id}/end",
    "POST /seats/help/{call_id}/take",
    "GET /seats/{seat_id}/day",
    "POST /seats/{seat_id}/sign-out",
    "POST /knowledge/bulletins/{bulletin_id}/revise",
    "POST /knowledge/bulletins/{bulletin_id}/withdraw",
    "POST /knowledge/bulletins/{bulletin_id}/read",
    "GET /knowledge/bulletins/{bulletin_id}/readers",
    "PUT /session/second-factor",
    "POST /places/named",
    "PATCH /org/filters/{filter_id}",
    "DELETE /org/filters/{filter_id}",
    "POST /dispatch/models/{name}/promote",
    "POST /dispatch/{kind}/{id}/end",
    "POST /dispatch/{kind}/{id}/replace",
    "POST /dispatch/{kind}/{id}/restore",
    "GET /dispatch/{kind}/{id}/history",
    "GET /dispatch/trials/{id}",
    "GET /dispatch/models/{name}/card",
    "GET /dispatch/models/{name}/card.html",
    "POST /dispatch/label-proposals/{id}/settle",
    "GET /dispatch/proposals/{id}",
    "POST /dispatch/proposals/{id}/propose",
    "POST /dispatch/proposals/{id}/opinions",
    "POST /dispatch/proposals/{id}/dismiss",
    "POST /dispatch/proposals/{id}/adopt",
    "POST /linkage/mediations/{id}/back",
    "POST /taxonomy/responsibilities",
    "POST /taxonomy/responsibilities/{id}/end",
    "POST /terms/limits/{id}/end",
    "POST /terms/policies/{id}/end",
    "POST /terms/declines/{id}/end",
    "POST /dispatch/automation/withdrawals/{id}/return",
    "GET /dispatch/automation/withdrawals/{id}/proof",
    "POST /public/query",
    "POST /public/supplement",
    "POST /public/photos",
    "PATCH /undertaking/templates/{template_id}",
    "POST /undertaking/templates/{template_id}/end",
    "POST /session",
}


@pytest.fixture(scope="module")
def callers(staged: Stage, django_db_blocker) -> dict[str, ApiClient]:
    with django_db_blocker.unblock():
        return {code: ApiClient.for_person(staged.town.people[code]) for code in ROLES} | {"stranger": ApiClient()}


def groups() -> dict[str, set[str]]:
    """Names for many roles at once, each counted from the catalogue of roles."""
    return {
        "everybody": {*ROLES, "stranger"},
        "logged-in": set(ROLES),
        "centre": set(ROLES) - UNIT_ROLES - ADMIN_ROLES - {"firm_admin"},
        "order-readers": set(ROLES) - ADMIN_ROLES - {"firm_admin"},
    }


def granted() -> Iterator[tuple[str, set[str]]]:
    named = groups()
    for grant in MATRIX["grant"]:
        roles = set().union(*(named.get(role, {role}) for role in grant["roles"]))
        for operation in grant["operations"]:
            yield operation, roles


def let_in(stage: Stage, callers: dict[str, ApiClient], operation: Operation) -> set[str]:
    """Who got past the refusals; whatever was done is undone."""
    found = set()
    for role, client in callers.items():
        cache.clear()
        cookies = copy.copy(client.cookies)
        with transaction.atomic():
            answer = stage.ask(client, operation)
            transaction.set_rollback(True)
        client.cookies = cookies
        assert answer.status_code < 500, (operation.name, role, answer.content)
        passed = {404} if operation.name in LOOKS_FIRST else set()
        if operation.name == "POST /session":
            passed = {401, 404}
        if answer.status_code not in REFUSED - passed:
            found.add(role)
    return found


def test_the_matrix_names_every_operation_once():
    named = [operation for operation, _ in granted()]
    assert len(named) == len(set(named))
    assert set(named) == {operation.name for operation in operations()}


@pytest.mark.parametrize("room", sorted({operation.path.split("/")[1] for operation in operations()}))
def test_each_role_gets_as_far_as_the_matrix_says(stage, callers, room):
    expected = dict(granted())
    wrong = {}
    for operation in operations():
        if operation.path.split("/")[1] == room:
            found, wanted = let_in(stage, callers, operation), expected.get(operation.name, set())
            if found != wanted:
                wrong[operation.name] = {"too much": sorted(found - wanted), "too little": sorted(wanted - found)}
    assert not wrong


def test_an_administrator_without_the_second_factor_gets_no_further_than_enrolling(stage):
    admin = stage.town.people["system_admin"]
    client = ApiClient.for_person(admin, verified=False)
    entering = {"/session", "/session/password", "/session/second-factor"}
    for operation in operations():
        if operation.path not in entering and not operation.path.startswith("/public"):
            with transaction.atomic():
                answer = stage.ask(client, operation)
                transaction.set_rollback(True)
            assert (answer.status_code, answer.json()["code"]) == (403, "second_factor"), operation.name


def test_a_token_that_may_only_read_writes_nothing_and_one_of_a_room_stays_in_it(stage):
    from tests import factories

    reader = ApiClient.with_token(factories.token(stage.town.people["integrator"], scopes=("read",)))
    roomed = ApiClient.with_token(factories.token(stage.town.people["integrator"], scopes=("write", "room:places")))
    for operation in operations():
        own = operation.path.startswith(("/session", "/public"))  # there a token opens nothing at all
        if operation.method != "GET" and not own:
            assert stage.ask(reader, operation).json()["code"] == "token_scope", operation.name
        if not own and not operation.path.startswith("/places"):
            assert stage.ask(roomed, operation).json()["code"] == "token_scope", operation.name
