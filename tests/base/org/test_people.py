"""Accounts and roles: 三员 apart, firms within their own people, the first password shown once."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid, NotAllowed
from huying.base.org import actions, selectors
from huying.base.org.models import Person
from huying.base.org.roles import ADMIN_ROLES
from huying.base.org.selectors import system_person
from tests import factories
from tests.api_client import ApiClient
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def units(db):
    return factories.unit_tree()


@pytest.fixture
def people(units):
    return factories.people(units)


@pytest.fixture
def as_role(client_for, people):
    return lambda role: client_for(people[role])


def test_the_system_administrator_makes_an_account_and_the_security_administrator_gives_the_role(as_role, units):
    body = {"username": "wang", "name": "新人", "unit": units.centre.public_id}
    made = as_role("system_admin").post("/org/people", body).json()
    person = Person.objects.get(username="wang")
    assert person.check_password(made["first_password"])
    assert person.must_change_password
    assert person.roles == []
    given = as_role("security_admin").put(f"/org/people/{person.public_id}/roles", {"roles": ["agent"]})
    assert given.json()["roles"] == [{"code": "agent", "name": "坐席"}]
    row = AuditEntry.objects.get(verb="person.set_roles")
    assert row.changes == {"roles": [[], ["agent"]]}


def test_the_system_administrator_gives_no_roles(as_role, people):
    admin = as_role("system_admin")
    assert admin.post("/org/people", {"username": "wang", "name": "新人", "roles": ["agent"]}).status_code == 403
    path = f"/org/people/{people['agent'].public_id}/roles"
    assert admin.put(path, {"roles": ["agent", "reviewer"]}).status_code == 403
    assert not Person.objects.filter(username="wang").exists()


def test_the_security_administrator_makes_no_accounts(as_role):
    assert as_role("security_admin").post("/org/people", {"username": "wang", "name": "新人"}).status_code == 403


@pytest.mark.parametrize(
    "pair", [("system_admin", "security_admin"), ("system_admin", "audit_admin"), ("security_admin", "audit_admin")]
)
def test_nobody_holds_two_of_the_three_administrations(people, pair):
    with pytest.raises(Invalid, match="三员"):
        actions.set_roles(actor=people["security_admin"], person=people["agent"], roles=pair)
    with pytest.raises(Invalid, match="三员"):
        actions.create_person(actor=system_person(), username="two", name="两员", roles=pair)


def test_nobody_gives_oneself_a_role(people):
    security = people["security_admin"]
    with pytest.raises(NotAllowed):
        actions.set_roles(actor=security, person=security, roles=["security_admin", "duty_leader"])


def test_the_last_administrator_of_a_kind_stays(as_role, people):
    path = f"/org/people/{people['audit_admin'].public_id}"
    refused = as_role("system_admin").post(f"{path}/deactivate", {"reason": "离职"})
    assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
    assert as_role("security_admin").put(f"{path}/roles", {"roles": []}).status_code == 409
    factories.person("audit_admin")
    assert as_role("system_admin").post(f"{path}/deactivate", {"reason": "离职"}).status_code == 200


@pytest.mark.parametrize(
    ("roles", "because"),
    [(["king"], "没有这样的角色"), (["unit_clerk"], "所在单位"), (["firm_admin"], "所属公司")],
)
def test_impossible_roles_are_refused(people, roles, because):
    homeless = factories.person()
    with pytest.raises(Invalid, match=because):
        actions.set_roles(actor=people["security_admin"], person=homeless, roles=roles)


def test_a_firms_administrator_keeps_only_its_own_agents(as_role, people, units):
    firm = as_role("firm_admin")
    own = factories.person("agent", unit=units.centre, firm=units.firm)
    seen = {row["id"] for row in firm.get("/org/people").json()["items"]}
    assert seen == {own.public_id, people["firm_admin"].public_id}
    assert firm.get(f"/org/people/{people['agent'].public_id}").status_code == 404
    assert firm.patch(f"/org/people/{people['agent'].public_id}", {"name": "改"}).status_code == 404

    made = firm.post("/org/people", {"username": "wang", "name": "新坐席", "roles": ["agent"]})
    assert made.status_code == 201
    assert made.json()["person"]["firm"]["id"] == units.firm.public_id
    assert firm.post("/org/people", {"username": "zhao", "name": "班长", "roles": ["team_leader"]}).status_code == 403
    other = factories.unit("另一公司", kind="firm")
    body = {"username": "sun", "name": "别家", "roles": ["agent"], "firm": other.public_id}
    assert firm.post("/org/people", body).status_code == 403
    assert firm.patch(f"/org/people/{own.public_id}", {"firm": other.public_id}).status_code == 403
    assert firm.post(f"/org/people/{own.public_id}/deactivate", {"reason": "离职"}).status_code == 200


def test_who_sees_whom(as_role, people, units):
    def seen(role: str) -> set[str]:
        return {row["id"] for row in as_role(role).get("/org/people", {"limit": 200}).json()["items"]}

    everybody = {person.public_id for person in people.values()}
    assert seen("dispatcher") == seen("system_admin") == everybody
    assert seen("street_dispatcher") == {people["street_dispatcher"].public_id, people["grid_worker"].public_id}
    row = as_role("dispatcher").get("/org/people", {"role": "agent"}).json()["items"][0]
    assert row["username"] is None


def test_people_are_found_and_paged(as_role, units):
    for number in range(5):
        factories.person("agent", unit=units.centre, username=f"seat{number}", name=f"座席{number}")
    admin = as_role("system_admin")
    page = admin.get("/org/people", {"words": "seat", "limit": 3}).json()
    rest = admin.get("/org/people", {"words": "seat", "limit": 3, "cursor": page["next"]}).json()
    names = [row["username"] for row in page["items"] + rest["items"]]
    assert names == [f"seat{number}" for number in range(5)]
    assert (page["count"], page["count_capped"], rest["next"]) == (5, False, None)


def test_the_list_costs_the_same_however_many_people(as_role, units, django_assert_max_num_queries):
    for _ in range(30):
        factories.person("agent", unit=units.centre, firm=units.firm)
    admin = as_role("system_admin")
    admin.get("/org/people")
    with django_assert_max_num_queries(7):
        admin.get("/org/people")


def test_a_login_name_is_taken_whatever_its_case(as_role):
    admin = as_role("system_admin")
    assert admin.post("/org/people", {"username": "Wang", "name": "甲"}).status_code == 201
    again = admin.post("/org/people", {"username": "wang", "name": "乙"})
    assert (again.status_code, again.json()["code"]) == (409, "username_taken")


def test_a_reset_password_is_told_once_and_must_be_changed(as_role, people):
    agent = people["agent"]
    told = as_role("system_admin").post(f"/org/people/{agent.public_id}/reset-password").json()["first_password"]
    agent.refresh_from_db()
    assert agent.check_password(told)
    assert not agent.check_password(PASSWORD)
    assert agent.must_change_password
    assert told not in str(list(AuditEntry.objects.values()))


def test_a_repeated_creation_does_not_tell_the_password_again(as_role):
    admin = as_role("system_admin")
    body = {"username": "wang", "name": "新人"}
    assert admin.post("/org/people", body, HTTP_IDEMPOTENCY_KEY="k").status_code == 201
    again = admin.post("/org/people", body, HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again.json()["code"]) == (409, "already_made")
    assert Person.objects.filter(username="wang").count() == 1


def test_the_system_account_is_nobodys_to_change(people):
    system = system_person()
    with pytest.raises(NotAllowed):
        actions.reset_password(actor=people["system_admin"], person=system)
    with pytest.raises(NotAllowed):
        actions.set_roles(actor=people["security_admin"], person=system, roles=["agent"])


def test_names_and_telephones_stay_out_of_the_audit_log(people):
    actions.update_person(actor=people["system_admin"], person=people["agent"], name="改名某", telephone="010-55556666")
    written = str(list(AuditEntry.objects.values("changes", "reason")))
    assert "改名某" not in written
    assert "55556666" not in written


def test_unused_accounts_are_swept_but_not_the_last_administrators(people):
    now = clock.now()
    Person.objects.filter(is_system=False).update(last_login=now, password_changed_at=now)
    old = [people["agent"], people["audit_admin"]]
    Person.objects.filter(pk__in=[person.pk for person in old]).update(last_login=now - timedelta(days=91))
    by_token = people["integrator"]
    Person.objects.filter(pk=by_token.pk).update(last_login=now - timedelta(days=200))
    factories.token(by_token, last_used_on=clock.today())
    assert set(selectors.unused_accounts()) == set(old)
    assert actions.close_unused_accounts(actor=system_person()) == [people["agent"]]
    assert not Person.objects.get(pk=people["agent"].pk).is_active
    assert AuditEntry.objects.filter(verb="person.deactivate").count() == 1


def test_default_passwords_are_found(people):
    people["system_admin"].set_password("Admin123!")
    people["system_admin"].save()
    found = selectors.accounts_with_password(["Admin123!"], selectors.powerful_accounts())
    assert [(person.pk, password) for person, password in found] == [(people["system_admin"].pk, "Admin123!")]
    assert set(selectors.second_factor_missing()) == {people[code] for code in ADMIN_ROLES}


def test_a_second_factor_is_reset_by_another_security_administrator(client_for, people):
    client = ApiClient.for_person(people["system_admin"])
    assert client.get("/org/units").status_code == 200
    security = client_for(people["security_admin"])
    assert security.post(f"/org/people/{people['security_admin'].public_id}/reset-second-factor").status_code == 422
    assert security.post(f"/org/people/{people['system_admin'].public_id}/reset-second-factor").status_code == 204
    assert client.get("/org/units").json()["code"] == "second_factor"
