"""What an agent does is known to the team leader, and who asks for help is heard."""

from datetime import timedelta

import pytest

from huying.base.events.live.scope import visible
from huying.base.events.models import Event
from huying.intake.contacts import actions as contacts
from huying.intake.seats.models import HelpCall, Seat, SeatSpan
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


def test_each_state_ends_in_the_log_when_the_next_begins(client_for, people, frozen_now):
    agent = client_for(people["agent"])
    agent.put("/seats/me", {"state": "free"})
    frozen_now.advance(timedelta(minutes=2))
    agent.put("/seats/me", {"state": "talking", "phone": "13800001111"})
    frozen_now.advance(timedelta(minutes=5))
    shown = agent.put("/seats/me", {"state": "after"}).json()
    assert shown["state"] == "after"
    spans = [(s.state, s.ended_at - s.began_at) for s in SeatSpan.objects.order_by("id")]
    assert spans == [("off", timedelta()), ("free", timedelta(minutes=2)), ("talking", timedelta(minutes=5))]


def test_the_same_state_again_begins_no_new_span(client_for, people, frozen_now):
    agent = client_for(people["agent"])
    first = agent.put("/seats/me", {"state": "rest"}).json()
    frozen_now.advance(timedelta(minutes=3))
    assert agent.put("/seats/me", {"state": "rest"}).json()["since"] == first["since"]
    assert SeatSpan.objects.count() == 1


def test_the_team_leader_sees_the_floor_and_no_whole_number(client_for, people):
    agent, leader = client_for(people["agent"]), client_for(people["team_leader"])
    agent.put("/seats/me", {"state": "talking", "phone": "13800001111"})
    contacts.file_order(actor=people["agent"], filing=contacts.Filing(text="路灯不亮", phone="13800001111"))
    reply = leader.get("/seats")
    (seat,) = reply.json()["seats"]
    assert (seat["person"], seat["state"], seat["present"]) == (people["agent"].name, "talking", "138****1111")
    assert (seat["contacts"], seat["orders"]) == (1, 1)
    assert "13800001111" not in reply.content.decode()


def test_a_number_half_typed_shows_nobody(client_for, people):
    client_for(people["agent"]).put("/seats/me", {"state": "talking", "phone": "1380"})
    assert Seat.objects.get().present == ""


def test_the_floor_costs_the_same_for_many_seats(client_for, people, django_assert_num_queries):
    leader = client_for(people["team_leader"])
    for _ in range(5):
        client_for(factories.person("agent", unit=people["agent"].unit)).put("/seats/me", {"state": "free"})
    leader.get("/seats")  # the first request of a session also writes when it was last used
    with django_assert_num_queries(5):  # session, person, seats, contacts, calls
        assert len(leader.get("/seats").json()["seats"]) == 5


def test_a_firms_leader_sees_the_firms_agents(client_for, people):
    firm = factories.unit("另一外包公司", kind="firm")
    own, leader = factories.person("agent", firm=firm), factories.person("team_leader", firm=firm)
    for person in (own, people["agent"]):
        client_for(person).put("/seats/me", {"state": "free"})
    assert [seat["person"] for seat in client_for(leader).get("/seats").json()["seats"]] == [own.name]


def test_a_day_adds_up_by_state(client_for, people, frozen_now):
    agent = client_for(people["agent"])
    for state, minutes in (("free", 10), ("talking", 6), ("free", 4)):
        agent.put("/seats/me", {"state": state})
        frozen_now.advance(timedelta(minutes=minutes))
    day = client_for(people["team_leader"]).get(f"/seats/{Seat.objects.get().public_id}/day").json()
    assert {row["state"]: row["seconds"] for row in day["totals"]} == {"free": 840, "talking": 360}


def test_help_is_asked_taken_and_ended(client_for, people):
    agent, leader = client_for(people["agent"]), client_for(people["team_leader"])
    asked = agent.post("/seats/help", {"words": "来电人要求见领导", "text": "我电话13800001111，赔偿问题"}).json()
    assert agent.post("/seats/help", {}).status_code == 409  # one at a time
    (call,) = leader.get("/seats").json()["calls"]
    assert (call["words"], "13800001111" in call["text"]) == ("来电人要求见领导", False)
    body = {"reply": "请他留下诉求，我来回电", "version": call["version"]}
    assert leader.post(f"/seats/help/{call['id']}/take", body).status_code == 200
    heard = agent.get("/seats/me").json()["call"]
    assert (heard["taken_by"], heard["reply"]) == (people["team_leader"].name, "请他留下诉求，我来回电")
    agent.post(f"/seats/help/{asked['id']}/end", {})
    assert agent.get("/seats/me").json()["call"] is None


def test_a_call_that_one_leader_took_is_not_taken_by_another(client_for, people):
    client_for(people["agent"]).post("/seats/help", {})
    call = HelpCall.objects.get()
    client_for(people["team_leader"]).post(f"/seats/help/{call.public_id}/take", {})
    late = client_for(people["duty_leader"]).post(f"/seats/help/{call.public_id}/take", {})
    assert (late.status_code, late.json()["code"]) == (409, "taken_already")


def test_a_colleague_does_not_end_anothers_call(client_for, people):
    client_for(people["agent"]).post("/seats/help", {})
    colleague = client_for(factories.person("agent", unit=people["agent"].unit))
    assert colleague.post(f"/seats/help/{HelpCall.objects.get().public_id}/end", {}).status_code == 404


def test_a_seat_left_open_is_signed_out_by_the_leader_who_saw_it_so(client_for, people):
    client_for(people["agent"]).put("/seats/me", {"state": "free"})
    seat, leader = Seat.objects.get(), client_for(people["team_leader"])
    stale = leader.post(f"/seats/{seat.public_id}/sign-out", {"version": seat.version - 1})
    done = leader.post(f"/seats/{seat.public_id}/sign-out", {"version": seat.version})
    assert (stale.status_code, done.json()["state"]) == (409, "off")


def test_a_firms_leader_has_no_say_over_anothers_agents(client_for, people):
    client_for(people["agent"]).put("/seats/me", {"state": "free"})
    client_for(people["agent"]).post("/seats/help", {})
    seat, call = Seat.objects.get(), HelpCall.objects.get()
    stranger = client_for(factories.person("team_leader", firm=factories.unit("另一外包公司", kind="firm")))
    replies = (
        stranger.get(f"/seats/{seat.public_id}/day"),
        stranger.post(f"/seats/{seat.public_id}/sign-out", {"version": seat.version}),
        stranger.post(f"/seats/help/{call.public_id}/take", {}),
        stranger.post(f"/seats/help/{call.public_id}/end", {}),
    )
    assert [reply.status_code for reply in replies] == [404] * 4
    seat.refresh_from_db(), call.refresh_from_db()
    assert (seat.state, call.taken_at, call.ended_at) == ("free", None, None)


def test_who_leads_the_seat_hears_of_it_and_nobody_else(client_for, people):
    client_for(people["agent"]).put("/seats/me", {"state": "free"})
    client_for(people["agent"]).post("/seats/help", {})
    events = list(Event.objects.filter(type__in=("seat.changed", "help.asked")))
    for number, event in enumerate(events, 1):
        event.position = number
    firm = factories.unit("另一外包公司", kind="firm")
    readers = {(role,): people[role] for role in ("team_leader", "agent", "unit_clerk")}
    heard = visible(readers | {("firm",): factories.person("team_leader", firm=firm)}, events)
    assert [each["type"] for each in heard["team_leader",]] == ["seat.changed", "help.asked"]
    assert [each["type"] for each in heard["agent",]] == ["help.asked"]  # whose call it is looks when it is taken
    assert [each["type"] for each in heard["firm",]] == ["help.asked"]
    assert heard["unit_clerk",] == []
