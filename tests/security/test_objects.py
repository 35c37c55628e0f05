"""API1 Broken object level authorisation: whatever an address names, another unit's people do not get at it.

Walks every operation of the OpenAPI document whose address names a thing, so that a new one is tried as well.
"""

import pytest
from django.db import transaction

from tests import factories
from tests.api_client import ApiClient
from tests.security.surface import Operation, Stage, operations

# Parts of addresses that name no thing of somebody: a day, a kind of rule, a shared calendar or catalogue, one's own columns of a page.
SHARED = {"day", "year", "name", "kind", "action", "category_id", "tree_id", "unit_id", "page"}
# Open to who holds the secret part of the address itself; see test_business_flows.py.
BY_SECRET = {"GET /public/visit/{secret}", "POST /public/visit/{secret}"}
OBJECTS = [o for o in operations() if set(o.parameters) - SHARED and o.name not in BY_SECRET]
HIDDEN = {403, 404}


@pytest.fixture(scope="module")
def outsiders(staged: Stage, django_db_blocker) -> dict[str, ApiClient]:
    """People with every right that a unit, a street or a firm can give, of another unit, street or firm."""
    with django_db_blocker.unblock():
        units = staged.town.units
        unit = factories.person("unit_clerk", "unit_leader", "street_dispatcher", "grid_worker", unit=units.police)
        below = factories.person("unit_clerk", "street_dispatcher", "grid_worker", unit=units.other_community)
        firm = factories.person("firm_admin", firm=units.firm)
        return {name: ApiClient.for_person(who) for name, who in (("unit", unit), ("below", below), ("firm", firm))}


def tried(stage: Stage, client: ApiClient, operation: Operation, **instead: str):
    with transaction.atomic():
        answer = stage.ask(client, operation, **instead)
        transaction.set_rollback(True)
    return answer


def test_there_is_something_to_try():
    assert len(OBJECTS) > 20


@pytest.mark.parametrize("who", ["unit", "below", "firm"])
def test_another_units_things_are_not_there(stage, outsiders, who):
    got = {o.name: tried(stage, outsiders[who], o).status_code for o in OBJECTS}
    assert {name: status for name, status in got.items() if status not in HIDDEN} == {}


def test_nobody_gets_anything_without_login(stage):
    got = {o.name: tried(stage, ApiClient(), o).status_code for o in OBJECTS}
    assert set(got.values()) == {401}


def test_what_is_hidden_and_what_does_not_exist_are_told_apart_by_nothing(stage, outsiders):
    for part, path in (("order_id", "/orders/{order_id}"), ("public_id", "/files/{public_id}")):
        operation = next(o for o in OBJECTS if o.name == f"GET {path}")
        hidden = tried(stage, outsiders["unit"], operation)
        absent = tried(stage, outsiders["unit"], operation, **{part: "0" * 20})
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json() == absent.json()


def test_a_unit_sees_its_own_and_what_lies_below_and_nothing_above(stage):
    street, housing = stage.town.units.street, stage.town.units.housing
    assert tried(stage, ApiClient.for_person(stage.town.clerks[street.pk]), _get()).status_code == 200  # it assists
    assert tried(stage, ApiClient.for_person(stage.town.clerks[housing.pk]), _get()).status_code == 200
    community = factories.person("unit_clerk", unit=stage.town.units.community)
    assert tried(stage, ApiClient.for_person(community), _get()).status_code == 404


def test_lists_hold_nothing_of_another_unit(stage, outsiders):
    for path in ("/orders", "/assignments"):
        assert outsiders["unit"].get(path).json()["items"] == []
    ids = {person["id"] for person in outsiders["unit"].get("/org/people").json()["items"]}
    assert stage.colleague.public_id not in ids


def test_an_inner_key_opens_nothing(stage, client_for):
    desk = client_for(stage.town.people["duty_leader"])
    for path in (f"/orders/{stage.order.pk}", f"/files/{stage.attachment.pk}", f"/org/people/{stage.colleague.pk}"):
        assert desk.get(path).status_code == 404


def _get() -> Operation:
    return next(o for o in OBJECTS if o.name == "GET /orders/{order_id}")
