"""A POST that creates may be sent again with the same Idempotency-Key, whichever room it is of."""

from importlib import import_module

import pytest

from huying.base.places.models import Place
from huying.config.repeating import creates, operations, takes_key
from huying.config.routers import ROUTERS
from tests import factories

KEPT_WHOLE = {
    "/templates", "/named", "/trees", "/categories", "/automation/withdrawals", "/comparisons", "/limits", "/policies",
    "/declines", "/photos",
}  # fmt: skip
"""Operations whose whole answer is kept for repetition: none tells of a citizen (of a photo it is the file's name)."""


def test_what_is_kept_whole_was_looked_at():
    found = {
        operation.path
        for module in ROUTERS.values()
        for operation in operations(import_module(module).router)
        if creates(operation) and not takes_key(operation)
    }

    assert found == KEPT_WHOLE


@pytest.mark.django_db
def test_the_same_key_creates_a_place_once_and_answers_the_same(client_for):
    division = factories.divisions().village
    keeper = client_for(factories.person("model_manager"))
    body = {"name": "滨江公园", "kind": "park", "division": division.code}

    def send(key: str, **changed: str):
        return keeper.post("/places/named", {**body, **changed}, headers={"Idempotency-Key": key})

    first, again = send("k1"), send("k1")
    other = send("k1", name="人民公园")
    bad = send("k" * 200, name="东湖公园")

    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (bad.status_code, bad.json()["code"]) == (422, "idempotency_key_too_long")
    assert Place.objects.filter(name="滨江公园").count() == 1


@pytest.mark.django_db
def test_a_refusal_is_not_kept(client_for):
    division = factories.divisions().village
    nobody = client_for(factories.person("agent"))
    body = {"name": "滨江公园", "kind": "park", "division": division.code}

    refused = [nobody.post("/places/named", body, headers={"Idempotency-Key": "k2"}).status_code for _ in range(2)]

    assert refused == [403, 403]
    assert not Place.objects.filter(name="滨江公园").exists()
