"""Dispatching over HTTP."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.base.audit.models import AuditEntry
from huying.base.places.models import Place
from huying.handling.dispatch.models import CatalogueEntry
from huying.handling.dispatch.understanding import understand
from tests import factories

pytestmark = pytest.mark.django_db

NOISE = "东风社区工地夜里十二点还在施工，噪声很大，无法休息，希望处理。"
KINDS = ["catalogue", "bans", "place-rules", "directed-rules"]


@pytest.fixture
def manager(county, client_for):
    return client_for(county.people["model_manager"])


def test_an_agent_has_a_text_read_with_load_and_the_callers_open_orders(county, client_for):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    citizen = factories.citizen("+8613800001234")
    earlier = factories.order(county.people["agent"], citizen=citizen)
    factories.assignment(earlier, county.units.housing, due_from=earlier.filed_at)
    audits = AuditEntry.objects.count()

    made = client_for(county.people["agent"]).post(
        "/dispatch/analyse", {"text": NOISE, "category": county.categories.noise.pk, "phone": "138 0000 1234"}
    )

    assert made.status_code == 200, made.content
    body = made.json()
    first = body["units"][0]
    assert (first["name"], first["step"], first["probability"]) == ("住房和城乡建设局", "catalogue", 1.0)
    assert first["load"] == {"open": 1, "overdue": 0, "staff": 0}
    assert body["would_dispatch"] is True
    assert body["places"][0]["division"]["id"] == "460101001001"
    assert [one["order_no"] for one in body["citizen"]["open_orders"]] == [earlier.order_no]
    assert body["citizen"]["orders_in_year"] == 1
    assert AuditEntry.objects.count() == audits + 1


def test_without_a_known_phone_nobody_is_shown_and_nothing_is_audited(county, client_for):
    audits = AuditEntry.objects.count()

    for phone in ("", "13", "13900009999"):
        body = client_for(county.people["agent"]).post("/dispatch/analyse", {"text": NOISE, "phone": phone}).json()
        assert body["citizen"] is None

    assert AuditEntry.objects.count() == audits


def test_a_dispatcher_who_sees_no_citizens_gets_the_analysis_without_them(county, client_for):
    factories.citizen("+8613800001234")

    body = client_for(county.people["dispatcher"]).post("/dispatch/analyse", {"text": NOISE, "phone": "13800001234"})

    assert body.json()["citizen"] is None


@pytest.mark.parametrize("text", ["", "噪" * 20_000, "\x1b[31m", "😀"])
def test_odd_texts_are_answered(county, client_for, text):
    made = client_for(county.people["agent"]).post("/dispatch/analyse", {"text": text})

    assert made.status_code == 200
    assert made.json()["would_dispatch"] is False


@pytest.mark.parametrize(
    "wrong",
    [{"text": "噪" * 20_001}, {"text": NOISE, "category": 999999}, {"text": NOISE, "incident_division": "9"}, {}],
)
def test_what_cannot_be_right_is_refused_with_the_field(county, client_for, wrong):
    made = client_for(county.people["agent"]).post("/dispatch/analyse", wrong)

    assert made.status_code == 422
    assert made.json()["errors"]


def test_units_and_administrators_may_not_ask(county, client_for, anonymous):
    assert client_for(county.people["unit_clerk"]).post("/dispatch/analyse", {"text": NOISE}).status_code == 403
    assert client_for(county.people["system_admin"]).get("/dispatch/catalogue").status_code == 403
    assert anonymous.post("/dispatch/analyse", {"text": NOISE}).status_code == 401


def test_an_orders_analysis_and_decisions(county, client_for):
    order = factories.order(county.people["agent"])
    understand(text=NOISE).row(order).save()

    body = client_for(county.people["dispatcher"]).get(f"/dispatch/orders/{order.public_id}/analysis").json()

    assert body["analysis"]["title"].startswith("东风社区工地")
    assert body["decisions"] == []


def bodies(county) -> dict[str, dict]:
    place = Place.objects.create(name="滨江公园", kind="park", division=county.divisions.village)
    noise, street = county.categories.noise.pk, county.units.street.public_id
    return {
        "catalogue": {"clause": "3.2", "category": noise, "unit": street, "division": "460101001", "basis": "三定"},
        "bans": {"category": noise, "unit_kind": "street", "basis": "编办文件"},
        "place-rules": {"place": place.pk, "unit": street},
        "directed-rules": {"name": "夜市", "words": ["夜市"], "unit": street, "priority": 3},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_rules_are_made_listed_and_ended(county, manager, kind):
    made = manager.post(f"/dispatch/{kind}", bodies(county)[kind])
    assert made.status_code == 201, made.content
    rule = made.json()

    listed = manager.get(f"/dispatch/{kind}").json()
    ended = manager.post(f"/dispatch/{kind}/{rule['id']}/end", {"last_day": "2020-01-01", "version": rule["version"]})
    assert listed["items"] == [rule]
    assert ended.status_code == 422  # before it began

    ended = manager.post(
        f"/dispatch/{kind}/{rule['id']}/end", {"last_day": rule["effective_from"], "version": rule["version"]}
    )
    assert ended.json()["effective_until"] == rule["effective_from"]
    stale = manager.post(f"/dispatch/{kind}/{rule['id']}/end", {"last_day": rule["effective_from"], "version": 1})
    assert (stale.status_code, stale.json()["current"]) == (409, {"version": 2})


def test_a_rule_is_made_once_for_one_key(county, manager):
    body = bodies(county)["catalogue"]

    first = manager.post("/dispatch/catalogue", body, headers={"Idempotency-Key": "k1"})
    again = manager.post("/dispatch/catalogue", body, headers={"Idempotency-Key": "k1"})

    assert first.json() == again.json()
    assert CatalogueEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("catalogue", {"clause": ""}, "clause"),
        ("catalogue", {"unit": "nobody"}, "unit"),
        ("catalogue", {"words": ["夜市"]}, "words"),
        ("bans", {"unit_kind": None}, "unit"),
        ("directed-rules", {"words": []}, "words"),
        ("place-rules", {"place": 999999}, "place"),
    ],
)
def test_a_bad_rule_is_refused_with_the_reason(county, manager, kind, change, field):
    made = manager.post(f"/dispatch/{kind}", {**bodies(county)[kind], **change})

    assert made.status_code == 422
    assert [error["field"] for error in made.json()["errors"]] == [field]


def test_listing_costs_the_same_however_many_rules_there_are(county, manager, django_assert_max_num_queries):
    for number in range(60):
        county.entry(category=county.categories.noise, unit=county.units.street, clause=str(number))

    with django_assert_max_num_queries(8):
        first = manager.get("/dispatch/catalogue?limit=50").json()
    second = manager.get(f"/dispatch/catalogue?limit=50&cursor={first['next']}").json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (50, 10, None)


def test_a_list_shows_what_is_in_force_and_on_request_everything(county, manager):
    county.entry(category=county.categories.noise, unit=county.units.street, effective_until=date(2021, 1, 1))

    assert manager.get("/dispatch/catalogue").json()["items"] == []
    assert manager.get("/dispatch/catalogue?everything=true").json()["items"][0]["in_force"] is False


@pytest.mark.parametrize("kind", KINDS)
def test_tables_go_out_and_come_in(county, manager, kind):
    manager.post(f"/dispatch/{kind}", bodies(county)[kind])

    out = manager.get(f"/dispatch/{kind}.xlsx")
    back = manager.upload(f"/dispatch/{kind}.xlsx", {"file": SimpleUploadedFile("rules.xlsx", out.content)})

    assert out["Content-Disposition"] == f'attachment; filename="{kind}.xlsx"'
    assert back.json() == {"added": 0, "changed": 0, "unchanged": 1, "errors": []}


def test_a_file_that_is_no_table_is_refused(county, manager):
    made = manager.upload("/dispatch/bans.xlsx", {"file": SimpleUploadedFile("rules.xlsx", b"\x00\x01")})

    assert made.status_code == 422


def test_an_unknown_kind_is_not_there(manager):
    assert manager.get("/dispatch/nothing").status_code in (404, 422)


def test_automation_is_set_by_the_manager_and_shows_what_happened(county, manager, client_for):
    refused = client_for(county.people["dispatcher"]).post("/dispatch/automation", {"enabled": True, "limit": 0.05})
    set_ = manager.post("/dispatch/automation", {"enabled": True, "limit": 0.05})

    assert refused.status_code == 403
    assert (set_.json()["limit"], set_.json()["set_by"]) == (0.05, county.people["model_manager"].name)
    assert set_.json()["happened"]["dispatched"] == 0
    assert manager.post("/dispatch/automation", {"enabled": True, "limit": 0.9}).status_code == 422


def test_models_are_listed_and_an_unknown_one_is_not_there(manager):
    assert manager.get("/dispatch/models").json() == {"items": []}
    assert manager.post("/dispatch/models/none/promote").status_code == 404
