"""API2 Broken authentication: guessing is bounded, secrets are sealed, a session ends when it should."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from huying.base import vault
from huying.base.org import actions, lockout
from huying.base.org.devices import CONTEXT, Authenticator, RecoveryCodes
from huying.base.vault.rekeying import sealed_columns
from tests import factories
from tests.api_client import ApiClient
from tests.security.surface import Stage, operations

pytestmark = pytest.mark.django_db
WRONG = "Wrong-pass-1"


def log_in(client: ApiClient, username: str, password: str = factories.PASSWORD, **more: str):
    return client.post("/session", {"username": username, "password": password}, **more)


def tables_of_people() -> str:
    """Everything that a stolen copy of the database would tell about coming in."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("org_", "otp_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                told += [repr(row) for row in cursor.fetchall()]
    return "\n".join(told)


def test_a_copy_of_the_database_does_not_pass_the_second_factor():
    admin = factories.person("system_admin")
    actions.enrol_second_factor(actor=admin)
    device = Authenticator.objects.get(user=admin)
    _, codes = actions.confirm_second_factor(actor=admin, otp=device.shown())
    told = tables_of_people()
    assert device.secret.hex() not in told
    assert not any(code in told for code in codes)
    assert device.secret_sealed in told


def test_the_secret_of_the_second_factor_is_renewed_with_the_keys():
    assert "org.authenticator.secret_sealed" in {str(column) for column in sealed_columns()}


def test_secrets_that_lay_in_the_clear_are_sealed_by_the_upgrade_and_work_as_before():
    admin = factories.person("system_admin", username="sys")
    TOTPDevice.objects.create(user=admin, name="t", key="3132333435363738393031323334353637383930", last_t=5)
    codes = StaticDevice.objects.create(user=admin, name="s")
    StaticToken.objects.create(device=codes, token="abcd2345")

    import_module("huying.base.org.migrations.0002_second_factor_sealed").seal(apps, None)

    device = Authenticator.objects.get(user=admin)
    assert (device.secret, device.last_t) == (b"12345678901234567890", 5)
    assert vault.unseal(device.secret_sealed, CONTEXT) == "3132333435363738393031323334353637383930"
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert RecoveryCodes.objects.get(user=admin).verify_token("abcd2345")
    Authenticator.objects.update(throttling_failure_timestamp=None)
    assert log_in(ApiClient(), "sys").json()["code"] == "otp_required"


def test_one_code_works_once():
    device = Authenticator.objects.create(user=factories.person("system_admin"), name="t")
    code = device.shown()
    assert not device.spent
    assert device.verify_token(code)
    device.refresh_from_db()
    assert device.spent
    assert not device.verify_token(code)


def test_guessing_codes_gets_slower():
    device = Authenticator.objects.create(user=factories.person("system_admin"), name="t")
    right = device.shown()
    assert not device.verify_token("000000" if right != "000000" else "111111")
    assert not device.verify_token(right), "the pause after a wrong code holds for the right one too"


def test_many_addresses_do_not_make_many_guesses():
    factories.person("agent", username="li")
    for number in range(lockout.ACCOUNT_LIMIT):
        log_in(ApiClient(), "li", WRONG, REMOTE_ADDR=f"10.0.0.{number}")
    right, wrong = (log_in(ApiClient(), "li", word, REMOTE_ADDR="10.0.9.9") for word in (factories.PASSWORD, WRONG))
    assert right.status_code == wrong.status_code == 429
    assert right.json() == wrong.json()


def test_one_password_is_not_tried_on_everybody(monkeypatch):
    monkeypatch.setattr(lockout, "ADDRESS_LIMIT", 8)
    for number in range(8):
        log_in(ApiClient(), f"user-{number}", WRONG, REMOTE_ADDR="10.0.0.1")
    factories.person("agent", username="li")
    assert log_in(ApiClient(), "li", REMOTE_ADDR="10.0.0.1").status_code == 429
    assert log_in(ApiClient(), "li", REMOTE_ADDR="10.0.0.2").status_code == 200


def test_a_session_that_was_there_before_the_login_is_not_the_one_after():
    factories.person("agent", username="li")
    client = ApiClient()
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    log_in(client, "li")
    assert client.cookies["sessionid"].value != planted


def test_logging_out_ends_the_session_on_the_server():
    factories.person("agent", username="li")
    client = ApiClient()
    log_in(client, "li")
    kept = client.cookies["sessionid"].value
    client.delete("/session")
    client.cookies["sessionid"] = kept
    assert client.get("/org/units").status_code == 401


def test_a_changed_password_ends_the_sessions_elsewhere():
    factories.person("agent", username="li")
    here, elsewhere = ApiClient(), ApiClient()
    log_in(here, "li")
    log_in(elsewhere, "li")
    assert here.post("/session/password", {"old": factories.PASSWORD, "new": "Another-pass-22"}).status_code == 200
    assert here.get("/org/units").status_code == 200
    assert elsewhere.get("/org/units").status_code == 401


def test_somebody_who_left_is_out_at_once():
    person = factories.person("agent")
    session, secret = ApiClient.for_person(person), factories.token(person)
    actions.deactivate_person(actor=factories.person("system_admin"), person=person, reason="离职")
    assert session.get("/org/units").status_code == 401
    assert ApiClient.with_token(secret).get("/org/units").status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "Token x", "bearer null"])
def test_a_wrong_header_is_not_healed_by_a_session(header):
    client = ApiClient.for_person(factories.person("agent"))
    assert client.get("/org/units", HTTP_AUTHORIZATION=header).status_code == 401


def test_a_token_is_taken_from_the_header_only():
    secret = factories.token(factories.person("agent"))
    for query in (f"token={secret}", f"access_token={secret}", f"api_key={secret}"):
        assert ApiClient().get(f"/org/units?{query}").status_code == 401


@pytest.mark.parametrize("password", ["short-1A", "12345678901234", "aaaaaaaaaaaaaa", "Password123", "wangxiaoming"])
def test_a_weak_password_is_refused(password):
    person = factories.person("agent", username="wangxiaoming")
    answer = ApiClient.for_person(person).post("/session/password", {"old": factories.PASSWORD, "new": password})
    assert (answer.status_code, answer.json()["code"]) == (422, "weak_password")


def test_every_write_by_session_needs_the_token_of_the_page(stage: Stage):
    """Cross-site request forgery: a page elsewhere has the cookie, but not the token."""
    client = ApiClient.for_person(stage.town.people["duty_leader"], csrf=True)
    writes = [operation for operation in operations() if operation.method not in ("GET", "HEAD")]
    assert len(writes) > 50
    answers = {operation.name: stage.ask(client, operation) for operation in writes}
    assert {
        name: a.status_code for name, a in answers.items() if (a.status_code, a.json()["code"]) != (403, "csrf")
    } == {}
