"""What a person chose on a page, and filters under a name: kept small, one's own, shared with colleagues on purpose."""

import pytest

from huying.base.audit.models import AuditEntry
from tests import factories
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return factories.unit("市综合行政执法局")


@pytest.fixture
def desk(office):
    return ApiClient.for_person(factories.person("unit_clerk", unit=office))


@pytest.fixture
def colleague(office):
    return ApiClient.for_person(factories.person("unit_clerk", unit=office))


@pytest.fixture
def stranger(db):
    return ApiClient.for_person(factories.person("unit_clerk", unit=factories.unit()))


def test_columns_are_there_again_at_the_next_login_and_are_nobody_elses(desk, colleague):
    chosen = {"columns": ["title", "left"], "frozen": 1}
    assert desk.put("/org/pages/orders", {"document": chosen}).json() == {"document": chosen, "version": 1}
    assert desk.get("/org/pages/orders").json()["document"] == chosen
    assert colleague.get("/org/pages/orders").json()["document"] == {}
    assert AuditEntry.objects.filter(verb="preference.set").count() == 1


def test_a_stale_choice_is_told_where_the_page_asks(desk):
    desk.put("/org/pages/orders", {"document": {}})
    desk.put("/org/pages/orders", {"document": {"a": 1}, "version": 1})
    refused = desk.put("/org/pages/orders", {"document": {"a": 2}, "version": 1})
    assert (refused.status_code, refused.json()["current"]) == (409, {"version": 2})


def test_a_filter_is_shared_with_the_own_unit_only(desk, colleague, stranger):
    made = desk.post("/org/pages/orders/filters", {"name": "本周超期", "document": {"overdue": True}, "shared": True})
    assert made.status_code == 201
    desk.post("/org/pages/orders/filters", {"name": "自己看", "document": {"mine": True}})
    seen = [
        [row["name"] for row in client.get("/org/pages/orders").json()["filters"]]
        for client in (desk, colleague, stranger)
    ]
    assert [sorted(names) for names in seen] == [["本周超期", "自己看"], ["本周超期"], []]

    address = f"/org/filters/{made.json()['id']}"
    change = {"name": "改名", "document": {}, "shared": False, "version": 1}
    assert [client.patch(address, change).status_code for client in (colleague, stranger)] == [403, 404]
    assert [client.delete(address).status_code for client in (colleague, stranger)] == [403, 404]
    assert desk.patch(address, change).json()["name"] == "改名"
    assert desk.patch(address, change).status_code == 409
    assert colleague.get("/org/pages/orders").json()["filters"] == []
    assert desk.delete(address).status_code == 204


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"words": "13800138000"}, id="telephone"),
        pytest.param({"more": {"who": ["11010519491231002X"]}}, id="identity card"),
        pytest.param({"text": "字" * 9000}, id="too large"),
        pytest.param({"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}, id="too deep"),
    ],
)
def test_no_citizens_number_and_no_store_of_files(desk, document):
    for answer in (
        desk.put("/org/pages/orders", {"document": document}),
        desk.post("/org/pages/orders/filters", {"name": "存", "document": document}),
    ):
        assert answer.status_code == 422
    assert desk.get("/org/pages/orders").json() == {"document": {}, "version": 0, "filters": []}


def test_two_filters_of_one_name_are_refused_in_words(desk):
    desk.post("/org/pages/orders/filters", {"name": "同名", "document": {}})
    refused = desk.post("/org/pages/orders/filters", {"name": "同名", "document": {}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "name")


def test_many_filters_cost_no_more_statements(desk, django_assert_max_num_queries):
    for number in range(20):
        desk.post("/org/pages/orders/filters", {"name": f"第{number}个", "document": {}})
    with django_assert_max_num_queries(5):
        assert len(desk.get("/org/pages/orders").json()["filters"]) == 20


def test_no_citizens_number_is_a_filters_name(desk):
    refused = desk.post("/org/pages/orders/filters", {"name": "13800138000", "document": {}})
    assert refused.status_code == 422
