"""API tokens: what opens, what does not, and what a scope allows."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.org.models import ApiToken
from huying.base.org.scopes import ROOMS
from huying.config.routers import ROUTERS
from tests import factories
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db):
    return factories.person("model_manager")


def get_units(secret: str):
    return ApiClient.with_token(secret).get("/org/units")


def test_a_token_opens_without_session_and_csrf(keeper):
    client = ApiClient(csrf=True, HTTP_AUTHORIZATION=f"Bearer {factories.token(keeper)}")
    assert client.get("/org/units").status_code == 200
    assert client.post("/org/units", {"name": "新单位"}).status_code == 201
    assert AuditEntry.objects.get(verb="unit.create").token_id == ApiToken.objects.get().pk


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"expires_at": timedelta(seconds=-1)}, id="expired"),
        pytest.param({"revoked_at": timedelta(seconds=-1)}, id="revoked"),
    ],
)
def test_a_token_that_ended_is_refused(keeper, fields):
    secret = factories.token(keeper, **{name: clock.now() + delta for name, delta in fields.items()})
    answer = get_units(secret)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Bearer ", "Basic dTpw", "", "Token x", "bearer  x"])
def test_a_bad_authorization_is_refused_even_with_a_valid_session(keeper, header):
    client = ApiClient.for_person(keeper)
    assert client.get("/org/units").status_code == 200
    answer = client.get("/org/units", HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_a_closed_accounts_token_is_refused(keeper):
    secret = factories.token(keeper)
    keeper.is_active = False
    keeper.save()
    assert get_units(secret).status_code == 401


def test_a_read_only_token_does_not_write(keeper):
    client = ApiClient.with_token(factories.token(keeper, scopes=["read"]))
    assert client.get("/org/units").status_code == 200
    answer = client.post("/org/units", {"name": "新单位"})
    assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")


def test_a_token_of_a_room_opens_only_that_room(keeper):
    secret = factories.token(keeper, scopes=["read", "room:org"])
    assert get_units(secret).status_code == 200
    elsewhere = factories.token(keeper, scopes=["read", "room:orders"])
    answer = get_units(elsewhere)
    assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")


def test_rooms_of_scopes_are_the_rooms_of_the_api():
    assert set(ROOMS) >= {prefix.strip("/").split("/")[0] for prefix in ROUTERS if prefix}


def test_an_administrator_works_without_tokens():
    answer = get_units(factories.token(factories.person("system_admin")))
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor")


def test_a_token_is_issued_once_listed_without_secret_and_revoked(client_for, keeper):
    security = client_for(factories.person("security_admin"))
    body = {"person": keeper.public_id, "name": "省平台对接", "scopes": ["read", "room:org"]}
    made = security.post("/org/tokens", body, HTTP_IDEMPOTENCY_KEY="k")
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert get_units(secret).status_code == 200
    assert security.post("/org/tokens", body, HTTP_IDEMPOTENCY_KEY="k").json()["code"] == "already_made"
    listed = security.get("/org/tokens")
    assert secret not in listed.content.decode()
    assert [row["name"] for row in listed.json()["items"]] == ["省平台对接"]
    assert secret not in str(list(AuditEntry.objects.values())) + str(list(ApiToken.objects.values()))
    assert security.delete(f"/org/tokens/{made.json()['token']['id']}").json()["revoked_at"] is not None
    assert get_units(secret).status_code == 401


@pytest.mark.parametrize("scopes", [[], ["room:org"], ["everything"]])
def test_a_token_without_sense_is_not_issued(client_for, keeper, scopes):
    security = client_for(factories.person("security_admin"))
    answer = security.post("/org/tokens", {"person": keeper.public_id, "name": "x", "scopes": scopes})
    assert answer.status_code == 422


def test_only_the_security_administrator_issues_tokens(client_for, keeper):
    body = {"person": keeper.public_id, "name": "x", "scopes": ["read"]}
    assert client_for(keeper).post("/org/tokens", body).status_code == 403


def test_use_is_noted_once_a_day(keeper, django_assert_num_queries):
    secret = factories.token(keeper)
    get_units(secret)
    assert ApiToken.objects.get().last_used_on == clock.today()
    client = ApiClient.with_token(secret)
    with django_assert_num_queries(1):  # the token with its person, unit and firm
        client.get("/org/scopes")
