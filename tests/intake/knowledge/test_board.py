"""统一口径: what is in force stands on every board, each wording is read anew, nothing that was told is lost."""

from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.events.live.scope import visible
from huying.base.events.models import Event
from huying.intake.knowledge.models import Bulletin, BulletinReceipt
from tests import factories

pytestmark = pytest.mark.django_db
BODY = {"title": "河西片区停水", "text": "因主管抢修，河西片区停水，预计 18 时恢复。"}


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


@pytest.fixture
def leader(client_for, people):
    return client_for(people["team_leader"])


def board(client) -> list[str]:
    return [each["title"] for each in client.get("/knowledge/board").json()["items"]]


def test_what_is_published_stands_on_every_board_until_it_ends(client_for, people, leader, frozen_now):
    until = (clock.now() + timedelta(hours=8)).isoformat()
    assert leader.post("/knowledge/bulletins", {**BODY, "valid_until": until}).status_code == 201
    agent = client_for(people["agent"])
    assert board(agent) == ["河西片区停水"]
    frozen_now.advance(timedelta(hours=8))
    assert board(agent) == []
    assert leader.get("/knowledge/bulletins").json()["items"][0]["standing"] == "ended"


def test_one_for_later_waits_for_its_hour(client_for, people, leader, frozen_now):
    begins = (clock.now() + timedelta(hours=2)).isoformat()
    made = leader.post("/knowledge/bulletins", {**BODY, "valid_from": begins}).json()
    assert (made["standing"], board(client_for(people["agent"]))) == ("coming", [])
    frozen_now.advance(timedelta(hours=2))
    assert board(client_for(people["agent"])) == ["河西片区停水"]


def test_a_revision_is_read_anew_and_the_earlier_wording_is_kept(client_for, people, leader):
    made = leader.post("/knowledge/bulletins", BODY).json()
    agent, path = client_for(people["agent"]), f"/knowledge/bulletins/{made['id']}"
    assert agent.post(f"{path}/read", {"edition": 1}).json()["read"] is True
    body = {**BODY, "text": "推迟到 20 时恢复。", "version": made["version"]}
    assert leader.post(f"{path}/revise", body).json()["edition"] == 2
    (shown,) = agent.get("/knowledge/board").json()["items"]
    assert (shown["read"], shown["text"]) == (False, "推迟到 20 时恢复。")
    late = agent.post(f"{path}/read", {"edition": 1})
    assert (late.status_code, late.json()["code"]) == (409, "newer_edition")
    readers = leader.get(f"{path}/readers").json()
    assert (readers["read"], readers["unread"]) == ([], [people["agent"].name])
    assert [each["text"] for each in readers["editions"]] == ["推迟到 20 时恢复。", BODY["text"]]


def test_reading_twice_is_one_receipt(client_for, people, leader):
    made = leader.post("/knowledge/bulletins", BODY).json()
    for _ in range(2):
        client_for(people["agent"]).post(f"/knowledge/bulletins/{made['id']}/read", {"edition": 1})
    assert BulletinReceipt.objects.count() == 1
    assert Event.objects.filter(type="bulletin.read").count() == 1


def test_withdrawn_it_leaves_the_board_and_can_not_be_changed(client_for, people, leader):
    made = leader.post("/knowledge/bulletins", BODY).json()
    path = f"/knowledge/bulletins/{made['id']}"
    assert leader.post(f"{path}/withdraw", {"version": made["version"]}).json()["standing"] == "ended"
    assert board(client_for(people["agent"])) == []
    again = leader.post(f"{path}/revise", {**BODY, "version": made["version"] + 1})
    assert (again.status_code, again.json()["code"]) == (409, "withdrawn_already")


def test_who_saw_an_older_state_does_not_overwrite(leader):
    made = leader.post("/knowledge/bulletins", BODY).json()
    leader.post(f"/knowledge/bulletins/{made['id']}/revise", {**BODY, "version": made["version"]})
    stale = leader.post(f"/knowledge/bulletins/{made['id']}/revise", {**BODY, "version": made["version"]})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "valid_until"),
        ({"division": "999999"}, "division"),
        ({"category": 99999}, "category"),
    ],
)
def test_what_can_not_be_right_is_refused_at_its_field(leader, change, field):
    reply = leader.post("/knowledge/bulletins", {**BODY, **change})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == field
    assert not Bulletin.objects.exists()


def test_the_board_costs_the_same_for_many(client_for, people, leader, django_assert_num_queries):
    for number in range(6):
        leader.post("/knowledge/bulletins", {**BODY, "title": f"停水{number}"})
    agent = client_for(people["agent"])
    board(agent)  # the first request of a session also writes when it was last used
    with django_assert_num_queries(3):  # session, person, board
        assert len(board(agent)) == 6
    with django_assert_num_queries(3):
        agent.get("/knowledge/bulletins")


def test_every_desk_of_the_centre_hears_of_it(people, leader):
    leader.post("/knowledge/bulletins", BODY)
    event = Event.objects.get(type="bulletin.published")
    event.position = 1
    heard = visible({(role,): people[role] for role in ("agent", "unit_clerk")}, [event])
    assert [each["type"] for each in heard["agent",]] == ["bulletin.published"]
    assert heard["unit_clerk",] == []


def test_who_has_read_it_is_not_told_to_every_desk(client_for, people, leader):
    made = leader.post("/knowledge/bulletins", BODY).json()
    client_for(people["agent"]).post(f"/knowledge/bulletins/{made['id']}/read", {"edition": 1})
    event = Event.objects.get(type="bulletin.read")
    event.position = 1
    assert visible({(role,): people[role] for role in ("agent", "team_leader")}, [event]) == {
        ("agent",): [],
        ("team_leader",): [],
    }
