"""API6 Unrestricted access to sensitive business flows: filing by machine, guessing query codes, forged visit links."""

import pytest
from django.core.cache import cache

from huying.base.audit.models import AuditEntry
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.actions import WRONG_CODES
from tests.api_client import ApiClient
from tests.security.surface import Stage

pytestmark = pytest.mark.django_db
FORM = {"text": "东风社区路灯不亮，请修。", "phone": "13800138000"}


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def file(address: str = "1.2.3.4", **more: str):
    return ApiClient().post("/public/orders", FORM, REMOTE_ADDR=address, **more)


def query(order: WorkOrder, code: str, address: str = "1.2.3.4"):
    body = {"order_no": order.order_no, "query_code": code}
    return ApiClient().post("/public/query", body, REMOTE_ADDR=address)


def test_one_address_files_ten_orders_an_hour_and_is_told_when_to_come_back(stage: Stage):
    answers = [file() for _ in range(11)]
    assert [a.status_code for a in answers] == [201] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3601
    assert file("1.2.3.5").status_code == 201


def test_looking_is_counted_apart_from_filing(stage: Stage):
    for _ in range(20):
        query(stage.order, "WRONGONE")
    assert file().status_code == 201


def test_a_made_up_forwarding_header_is_counted_as_nothing(stage: Stage, settings, monkeypatch):
    assert [file(HTTP_X_FORWARDED_FOR=f"9.9.9.{n}").status_code for n in range(11)][-1] == 429
    monkeypatch.setattr(settings.OPTIONS, "trusted_proxies", ["10.0.0.1"])
    seen = [file("10.0.0.1", HTTP_X_FORWARDED_FOR=f"9.9.9.{n}, 7.7.7.7").status_code for n in range(11)]
    assert seen == [201] * 10 + [429]


def test_a_household_has_one_count_whichever_of_its_addresses_it_uses(stage: Stage):
    assert [file(f"2001:db8:1:2::{n}").status_code for n in range(11)][-1] == 429
    assert file("2001:db8:1:3::1").status_code == 201


def test_guessing_the_code_of_an_order_ends_after_ten_from_wherever(stage: Stage):
    for number in range(WRONG_CODES):
        assert query(stage.order, "WRONGONE", f"5.5.5.{number}").status_code == 404
    assert query(stage.order, stage.order.query_code, "6.6.6.6").status_code == 429
    assert query(stage.visited, stage.visited.query_code, "6.6.6.6").status_code == 200
    tries = AuditEntry.objects.filter(verb="public.refused", subject_id=stage.order.pk, succeeded=False)
    assert tries.count() == WRONG_CODES
    assert {row.address for row in tries} == {f"5.5.5.{number}" for number in range(WRONG_CODES)}


@pytest.mark.parametrize("code", ["查询码查询码", "😀😀😀😀", "' OR 1=1 --", "%%%%%%", "________"])
def test_a_strange_code_is_a_wrong_code(stage: Stage, code):
    assert query(stage.order, code).status_code == 404


def test_a_citizen_sees_no_clerk_no_number_and_no_answer_before_its_time(stage: Stage):
    shown = query(stage.order, stage.order.query_code.lower())
    assert shown.status_code == 200
    assert shown.json()["reply"] == ""
    for person in (*stage.town.people.values(), *stage.town.clerks.values()):
        assert person.name not in shown.content.decode()


ANSWERS = {"contacted": "yes", "solved": "solved", "satisfied": "satisfied"}


def test_a_visit_link_answers_once_and_a_made_up_one_never(stage: Stage):
    assert ApiClient().post("/public/visit/" + "A" * 22, ANSWERS).status_code == 404
    assert ApiClient().post(f"/public/visit/{stage.link[:-1]}x", ANSWERS).status_code == 404
    assert ApiClient().post(f"/public/visit/{stage.link}", ANSWERS).status_code == 200
    again = ApiClient().post(f"/public/visit/{stage.link}", {**ANSWERS, "satisfied": "dissatisfied"})
    assert (again.status_code, again.json()["code"]) == (409, "used")


def test_a_public_form_needs_a_page_of_ours():
    assert ApiClient(csrf=True).post("/public/orders", FORM).status_code == 403


def test_a_token_is_no_way_around_the_public_bounds(stage: Stage, token_for):
    client = ApiClient.with_token(token_for(stage.town.people["integrator"], scopes=("read", "write")))
    assert client.post("/public/orders", FORM).status_code == 401


def test_another_form_with_the_same_key_does_not_open_the_first(stage: Stage):
    first = file(HTTP_IDEMPOTENCY_KEY="form-1")
    other = ApiClient().post("/public/orders", {**FORM, "text": "另一件事，请看看。"}, HTTP_IDEMPOTENCY_KEY="form-1")
    assert first.status_code == 201
    assert other.status_code == 422
    assert first.json()["query_code"] not in other.content.decode()
