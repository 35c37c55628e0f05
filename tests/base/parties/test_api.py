"""Looking a citizen up over HTTP: masked, audited, only for those who talk with citizens."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.parties.models import Citizen
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_agent_finds_the_caller_masked_and_the_look_is_written_down(client_for):
    agent, citizen = factories.person("agent"), factories.citizen("+8613800001234", name="示例")
    answer = client_for(agent).post("/parties/citizens/lookup", {"phone": "138 0000 1234"})
    assert answer.status_code == 200
    found = answer.json()["citizen"]
    assert (found["id"], found["name_masked"], found["phone_masked"]) == (citizen.public_id, "示**", "138****1234")
    assert "13800001234" not in answer.content.decode()
    entry = AuditEntry.objects.get(verb="citizen.lookup")
    assert entry.subject_id == citizen.pk


def test_an_unknown_number_is_null_and_a_wrong_one_is_told(client_for):
    client = client_for(factories.person("agent"))
    assert client.post("/parties/citizens/lookup", {"phone": "13800009999"}).json() == {"citizen": None}
    wrong = client.post("/parties/citizens/lookup", {"phone": "12"})
    assert wrong.status_code == 422
    assert wrong.json()["code"] == "bad_phone"


@pytest.mark.parametrize("role", ["unit_clerk", "analyst", "system_admin", "dispatcher"])
def test_others_are_refused(client_for, role: str):
    assert (
        client_for(factories.person(role)).post("/parties/citizens/lookup", {"phone": "13800001234"}).status_code == 403
    )


def test_tail_patch_and_merge(client_for):
    leader = client_for(factories.person("team_leader"))
    one, two = factories.citizen("+8613800001234"), factories.citizen("+8613900001234")
    found = leader.post("/parties/citizens/lookup-tail", {"tail": "1234"}).json()["items"]
    assert {each["id"] for each in found} == {one.public_id, two.public_id}
    patched = leader.patch(f"/parties/citizens/{one.public_id}", {"version": 1, "name": "新姓"})
    assert (patched.status_code, patched.json()["name_masked"]) == (200, "新**")
    assert leader.patch(f"/parties/citizens/{one.public_id}", {"version": 1, "name": "旧"}).status_code == 409
    merged = leader.post(f"/parties/citizens/{one.public_id}/merge", {"duplicate": two.public_id, "reason": "同一人"})
    assert merged.status_code == 200
    assert Citizen.objects.get(pk=two.pk).merged_into_id == one.pk


def test_respondents_are_searched_in_a_fixed_number_of_queries(client_for, django_assert_max_num_queries):
    from huying.base.parties.actions import find_or_create_respondent

    division = factories.divisions().village
    for number in range(30):
        find_or_create_respondent(name=f"示例公司{number}", division=division)
    client = client_for(factories.person("agent"))
    with django_assert_max_num_queries(8):
        items = client.get("/parties/respondents?words=示例").json()["items"]
    assert len(items) == 20
    assert items[0]["division"] == "东风社区"
