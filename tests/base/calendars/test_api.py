"""The calendar over HTTP: everybody who is logged in reads, the system administrator writes."""

import pytest

from huying.base.calendars.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client_for):
    """Ask as a person: `ask(person, "put", "/days/2026-05-01", {...})`."""
    clients = {}

    def _ask(person, method, path, body=None):
        if person.pk not in clients:
            clients[person.pk] = client_for(person)
        return getattr(clients[person.pk], method)(f"/calendar{path}", body)

    return _ask


def test_an_agent_reads_a_whole_year_in_few_queries(ask, agent, administrator, django_assert_max_num_queries):
    ask(administrator, "post", "/2026/fill", {})
    ask(agent, "get", "/2026")
    with django_assert_max_num_queries(6):
        year = ask(agent, "get", "/2026").json()
    days = {day["day"]: day for day in year["days"]}
    assert (len(days), year["provisional"]) == (365, False)
    assert days["2026-02-14"] == {
        "day": "2026-02-14",
        "worked": True,
        "kind": "adjusted_workday",
        "name": "春节调休上班",
        "provisional": False,
        "source": "chinesecalendar",
        "version": 1,
        "spans": [["08:30", "12:00"], ["14:30", "17:30"]],
    }
    assert (days["2026-07-25"]["kind"], days["2026-07-25"]["version"]) == ("holiday", None)


def test_filling_tells_what_it_did(ask, administrator):
    told = ask(administrator, "post", "/2026/fill", {}).json()
    assert told == {
        "year": 2026, "source": "chinesecalendar", "provisional": False,
        "added": 39, "changed": 0, "removed": 0, "kept": 0,
    }  # fmt: skip


def test_the_administrator_changes_a_day_and_is_shown_it(ask, administrator):
    body = {"kind": "holiday", "name": "放假半天改全天", "expected_version": 0}
    shown = ask(administrator, "put", "/days/2026-05-06", body).json()
    assert (shown["worked"], shown["source"], shown["version"]) == (False, "manual", 1)
    stale = ask(administrator, "put", "/days/2026-05-06", body)
    assert (stale.status_code, stale.json()["current"]) == (409, {"version": 1})


def test_a_year_entered_by_hand_is_confirmed(ask, administrator):
    ask(administrator, "put", "/days/2040-01-02", {"kind": "holiday", "name": "元旦"})
    assert ask(administrator, "get", "/2040").json()["provisional"] is True
    assert ask(administrator, "post", "/2040/confirm", {"reason": "通知"}).json()["provisional"] is False


def test_shifts_are_entered_and_listed(ask, administrator, agent):
    body = {"effective_from": "2026-06-01", "effective_until": "2026-09-30", "spans": [["08:00", "12:00"]]}
    assert ask(administrator, "put", "/shifts/夏季作息", body).status_code == 200
    (pattern,) = ask(agent, "get", "/shifts").json()
    assert (pattern["name"], pattern["weekdays"], pattern["version"]) == ("夏季作息", [0, 1, 2, 3, 4], 1)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/2026/fill", {}),
        ("post", "/2026/confirm", {}),
        ("put", "/days/2026-05-01", {"kind": "workday"}),
        ("put", "/shifts/x", {"effective_from": "2026-06-01", "spans": [["08:00", "12:00"]]}),
    ],
)
def test_only_the_administrator_writes(ask, agent, method, path, body):
    answer = ask(agent, method, path, body)
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (403, "application/problem+json")
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/1066", None),
        ("post", "/9999/fill", {}),
        ("put", "/days/2026-02-30", {"kind": "holiday"}),
        ("put", "/days/0001-01-01", {"kind": "holiday"}),
        ("put", "/days/2026-02-03", {"kind": "half"}),
        ("put", "/days/2026-02-03", {"kind": "holiday", "name": "长" * 41}),
        ("put", "/shifts/x", {"effective_from": "2026-06-01", "spans": [["08:00"]]}),
        ("put", "/shifts/x", {"effective_from": "2026-06-01", "spans": [["12:00", "08:00"]]}),
        ("put", "/shifts/x", {"effective_from": "2026-06-01", "spans": [["08:00", "24:30"]]}),
    ],
)
def test_what_cannot_be_right_is_told(ask, administrator, method, path, body):
    answer = ask(administrator, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_nobody_reads_without_login(anonymous):
    assert anonymous.get("/calendar/2026").status_code == 401
