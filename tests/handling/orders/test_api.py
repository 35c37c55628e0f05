"""Orders over HTTP: pages, moves, refusals, personal data."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO

import pytest

from huying.base.audit.models import AuditEntry
from huying.handling.orders import actions
from huying.handling.orders.states import ORDER_TABLE
from tests import factories


@pytest.fixture
def agent(town, client_for):
    return client_for(town.people["agent"])


@pytest.fixture
def clerk(town, client_for):
    return client_for(town.clerks[town.units.housing.pk])


def test_the_tables_are_told_to_pages(agent):
    told = agent.get("/orders/states").json()
    assert set(told["order"]) == set(ORDER_TABLE)
    assert told["order"]["need_info"] == {
        "label": "待补充",
        "waits_for": "诉求人、坐席",
        "clock": "stops",
        "tone": "waiting",
        "terminal": False,
    }
    assert told["conclusions"]["solved"] == "已解决"


def test_an_order_is_moved_from_its_page_to_the_end(town, client_for):
    order = town.file()
    dispatcher = client_for(town.people["dispatcher"])
    page = dispatcher.get(f"/orders/{order.public_id}").json()
    assert "dispatch" in [a["action"] for a in page["allowed_actions"]]
    body = {"version": page["version"], "values": {"unit": town.units.housing.public_id}}
    page = dispatcher.post(f"/orders/{order.public_id}/actions/dispatch", body).json()
    assert (page["state"], page["lead_unit"]["name"]) == ("in_hand", "住房和城乡建设局")

    clerk = client_for(town.clerks[town.units.housing.pk])
    part = clerk.get("/assignments?mine=true").json()["items"][0]["assignment"]
    reply = clerk.post(f"/assignments/{part['id']}/actions/sign", {"version": part["version"], "values": {}})
    assert reply.status_code == 200
    part = reply.json()["assignments"][0]
    assert part["state"] == "handling"
    assert "finish" in [a["action"] for a in part["allowed_actions"]]
    entries = clerk.get(f"/orders/{order.public_id}/timeline").json()
    assert [e["label"] for e in entries] == ["提交", "派单", "签收"]
    assert entries[2]["unit"]["name"] == "住房和城乡建设局"


def test_a_stale_version_is_a_conflict_with_the_present_state(town, agent):
    order = town.file()
    old = order.version
    actions.urge(actor=town.people["agent"], order=order, words="快些")
    reply = agent.post(f"/orders/{order.public_id}/actions/urge", {"version": old, "values": {"words": "快"}})
    assert reply.status_code == 409
    problem = reply.json()
    assert (problem["code"], problem["current"]["version"]) == ("stale", order.version)
    assert reply["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("action", "values", "status", "code"),
    [
        ("dispatch", {"unit": "x"}, 422, "invalid"),
        ("approve", {}, 403, "role"),
        ("answer", {"answer": "已办"}, 409, "not_in_state"),
        ("explode", {}, 404, "no_such_action"),
        ("urge", {}, 422, "invalid"),
        ("urge", {"words": "长" * 5001}, 422, "invalid"),
    ],
)
def test_refusals(town, agent, action, values, status, code):
    order = town.file()
    reply = agent.post(f"/orders/{order.public_id}/actions/{action}", {"version": order.version, "values": values})
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_html_is_kept_as_text(town, agent):
    order = town.file()
    words = "<script>alert(1)</script>"
    agent.post(f"/orders/{order.public_id}/actions/add_words", {"version": order.version, "values": {"words": words}})
    assert agent.get(f"/orders/{order.public_id}/timeline").json()[-1]["note"] == words


def test_out_of_scope_reads_like_not_there(town, client_for):
    order = town.dispatched(unit=town.units.police)
    stranger = client_for(town.clerks[town.units.housing.pk])
    assert stranger.get(f"/orders/{order.public_id}").status_code == 404
    assert stranger.get(f"/orders/{order.public_id}/timeline").status_code == 404
    part = town.lead(order)
    assert stranger.post(f"/assignments/{part.public_id}/actions/sign", {"values": {}}).status_code == 404
    assert stranger.get("/orders").json()["items"] == []


class TestPersonalData:
    """Masked by default, opened with a reason, every look written down."""

    @pytest.fixture
    def order(self, town):
        return town.dispatched(
            citizen=factories.citizen("+8613812345678", "张三"), caller_place="东风路 12 号 3 单元 401 室"
        )

    def test_pages_show_it_masked_and_write_the_look_down(self, order, agent):
        page = agent.get(f"/orders/{order.public_id}").json()
        assert page["citizen"] == {"name_masked": "张**", "phone_masked": "138****5678"}
        assert "401" not in page["caller_place_masked"]
        row = AuditEntry.objects.latest("id")
        assert (row.verb, row.subject_id) == ("order.viewed", order.pk)

    def test_it_is_opened_with_a_reason(self, order, agent):
        reply = agent.post(f"/orders/{order.public_id}/reveal", {"field": "phone", "reason": "回拨核实"})
        assert reply.json() == {"value": "+8613812345678"}
        row = AuditEntry.objects.latest("id")
        assert (row.verb, row.reason, row.changes) == ("order.reveal", "回拨核实", {"field": "phone"})
        for body in ({"field": "phone", "reason": " "}, {"field": "colour", "reason": "好奇"}):
            assert agent.post(f"/orders/{order.public_id}/reveal", body).status_code == 422

    @pytest.mark.parametrize("role", ["dispatcher", "analyst", "auditor"])
    def test_who_does_not_need_it_does_not_get_it(self, order, town, client_for, role):
        client = client_for(town.people[role])
        reply = client.post(f"/orders/{order.public_id}/reveal", {"field": "phone", "reason": "看看"})
        assert reply.status_code == 403

    def test_the_unit_in_charge_may_open_it(self, order, clerk):
        reply = clerk.post(f"/orders/{order.public_id}/reveal", {"field": "caller_place", "reason": "上门"})
        assert reply.json()["value"] == "东风路 12 号 3 单元 401 室"

    def test_of_a_confidential_order_a_unit_learns_nothing(self, town, clerk):
        citizen = factories.citizen("+8613812345678", "张三")
        order = town.dispatched(citizen=citizen, confidential=True, caller_place="东风路 12 号")
        page = clerk.get(f"/orders/{order.public_id}").json()
        assert page["citizen"] == {"name_masked": "保密", "phone_masked": "由热线中心转接"}
        assert (page["caller_place_masked"], page["query_code"]) == ("", "")
        for field in ("phone", "name", "caller_place", "text"):
            reply = clerk.post(f"/orders/{order.public_id}/reveal", {"field": field, "reason": "联系"})
            assert (reply.status_code, reply.json()["code"]) == (403, "confidential")


def picture(name: str) -> BytesIO:
    """A whole PNG of one white dot."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\xff")), (b"IEND", b"")]
    file = BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))
    file.name = name
    return file


def test_files_are_added_and_listed(town, clerk, agent):
    order = town.dispatched()
    png = picture("现场.png")
    reply = clerk.upload(f"/orders/{order.public_id}/attachments", {"file": png})
    assert reply.status_code == 201, reply.content
    listed = agent.get(f"/orders/{order.public_id}/attachments").json()
    assert [(row["name"], row["media_type"]) for row in listed] == [("现场.png", "image/png")]
    assert agent.get(f"/orders/{order.public_id}").json()["attachments"] == listed


def test_a_file_sent_twice_with_one_key_is_added_once(town, clerk):
    path = f"/orders/{town.dispatched().public_id}/attachments"
    first, again = (clerk.upload(path, {"file": picture("现场.png")}, HTTP_IDEMPOTENCY_KEY="file-1") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert len(clerk.get(path).json()) == 1


def test_an_analyst_adds_no_files(town, client_for):
    order = town.dispatched()
    client = client_for(town.people["analyst"])
    reply = client.upload(f"/orders/{order.public_id}/attachments", {"file": picture("x.png")})
    assert reply.status_code == 403


def test_lights_follow_the_readers_own_part(town, clerk, agent, frozen_now):
    order = town.dispatched(assists=[])
    item = agent.get("/orders").json()["items"][0]
    assert (item["light"], item["assignment"]) == ("green", None)
    frozen_now.advance(timedelta(days=7, hours=5))
    item = clerk.get("/orders").json()["items"][0]
    assert (item["light"], item["assignment"]["state"]) == ("red", "to_sign")
    assert order.order_no == item["order_no"]
