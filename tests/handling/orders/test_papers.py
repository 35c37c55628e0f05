"""Lists as tables, an order as an official sheet, its versions, and one field that finds everything."""

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from huying.base.audit.models import AuditEntry
from huying.handling.orders import sheets
from huying.handling.orders.models import WorkOrder
from tests import factories
from tests.api_client import ApiClient
from tests.handling.orders import town as towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db):
    return towns.build()


@pytest.fixture
def desk(town):
    return ApiClient.for_person(town.people["dispatcher"])


def table(answer) -> list[tuple]:
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_the_sheet_holds_what_the_screen_shows_masked_and_is_audited_once(town, desk):
    order = town.dispatched()
    order.title = "=HYPERLINK(1)路灯不亮"
    order.save()
    answer = desk.get("/orders/lists/export.xlsx?columns=title,state,citizen&sort=due")
    head, *lines = table(answer)
    assert head == ("工单编号", "标题", "状态", "诉求人")
    assert (answer["X-Rows"], len(lines)) == ("1", 1)
    assert lines[0][0] == order.order_no
    assert lines[0][1].startswith("'=")
    assert "****" in lines[0][3]
    entry = AuditEntry.objects.get(verb="orders.exported")
    assert (entry.changes["rows"], entry.changes["with_citizen"]) == (1, 1)


def test_a_unit_exports_its_own_orders_only(town):
    order = town.dispatched()
    stranger = factories.person("unit_clerk", unit=factories.unit())
    assert len(table(ApiClient.for_person(stranger).get("/orders/lists/export.xlsx"))) == 1
    own = factories.person("unit_clerk", unit=order.lead_unit)
    assert len(table(ApiClient.for_person(own).get("/orders/lists/export.xlsx"))) == 2


def test_too_much_is_refused_with_what_to_do(town, desk, monkeypatch):
    town.dispatched()
    monkeypatch.setattr(sheets, "MOST", 0)
    refused = desk.get("/orders/lists/export.xlsx")
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_rows")
    assert desk.get("/orders/lists/export.xlsx?columns=secret").status_code == 422


def test_the_official_sheet_has_every_field_and_room_to_sign(town, desk):
    order = town.dispatched()
    answer = desk.get(f"/orders/{order.public_id}/sheet.docx")
    document = Document(io.BytesIO(answer.content))
    said = "\n".join(
        [line.text for line in document.paragraphs]
        + [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    )
    for words in (
        order.order_no,
        order.title,
        order.text,
        order.lead_unit.name,
        "审签领导",
        "承办单位（盖章）",
        "办理经过",
    ):
        assert words in said
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert AuditEntry.objects.filter(verb="order.printed", subject_id=order.pk).count() == 1


def test_signs_that_no_document_holds_do_not_keep_it_from_being_printed(town, desk):
    order = town.dispatched()
    WorkOrder.objects.filter(pk=order.pk).update(text="路灯\x0b不亮\x1b", order_no='2026/01/02"7')
    answer = desk.get(f"/orders/{order.public_id}/sheet.docx")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="2026-01-02\\"7.docx"'
    cells = [cell.text for t in Document(io.BytesIO(answer.content)).tables for row in t.rows for cell in row.cells]
    assert "路灯不亮" in cells


def test_versions_say_who_changed_what(town, desk, django_assert_max_num_queries):
    order = town.dispatched()
    with django_assert_max_num_queries(12):
        found = desk.get(f"/orders/{order.public_id}/versions").json()
    changes = {change["field"]: change for row in found for change in row["changes"]}
    assert changes["lead_unit"]["new"] == order.lead_unit.name
    assert changes["state"]["label"] == "状态"
    assert all(row["by"]["name"] for row in found)


def test_one_field_finds_orders_places_units_and_people_within_reach(town, desk):
    order = town.dispatched()
    found = desk.post("/search", {"words": order.order_no}).json()
    assert [row["id"] for row in found["orders"]["items"]] == [order.public_id]
    assert AuditEntry.objects.filter(verb="orders.searched").count() == 1
    named = desk.post("/search", {"words": order.lead_unit.name[:3]}).json()
    assert order.lead_unit.name in [row["name"] for row in named["units"]]

    stranger = ApiClient.for_person(factories.person("unit_clerk", unit=factories.unit()))
    assert stranger.post("/search", {"words": order.order_no}).json()["orders"]["items"] == []
    admin = ApiClient.for_person(town.people["system_admin"])
    assert admin.post("/search", {"words": order.order_no}).json()["orders"]["items"] == []
