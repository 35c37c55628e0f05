"""Categories over HTTP: searched by everybody, kept by few, out and in as sheets."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.base.tables import XLSX, read_table, write_table
from huying.base.taxonomy.models import Category, Crosswalk
from huying.base.taxonomy.sheets import CATEGORY_COLUMNS, CROSSWALK_COLUMNS, RESPONSIBILITY_COLUMNS
from tests import factories

pytestmark = pytest.mark.django_db


def sheet(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("表.xlsx", content, XLSX)}


def test_search_in_a_fixed_number_of_queries(client_for, django_assert_max_num_queries):
    factories.categories()
    client = client_for(factories.person("unit_clerk"))
    with django_assert_max_num_queries(8):
        page = client.get("/taxonomy/categories?words=暖气").json()
    (item,) = page["items"]
    assert (item["full_name"], item["leaf"], page["count"], page["next"]) == ("城乡建设/供热/暖气不热", True, 1, None)
    assert client.get("/taxonomy/categories?tree=nowhere").status_code == 404
    assert client.get("/taxonomy/categories?cursor=xx").status_code == 422


def test_a_sheet_goes_out_and_comes_in_again_unchanged(client_for):
    made = factories.categories()
    Category.objects.filter(pk=made.noise.pk).update(name="=夜间施工", full_name="城乡建设/噪声/=夜间施工")
    admin = client_for(factories.person("model_manager"))
    out = admin.get("/taxonomy/categories.xlsx")
    assert out["Content-Type"] == XLSX
    rows = read_table(out.content, CATEGORY_COLUMNS).rows
    assert "=夜间施工" in {row.values["name"] for row in rows}
    # The factory knows no spelling, so that the first import writes it; the second finds nothing to do.
    admin.upload("/taxonomy/categories.xlsx", sheet(out.content))
    report = admin.upload("/taxonomy/categories.xlsx", sheet(out.content)).json()
    assert report == {"added": 0, "changed": 0, "unchanged": 8, "errors": []}


def test_bad_cells_are_told_with_their_lines(client_for):
    factories.categories()
    rows = [{"code": "09", "name": "新类"}, {"code": "", "name": "没代码"}, {"code": "10", "name": "甲/乙"}]
    admin = client_for(factories.person("model_manager"))
    report = admin.upload("/taxonomy/categories.xlsx", sheet(write_table("分类", CATEGORY_COLUMNS, rows))).json()
    assert report["added"] == 1
    assert [(error["line"], error["column"]) for error in report["errors"]] == [(3, "代码"), (4, "名称")]
    assert admin.upload("/taxonomy/categories.xlsx", sheet(b"not a table \x00")).json()["code"] == "not_a_table"


def test_editions_categories_and_crosswalks_are_kept(client_for):
    made = factories.categories()
    admin = client_for(factories.person("model_manager"))
    body = {"edition": "2030", "effective_from": "2030-01-01", "copy_of": made.tree.pk}
    fresh = admin.post("/taxonomy/trees", body).json()
    assert admin.get("/taxonomy/trees").json()["items"][1]["effective_until"] == "2029-12-31"
    added = admin.post("/taxonomy/categories", {"tree": fresh["id"], "code": "99", "name": "新类"})
    assert added.status_code == 201
    key = added.json()["id"]
    patched = admin.patch(f"/taxonomy/categories/{key}", {"version": 1, "name": "改名"})
    assert patched.json()["full_name"] == "改名"
    assert admin.patch(f"/taxonomy/categories/{key}", {"version": 1, "name": "旧"}).status_code == 409
    put = admin.put(f"/taxonomy/categories/{made.noise.pk}/crosswalk", {"targets": [{"category": key}]})
    assert put.status_code == 200
    ways = admin.get(f"/taxonomy/categories/{made.noise.pk}/translate?tree={fresh['id']}").json()["items"]
    assert [(way["category"]["code"], way["share"]) for way in ways] == [("99", 1.0)]
    assert admin.post(f"/taxonomy/categories/{key}/retire", {"version": 2, "on": "2030-06-01"}).status_code == 200
    ended = admin.post(f"/taxonomy/trees/{fresh['id']}/end", {"version": 1, "effective_until": "2030-12-31"})
    assert ended.json()["effective_until"] == "2030-12-31"


def test_a_crosswalk_sheet_refuses_what_does_not_add_up(client_for):
    made = factories.categories()
    admin = client_for(factories.person("model_manager"))
    body = {"edition": "2030", "effective_from": "2030-01-01", "copy_of": made.tree.pk}
    fresh = admin.post("/taxonomy/trees", body).json()
    address = f"/taxonomy/crosswalk.xlsx?source={made.tree.pk}&target={fresh['id']}"
    assert len(read_table(admin.get(address).content, CROSSWALK_COLUMNS).rows) == 8
    rows = [
        {"source": "010101", "target": "010101", "share": 0.5},
        {"source": "010101", "target": "010201", "share": 0.5},
        {"source": "010201", "target": "010201", "share": 0.6},
        {"source": "nowhere", "target": "01", "share": 1},
    ]
    report = admin.upload(address, sheet(write_table("对照", CROSSWALK_COLUMNS, rows))).json()
    assert (report["changed"], [error["line"] for error in report["errors"]]) == (1, [4, 5])
    assert Crosswalk.objects.filter(source=made.noise).count() == 2


def test_responsibilities_come_in_and_go_out(client_for):
    factories.categories()
    unit = factories.unit("示例住建局")
    admin = client_for(factories.person("model_manager"))
    rows = [
        {"unit": "示例住建局", "category": "010101", "matter": "施工噪声", "effective_from": "2024-01-01"},
        {"unit": "没有的局", "matter": "甲", "effective_from": "2024-01-01"},
        {"unit": "示例住建局", "matter": "乙", "effective_from": "不是日期"},
    ]
    content = write_table("权责", RESPONSIBILITY_COLUMNS, rows)
    report = admin.upload("/taxonomy/responsibilities.xlsx", sheet(content)).json()
    assert (report["added"], [error["line"] for error in report["errors"]]) == (1, [3, 4])
    again = admin.upload("/taxonomy/responsibilities.xlsx", sheet(content)).json()
    assert (again["added"], again["unchanged"]) == (0, 1)
    (line,) = admin.get(f"/taxonomy/responsibilities?unit={unit.public_id}").json()["items"]
    assert (line["matter"], line["category"]) == ("施工噪声", "城乡建设/噪声/夜间施工")
    assert admin.get("/taxonomy/responsibilities.xlsx").status_code == 200


@pytest.mark.parametrize("address", ["/taxonomy/categories.xlsx", "/taxonomy/responsibilities.xlsx"])
def test_only_keepers_take_sheets(client_for, address: str):
    assert client_for(factories.person("agent")).get(address).status_code == 403


def test_a_responsibility_is_entered_once_and_ended(client_for):
    made, unit = factories.categories(), factories.unit("供热公司")
    admin = client_for(factories.person("system_admin"))
    line = {
        "unit": unit.public_id, "category": made.noise.pk, "matter": "夜间施工噪声", "basis": "三定方案第 3 条",
        "effective_from": "2025-01-01",
    }  # fmt: skip

    entered = admin.post("/taxonomy/responsibilities", line)
    assert entered.status_code == 201, entered.content
    assert admin.post("/taxonomy/responsibilities", line).status_code == 409
    end = {"version": entered.json()["version"], "effective_until": "2025-02-01"}
    path = f"/taxonomy/responsibilities/{entered.json()['id']}/end"
    assert admin.post(path, {**end, "version": 9}).status_code == 409
    assert admin.post(path, end).json()["effective_until"] == "2025-02-01"
    assert client_for(factories.person("agent")).post(path, end).status_code == 403
