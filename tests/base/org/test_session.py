"""Coming in: login, second factor, lockout, passwords, idle sessions."""

import time

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.org.devices import Authenticator
from tests import factories
from tests.api_client import ApiClient
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def log_in(client: ApiClient, username: str, password: str = PASSWORD, **more: str):
    csrf = client.get("/session").json()["csrf"]
    body = {"username": username, "password": password, **more}
    return client.post("/session", body, HTTP_X_CSRFTOKEN=csrf)


def audited(verb: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb=verb))


def test_a_person_logs_in_and_out():
    unit = factories.unit("热线中心", kind="centre")
    agent = factories.person("agent", unit=unit, username="li")
    client = ApiClient(csrf=True)
    told = log_in(client, "li").json()
    assert told["person"]["roles"] == [{"code": "agent", "name": "坐席"}]
    assert told["person"]["unit"] == {"id": unit.public_id, "name": "热线中心"}
    assert not told["second_factor_required"]
    assert not told["must_change_password"]
    assert client.get("/org/units").status_code == 200
    assert client.delete("/session", HTTP_X_CSRFTOKEN=told["csrf"]).status_code == 204
    assert client.get("/org/units").status_code == 401
    assert [row.actor_id for row in audited("session.login") + audited("session.logout")] == [agent.pk] * 2


def test_login_without_csrf_is_refused():
    factories.person("agent", username="li")
    answer = ApiClient(csrf=True).post("/session", {"username": "li", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_write_without_csrf_is_refused():
    admin = factories.person("system_admin")
    answer = ApiClient.for_person(admin, csrf=True).post("/org/units", {"name": "新单位"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_wrong_password_says_no_more_than_a_wrong_name():
    factories.person("agent", username="li")
    wrong, unknown = log_in(ApiClient(), "li", "Wrong-pass-1"), log_in(ApiClient(), "nobody", "Wrong-pass-1")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    rows = audited("session.refused")
    assert [row.succeeded for row in rows] == [False, False]
    assert "Wrong-pass-1" not in str([vars(row) for row in rows])


def test_five_wrong_passwords_lock_the_account_and_say_until_when():
    factories.person("agent", username="li")
    client = ApiClient()
    answers = [log_in(client, "li", "Wrong-pass-1") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]
    locked = log_in(client, "li")
    assert locked.status_code == 429
    problem = locked.json()
    assert problem["code"] == "locked"
    assert "解除" in problem["detail"]
    assert problem["until"] is not None
    assert audited("session.refused")[-1].reason == "locked"


def test_the_security_administrator_lifts_a_lock(client_for):
    locked = factories.person("agent", username="li")
    for _ in range(5):
        log_in(ApiClient(), "li", "Wrong-pass-1")
    security = client_for(factories.person("security_admin"))
    assert security.post(f"/org/people/{locked.public_id}/unlock").status_code == 204
    assert log_in(ApiClient(), "li").status_code == 200


def test_a_closed_account_cannot_log_in():
    factories.person("agent", username="li", is_active=False)
    assert log_in(ApiClient(), "li").status_code == 401


def test_nobody_logs_in_as_the_system():
    assert log_in(ApiClient(), "system", "").status_code == 422
    assert log_in(ApiClient(), "system", "system").status_code == 401


def test_an_administrator_without_second_factor_may_only_enrol():
    admin = factories.person("system_admin", username="sys")
    client = ApiClient()
    assert log_in(client, "sys").json()["second_factor_required"]
    refused = client.get("/org/units")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor")

    enrolment = client.post("/session/second-factor").json()
    assert enrolment["uri"].startswith("otpauth://totp/")
    assert "<svg" in enrolment["qr_svg"]
    device = Authenticator.objects.get(user=admin)
    assert client.put("/session/second-factor", {"otp": "000000"}).status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    codes = client.put("/session/second-factor", {"otp": device.shown()}).json()["recovery_codes"]
    assert len(codes) == 10
    assert client.get("/org/units").status_code == 200
    assert not client.get("/session").json()["second_factor_required"]


def test_an_enrolled_administrator_gives_the_second_factor_at_login():
    admin = factories.person("system_admin", username="sys")
    device = Authenticator.objects.create(user=admin, name="t", confirmed=True)
    client = ApiClient()
    assert log_in(client, "sys").json()["code"] == "otp_required"
    assert log_in(client, "sys", otp="000000").json()["code"] == "otp_wrong"
    device.refresh_from_db()
    device.throttle_reset()
    assert log_in(client, "sys", otp=device.shown()).status_code == 200
    assert client.get("/org/units").status_code == 200


def test_a_recovery_code_opens_once():
    from huying.base.org import actions

    admin = factories.person("system_admin", username="sys")
    actions.enrol_second_factor(actor=admin)
    device = Authenticator.objects.get(user=admin)
    _, codes = actions.confirm_second_factor(actor=admin, otp=device.shown())
    assert log_in(ApiClient(), "sys", otp=codes[0]).status_code == 200
    assert log_in(ApiClient(), "sys", otp=codes[0]).status_code == 401


def test_a_first_password_must_be_changed_before_anything_else():
    factories.person("agent", username="li", must_change_password=True)
    client = ApiClient()
    assert log_in(client, "li").json()["must_change_password"]
    refused = client.get("/org/units")
    assert (refused.status_code, refused.json()["code"]) == (403, "must_change_password")
    changed = client.post("/session/password", {"old": PASSWORD, "new": "Xin-mima-2026"})
    assert changed.status_code == 200
    assert not changed.json()["must_change_password"]
    assert client.get("/org/units").status_code == 200
    assert log_in(ApiClient(), "li", "Xin-mima-2026").status_code == 200


@pytest.mark.parametrize(
    ("new", "because"),
    [
        ("Ab1-", "10"),
        ("alllowercaseletters", "三种"),
        ("Password123", "常见"),
        (PASSWORD, "相同"),
        ("Lixiaoming-1", "登录名"),
    ],
)
def test_a_weak_password_is_refused_with_the_rule(new, because):
    person = factories.person("agent", username="lixiaoming")
    client = ApiClient.for_person(person)
    answer = client.post("/session/password", {"old": PASSWORD, "new": new})
    assert answer.status_code == 422
    assert because in str(answer.json()["errors"]), answer.json()
    assert log_in(ApiClient(), "lixiaoming").status_code == 200


def test_an_old_password_must_be_changed():
    long_ago = clock.now().replace(year=clock.now().year - 1)
    client = ApiClient.for_person(factories.person("agent", password_changed_at=long_ago))
    assert client.get("/session").json()["must_change_password"]


def test_changing_the_password_ends_sessions_elsewhere():
    person = factories.person("agent")
    here, elsewhere = ApiClient.for_person(person), ApiClient.for_person(person)
    assert here.post("/session/password", {"old": PASSWORD, "new": "Xin-mima-2026"}).status_code == 200
    assert here.get("/org/units").status_code == 200
    assert elsewhere.get("/org/units").status_code == 401


def test_an_idle_session_ends(monkeypatch):
    person = factories.person("agent")
    client = ApiClient.for_person(person)
    assert client.get("/org/units").status_code == 200
    later = time.time() + 31 * 60
    monkeypatch.setattr("huying.config.middleware.time.time", lambda: later)
    assert client.get("/org/units").status_code == 401
    assert [row.actor_id for row in audited("session.expired")] == [person.pk]


def test_closing_an_account_ends_its_session(client_for):
    person = factories.person("agent")
    client = client_for(person)
    admin = client_for(factories.person("system_admin"))
    assert admin.post(f"/org/people/{person.public_id}/deactivate", {"reason": "离职"}).status_code == 200
    assert client.get("/org/units").status_code == 401
