"""A unit's desk: what waits, signing many, handing on with the time known before, calling without seeing the number."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events.models import Event
from huying.base.taxonomy.models import Responsibility
from huying.handling.orders import actions as orders
from huying.handling.orders.models import Outreach
from huying.handling.undertaking import relays
from huying.handling.undertaking.models import RelayCall
from tests import factories
from tests.base.files.test_photos import LEFT_UP, photo

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_the_tabs_say_how_many_wait(town, housing):
    town.dispatched()
    town.handling()
    told = housing.get("/undertaking/counts").json()
    assert told == {"states": {"to_sign": 1, "handling": 1}, "overdue": 0, "redo": 0}


def test_counting_takes_as_many_statements_for_many_as_for_one(town, housing):
    town.dispatched()
    housing.get("/undertaking/counts")  # the first look of a session also notes that it is used
    statements = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            housing.get("/undertaking/counts")
        statements.append(len(asked))
        for _ in range(5):
            town.dispatched()
    assert statements[0] == statements[1]


def test_own_leaves_out_what_lies_with_units_below(town, client_for):
    order = town.handling(unit=town.units.street)
    clerk = town.clerks[town.units.street.pk]
    orders.delegate(actor=clerk, assignment=town.lead(order), unit=town.units.community)
    desk = client_for(clerk)
    assert desk.get("/undertaking/counts").json()["states"] == {"handling": 1}
    assert desk.get("/undertaking/counts?own=false").json()["states"] == {"handling": 1, "to_sign": 1}
    assert [row["assignment"]["child"] for row in desk.get("/assignments?own=true").json()["items"]] == [False]


def test_many_are_signed_at_once_and_those_that_cannot_be_say_why(town, housing):
    first, second, other = town.dispatched(), town.dispatched(), town.dispatched(unit=town.units.police)
    stale = town.lead(second)
    wanted = [{"id": town.lead(o).public_id, "version": town.lead(o).version} for o in (first, second, other)]
    wanted[1]["version"] = stale.version + 5
    events = Event.objects.filter(type="assignment.sign").count()
    told = housing.post("/undertaking/sign", {"items": wanted}).json()
    assert told["signed"] == 1
    assert [row["signed"] for row in told["items"]] == [True, False, False]
    assert "别人刚刚改过" in told["items"][1]["why"]
    assert "不在您的范围内" in told["items"][2]["why"]
    assert town.lead(first).state == "handling"
    assert town.lead(second).state == "to_sign"
    assert Event.objects.filter(type="assignment.sign").count() == events + 1


def test_the_time_shown_before_handing_on_is_the_time_it_gets(town, client_for):
    order = town.handling(unit=town.units.street)
    lead, clerk = town.lead(order), town.clerks[town.units.street.pk]
    desk = client_for(clerk)
    told = desk.get(f"/undertaking/assignments/{lead.public_id}/units").json()
    assert {unit["name"] for unit in told["units"]} >= {town.units.community.name}
    assert told["due_at"] < told["own_due_at"]
    orders.delegate(actor=clerk, assignment=lead, unit=town.units.community)
    child = town.of(order, town.units.community)
    assert [child.due_at, child.sign_due_at] == [datetime.fromisoformat(told[k]) for k in ("due_at", "sign_due_at")]
    again = desk.get(f"/undertaking/assignments/{lead.public_id}/units").json()
    busy = {unit["name"]: unit["busy"] for unit in again["units"]}
    assert busy[town.units.community.name] is True


def test_an_objection_can_cite_what_the_lists_say(town, housing):
    noise = factories.categories().noise
    begins = clock.today()
    Responsibility.objects.create(
        unit=town.units.police, category=noise, matter="社会生活噪声查处", effective_from=begins
    )
    order = town.dispatched(category=noise)
    told = housing.get(f"/undertaking/assignments/{town.lead(order).public_id}/clauses").json()
    cited = next(row for row in told if row["source"] == "权责清单")
    assert (cited["clause"], cited["unit_id"]) == ("社会生活噪声查处", town.units.police.public_id)


def test_a_call_shows_no_number_and_its_result_is_the_outreach(town, housing):
    order = town.handling(confidential=True)
    lead = town.lead(order)
    reply = housing.post(f"/undertaking/assignments/{lead.public_id}/calls")
    assert reply.status_code == 201
    assert (reply.json()["dial"], reply.json()["code"]) == ("12345", order.order_no)
    assert AuditEntry.objects.filter(verb="assignment.relay_call", actor_id=town.clerks[lead.unit_id].pk).count() == 1
    values = {"connected": True, "summary": "约定明天上午上门"}
    housing.post(f"/assignments/{lead.public_id}/actions/record_outreach", {"values": values})
    attempt = Outreach.objects.get()
    assert (attempt.relayed, attempt.connected, RelayCall.objects.get().outreach) == (True, True, attempt)
    housing.post(f"/assignments/{lead.public_id}/actions/record_outreach", {"values": values})
    assert Outreach.objects.count() == 2, "an outreach without a call is an outreach too"


def test_an_exchange_can_take_the_calls_over(town, housing, monkeypatch):
    rung = []

    class Exchange:
        name = "exchange"

        def begin(self, *, call_id: str, order_no: str, phone: str) -> relays.Bridge:
            rung.append(phone)
            return relays.Bridge(dial="", code="", words="总机正在呼叫您和诉求人，请接听。")

    monkeypatch.setattr(relays, "_chosen", relays.chosen())
    relays.use(Exchange())
    order = town.handling()
    reply = housing.post(f"/undertaking/assignments/{town.lead(order).public_id}/calls").json()
    assert reply["words"].startswith("总机")
    assert rung[0].startswith("+86")
    assert rung[0] not in str(reply)


def test_nobody_is_called_for_what_is_not_in_hand_or_not_ours(town, housing):
    waiting, theirs = town.dispatched(), town.handling(unit=town.units.police)
    assert housing.post(f"/undertaking/assignments/{town.lead(waiting).public_id}/calls").status_code == 409
    assert housing.post(f"/undertaking/assignments/{town.lead(theirs).public_id}/calls").status_code == 404
    nobody = town.handling(anonymous=True)
    assert housing.post(f"/undertaking/assignments/{town.lead(nobody).public_id}/calls").json()["code"] == "no_phone"


def test_a_photo_after_handling_is_kept_upright_with_its_time_and_place(town, housing, settings, tmp_path):
    settings.DATA = tmp_path
    order = town.handling()
    taken = photo(turned=LEFT_UP, taken="2025:06:16 10:30:00").getvalue()
    sent = {"file": SimpleUploadedFile("IMG_1.jpg", taken), "kind": "after", "longitude": "120.1", "latitude": "30.2"}
    reply = housing.upload(f"/orders/{order.public_id}/attachments", sent)
    assert reply.status_code == 201
    told = reply.json()
    assert told["kind"] == "after"
    assert datetime.fromisoformat(told["taken_at"]) == datetime(2025, 6, 16, 2, 30, tzinfo=UTC)
    assert (told["longitude"], told["latitude"]) == (120.1, 30.2)
    wrong = sent | {"file": SimpleUploadedFile("x.jpg", b"GIF89a" + b"\x00" * 9)}
    refused = housing.upload(f"/orders/{order.public_id}/attachments", wrong)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")


def test_a_citizen_adds_a_photo_by_number_and_code(town, client_for, settings, tmp_path):
    from tests.api_client import ApiClient

    settings.DATA = tmp_path
    order = town.file()
    citizen = ApiClient()
    sent = {"order_no": order.order_no, "query_code": order.query_code}
    file = io.BytesIO(photo().getvalue())
    file.name = "a.jpg"
    assert citizen.upload("/public/photos", sent | {"file": file}).status_code == 201
    wrong = {"order_no": order.order_no, "query_code": "00000000", "file": SimpleUploadedFile("a.jpg", b"x")}
    assert citizen.upload("/public/photos", wrong).status_code == 404
    seen = client_for(town.people["agent"]).get(f"/orders/{order.public_id}/attachments").json()
    assert [row["kind"] for row in seen] == ["scene"]


def test_overdue_ones_are_counted(town, housing, frozen_now):
    town.handling()
    frozen_now.advance(timedelta(days=20))
    assert housing.get("/undertaking/counts").json()["overdue"] == 1
