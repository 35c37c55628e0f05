"""What a centre sets for itself holds from its day on, and never changes what held before."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.handling.orders import limits, rules
from huying.handling.orders.models import DeclineRule, LimitRule, Policy
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("frozen_now")]


@pytest.fixture
def admin(client_for):
    return client_for(factories.person("system_admin"))


def day(later: int = 0) -> str:
    return (clock.today() + timedelta(days=later)).isoformat()


def test_a_new_limit_holds_from_its_day_and_earlier_orders_keep_theirs(admin, town, frozen_now):
    first = admin.post(
        "/terms/limits", {"purpose": "handle", "amount": 4, "measure": "working_days", "effective_from": day()}
    )
    before = factories.order(town.people["agent"], urgency="general", request_type="complaint")
    changed = {"purpose": "handle", "amount": 3, "measure": "working_days", "effective_from": day(7)}
    assert first.status_code == admin.post("/terms/limits", changed).status_code == 201

    assert [row.effective_until for row in LimitRule.objects.order_by("pk")] == [
        clock.today() + timedelta(days=6), None,
    ]  # fmt: skip
    frozen_now.advance(timedelta(days=8))
    after = factories.order(town.people["agent"], urgency="general", request_type="complaint")
    assert [limits.limit_for(order, "handle").amount for order in (before, after)] == [4, 3]
    assert AuditEntry.objects.filter(verb="terms.set_limit").count() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"effective_from": "2020-01-01"}, 422),
        ({"amount": 2.5}, 422),
        ({"amount": 0}, 422),
        ({"measure": "moons"}, 422),
        ({"purpose": "lunch"}, 422),
        ({}, 409),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(admin, change, status):
    body = {"purpose": "handle", "amount": 3, "measure": "working_days", "effective_from": day(2)}
    assert admin.post("/terms/limits", body).status_code == 201
    answer = admin.post("/terms/limits", {**body, **change})
    assert answer.status_code == status, answer.content
    assert LimitRule.objects.count() == 1


def test_the_table_shows_our_own_lines_and_the_standard_where_there_are_none(admin):
    admin.post(
        "/terms/limits",
        {"purpose": "sign", "amount": 1, "measure": "working_hours", "effective_from": day(), "urgency": "urgent"},
    )
    shown = {row["code"]: row for row in admin.get("/terms/limits").json()["purposes"]}
    assert [(line["stage"], line["words"]) for line in shown["sign"]["lines"]] == [("now", "紧急")]
    assert {line["stage"] for line in shown["handle"]["lines"]} == {"default"}


def test_a_line_that_has_not_begun_can_be_dropped_and_an_ended_one_stays_ended(admin):
    made = admin.post(
        "/terms/limits", {"purpose": "redo", "amount": 2, "measure": "working_days", "effective_from": day(5)}
    ).json()
    assert admin.post(f"/terms/limits/{made['id']}/end", {"version": 1, "last_day": day()}).status_code == 200
    assert LimitRule.objects.count() == 0
    assert admin.post(f"/terms/limits/{made['id']}/end", {"version": 1, "last_day": day()}).status_code == 404


def test_who_saw_an_older_line_is_told_instead_of_ending_it(admin):
    made = admin.post(
        "/terms/limits", {"purpose": "redo", "amount": 2, "measure": "working_days", "effective_from": day()}
    ).json()
    path = f"/terms/limits/{made['id']}/end"
    assert admin.post(path, {"version": made["version"], "last_day": day(9)}).json()["version"] == 2
    late = admin.post(path, {"version": made["version"], "last_day": day(1)})
    assert (late.status_code, late.json()["current"]) == (409, {"version": 2})
    assert LimitRule.objects.get().effective_until.isoformat() == day(9)


def test_a_choice_is_checked_by_its_kind(admin):
    good = [
        ("visit.tries", 4), ("visit.not_needed", ["consult"]), ("sign.timeout", "escalates"),
        ("margin.assist_days", 0.5), ("number.format", "YH{day:%Y%m%d}{serial:05d}"),
    ]  # fmt: skip
    bad = [
        ("visit.tries", 4.5), ("visit.tries", 400), ("visit.not_needed", ["nobody"]), ("sign.timeout", "sleep"),
        ("number.format", "{day:%m%d}{serial:05d}"), ("number.format", "{day.__class__}{serial:05d}"),
        ("number.format", "{day:%Y%m%d}"), ("moon.phase", 1),
    ]  # fmt: skip
    for key, value in bad:
        answer = admin.post("/terms/policies", {"key": key, "value": value, "effective_from": day()})
        assert answer.status_code == 422, (key, value)
    for key, value in good:
        answer = admin.post("/terms/policies", {"key": key, "value": value, "effective_from": day()})
        assert answer.status_code == 201, answer.content
        assert limits.policy(key) == answer.json()["value"] == value
    assert Policy.objects.count() == len(good)


def test_the_first_own_ground_for_declining_keeps_the_standard_ones(admin):
    body = {"code": "petition", "name": "信访已受理", "tell": "请到信访局查询。", "effective_from": day()}
    assert admin.post("/terms/declines", body).status_code == 201
    known = limits.decline_rules()
    assert known["petition"] == ("信访已受理", "请到信访局查询。")
    assert known.keys() == rules.DEFAULT_DECLINES.keys()
    extra = {"code": "court", "name": "法院已受理", "tell": "请向法院查询。", "effective_from": day(3)}
    assert admin.post("/terms/declines", extra).status_code == 201
    assert "court" not in limits.decline_rules()
    assert DeclineRule.objects.filter(code="court").exists()


def test_what_a_role_may_do_is_read_out_of_the_state_tables(client_for):
    may = client_for(factories.person("grid_worker")).get("/terms/roles").json()["roles"]
    assert "派单" in {move["label"] for move in may["dispatcher"]}
    assert "签收" in {move["label"] for move in may["grid_worker"]}
    assert "签收" not in {move["label"] for move in may.get("agent", [])}


@pytest.mark.parametrize("path", ["/terms/limits?everything=true", "/terms/policies", "/terms/declines"])
def test_a_table_costs_the_same_however_long(admin, path, django_assert_max_num_queries):
    for serial in range(40):
        LimitRule.objects.create(purpose="handle", amount=1, category_prefix=str(serial), effective_from=clock.today())
        DeclineRule.objects.create(code=str(serial), name="情形", tell="去处", effective_from=clock.today())
    with django_assert_max_num_queries(10):
        assert admin.get(path).status_code == 200
