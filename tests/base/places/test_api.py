"""Places over HTTP: looked up by everybody, sheets out and in for those who keep them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.base.places.models import Division
from huying.base.places.sheets import DIVISION_COLUMNS, PLACE_COLUMNS
from huying.base.tables import XLSX, read_table, write_table
from tests import factories

pytestmark = pytest.mark.django_db


def test_divisions_in_a_fixed_number_of_queries(client_for, django_assert_max_num_queries):
    factories.divisions()
    client = client_for(factories.person("unit_clerk"))
    with django_assert_max_num_queries(8):
        items = client.get("/places/divisions?parent=460101001").json()
    assert [(each["name"], each["parent"], each["has_children"]) for each in items] == [
        ("东风社区", "460101001", False),
        ("和平社区", "460101001", False),
    ]
    assert client.get("/places/divisions?parent=nowhere").status_code == 404


def test_a_sheet_goes_out_and_comes_in_again_unchanged(client_for):
    factories.divisions()
    admin = client_for(factories.person("system_admin"))
    out = admin.get("/places/divisions.xlsx")
    assert out["Content-Type"] == XLSX
    sheet = SimpleUploadedFile("区划.xlsx", out.content, XLSX)
    report = admin.upload("/places/divisions.xlsx", {"file": sheet}).json()
    assert (report["added"], report["errors"]) == (0, [])
    assert len(read_table(io.BytesIO(out.content), DIVISION_COLUMNS).rows) == Division.objects.count()


def test_named_places_are_added_searched_and_imported(client_for):
    factories.divisions()
    admin = client_for(factories.person("system_admin"))
    made = admin.post("/places/named", {"name": "示例花园", "kind": "estate", "division": "460101001001"})
    assert made.status_code == 201
    assert made.json()["kind_label"] == "小区楼盘"
    rows = [
        {"name": "示例路", "kind": "road", "division": "460101001"},
        {"name": "=1+1", "kind": "奇怪", "division": "1"},
    ]
    sheet = SimpleUploadedFile("点位.xlsx", write_table("点位", PLACE_COLUMNS, rows), XLSX)
    report = admin.upload("/places/named.xlsx", {"file": sheet}).json()
    assert report["added"] == 1
    assert [(error["line"], error["column"]) for error in report["errors"]] == [(3, "类型")]
    names = [each["name"] for each in admin.get("/places/named?words=示例").json()["items"]]
    assert names == ["示例路", "示例花园"]
    assert admin.get("/places/named.xlsx").status_code == 200


def test_only_keepers_change_places(client_for):
    agent = client_for(factories.person("agent"))
    assert agent.post("/places/named", {"name": "甲", "division": "1"}).status_code == 403
    assert agent.get("/places/divisions.xlsx").status_code == 403
