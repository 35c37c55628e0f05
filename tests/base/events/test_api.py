"""Webhooks over HTTP: for their keepers only, secrets shown once, stale changes refused."""

import pytest
from django.conf import settings

from huying.base.events.models import Webhook
from tests import factories

pytestmark = pytest.mark.django_db
BODY = {"name": "一网通办", "url": "https://93.184.216.34/hook", "types": ["order"]}


@pytest.fixture
def keeper(client_for):
    return client_for(factories.person("system_admin"))


def test_a_webhook_is_made_once_and_its_secret_shown_only_then(keeper):
    first = keeper.post("/webhooks", BODY, headers={"Idempotency-Key": "k-1"})
    again = keeper.post("/webhooks", BODY, headers={"Idempotency-Key": "k-1"})

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["secret"].startswith("whsec_")
    (shown,) = keeper.get("/webhooks").json()
    assert shown["id"] == first.json()["id"]
    assert "secret" not in shown


def test_changes_need_the_version_that_was_seen(keeper):
    made = keeper.post("/webhooks", BODY).json()
    path = f"/webhooks/{made['id']}"

    assert keeper.patch(path, {"version": 1, "active": False}).json()["active"] is False
    assert keeper.patch(path, {"version": 1, "name": "旧"}).status_code == 409
    renewed = keeper.post(f"{path}/secret", {"version": 2})
    assert renewed.status_code == 200
    assert renewed.json()["secret"] != made["secret"]
    assert keeper.get(f"{path}/deliveries").json() == {"items": [], "next": None}


def test_an_unreachable_receiver_is_said_to_be_so(keeper):
    made = keeper.post("/webhooks", BODY).json()
    Webhook.objects.update(url="http://127.0.0.1:9/")

    tried = keeper.post(f"/webhooks/{made['id']}/test").json()
    assert (tried["delivered"], tried["status"]) == (False, None)
    assert "内网" in tried["error"]


@pytest.mark.parametrize(
    "change",
    [{"url": "http://127.0.0.1/"}, {"url": "javascript:alert(1)"}, {"types": ["<b>"]}, {"types": []}, {"name": ""}],
)
def test_what_cannot_be_is_refused_and_nothing_made(keeper, change):
    refused = keeper.post("/webhooks", {**BODY, **change})

    assert refused.status_code == 422
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert Webhook.objects.count() == 0


def test_nobody_else_sees_or_makes_them(client_for, keeper, anonymous):
    keeper.post("/webhooks", BODY)
    clerk = client_for(factories.person("agent"))

    for answer in (clerk.get("/webhooks"), clerk.post("/webhooks", BODY)):
        assert answer.status_code == 403
    assert anonymous.get("/webhooks").status_code == 401
    assert keeper.get("/webhooks/unknown/deliveries").status_code == 404


def test_the_list_costs_the_same_for_many(keeper, django_assert_max_num_queries):
    assert not settings.OPTIONS.webhook_private_targets
    for _ in range(5):
        keeper.post("/webhooks", BODY)

    with django_assert_max_num_queries(4):
        assert len(keeper.get("/webhooks").json()) == 5
