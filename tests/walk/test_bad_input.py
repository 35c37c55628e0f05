"""Bad input over HTTP: told in Chinese as a problem with what may be done instead; nothing changes, nothing is lost."""

import io

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events.models import Event
from huying.handling.orders.models import Assignment, Step, WorkOrder
from tests import factories
from tests.api_client import ApiClient
from tests.base.files import samples
from tests.walk.conftest import Walk

HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
SHELL = b"#!/bin/sh\nrm -rf /\n"


def rows() -> list[int]:
    return [model.objects.count() for model in (WorkOrder, Assignment, Step, Event, AuditEntry)]


def told(reply, status: int) -> dict:
    """The refusal as a problem in Chinese."""
    assert reply.status_code == status, reply.content.decode()
    assert reply["Content-Type"].startswith("application/problem+json")
    problem = reply.json()
    assert any("一" <= letter <= "鿿" for letter in problem["title"] + problem["detail"])
    return problem


@pytest.mark.parametrize(
    "values",
    [
        {"category": 99_999_999},
        {"category": 2**63},
        {"category": "夜间施工"},
        {"incident_division": "不存在"},
        {"channel": "pigeon"},
        {"urgency": "very"},
        {"text": "   "},
        {"text": "长" * 20_001},
        {"phone": "12345678901234567890"},
    ],
)
def test_an_order_that_cannot_be_is_not_filed(walk: Walk, values: dict) -> None:
    before = rows()
    body = {"text": "路灯坏了，请维修。", "phone": "13900001111", **values}
    problem = told(walk.client("agent").post("/contacts/orders", body), 422)
    assert [error["field"] for error in problem["errors"]] == list(values)
    assert rows() == before


@pytest.mark.parametrize("day", ["2025-02-30", "0000-00-00", "明天", "2020-01-01", "9999-12-31T99:99", 20250630])
def test_impossible_dates(walk: Walk, day: object) -> None:
    order = walk.handling()
    part = walk.look(order, walk.clerk)["assignments"][-1]
    before = rows()
    body = {"version": part["version"], "values": {"reason": "列入计划", "review_on": day}}
    problem = told(walk.client(walk.clerk).post(f"/assignments/{part['id']}/actions/suspend", body), 422)
    assert problem["errors"][0]["field"] == "review_on"
    assert rows()[:4] == before[:4]


def test_what_the_state_does_not_allow_is_told_with_what_it_does(walk: Walk) -> None:
    order = walk.dispatched()
    page = walk.look(order, "dispatcher")
    body = {"version": page["version"], "values": {"unit": walk.town.units.police.public_id}}
    problem = told(walk.client("dispatcher").post(f"/orders/{order}/actions/dispatch", body), 409)
    assert problem["code"] == "not_in_state"
    allowed = [{"action": one["action"], "label": one["label"]} for one in page["allowed_actions"]]
    assert problem["allowed_actions"] == allowed
    assert problem["current"]["state"] == "in_hand"


def test_a_stale_version_is_told_with_the_present_state(walk: Walk) -> None:
    order = walk.file()
    seen = walk.look(order)["version"]
    walk.act("agent", order, "urge", words="请尽快")
    body = {"version": seen, "values": {"unit": walk.town.units.housing.public_id}}
    problem = told(walk.client("dispatcher").post(f"/orders/{order}/actions/dispatch", body), 409)
    assert (problem["code"], problem["current"]["version"]) == ("stale", seen + 1)
    assert "dispatch" in [one["action"] for one in problem["allowed_actions"]]
    assert walk.look(order)["state"] == "to_dispatch"


@pytest.mark.parametrize("fields", [{"expires_at": "now"}, {"revoked_at": "now"}, None])
def test_a_token_that_no_longer_counts(walk: Walk, fields: dict | None) -> None:
    agent = walk.town.people["agent"]
    secret = "made-up" if fields is None else factories.token(agent, **dict.fromkeys(fields, clock.now()))
    client = ApiClient.with_token(secret)
    assert told(client.get("/orders"), 401)["code"] == "bad_token"
    assert told(client.post("/contacts/orders", {"text": "路灯坏了"}), 401)["code"] == "bad_token"


def test_markup_is_kept_as_written(walk: Walk) -> None:
    words = "<script>alert(1)</script><b>路灯</b>坏了 & 没人修"
    order = walk.file(text=words, title="<img src=x onerror=alert(1)>")
    page = walk.look(order)
    assert (page["text"], page["title"]) == (words, "<img src=x onerror=alert(1)>")


def test_an_oversized_body_is_refused_unread(walk: Walk, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    before = rows()
    told(walk.client("agent").post("/contacts/orders", {"text": "长" * 200_000}), 413)
    assert rows() == before


class TestAttachments:
    """Judged by content, not by name; nothing is ever shown in place as a page."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, settings) -> None:
        settings.DATA = tmp_path

    @staticmethod
    def attach(walk: Walk, order: str, content: bytes, name: str):
        file = io.BytesIO(content)
        file.name = name
        return walk.client(walk.clerk).upload(f"/orders/{order}/attachments", {"file": file})

    @pytest.mark.parametrize("content", [HTML, SVG, b"\x7fELF" + b"\0" * 60], ids=["page", "drawing", "program"])
    @pytest.mark.parametrize("name", ["照片.jpg", "x.html"])
    def test_what_could_run_is_refused_whatever_its_name(self, walk: Walk, content: bytes, name: str) -> None:
        order = walk.handling()
        told(self.attach(walk, order, content, name), 422)
        assert walk.look(order)["attachments"] == []

    def test_a_script_is_refused_or_only_downloaded(self, walk: Walk) -> None:
        order = walk.handling()
        reply = self.attach(walk, order, SHELL, "照片.jpg")
        if reply.status_code == 422:
            return
        opened = walk.client(walk.clerk).get(f"/files/{reply.json()['id']}")
        assert opened["Content-Disposition"].startswith("attachment")
        assert opened["Content-Type"] == "application/octet-stream"

    def test_a_picture_is_shown_but_may_run_nothing(self, walk: Walk) -> None:
        order = walk.handling()
        reply = self.attach(walk, order, samples.png(), "现场.html")
        assert reply.status_code == 201, reply.content.decode()
        opened = walk.client(walk.clerk).get(f"/files/{reply.json()['id']}")
        assert opened["Content-Type"] == "image/png"
        assert opened["X-Content-Type-Options"] == "nosniff"
        assert opened["Content-Security-Policy"].startswith("sandbox")
