"""Lists: filters, pages, counts, and how many statements they cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.base.audit.models import AuditEntry
from huying.base.taxonomy.models import Category
from huying.handling.orders import actions, selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.models import WorkOrder
from tests import factories

MOST = 8


def statements(queries) -> list[str]:
    """What counts: BEGIN, COMMIT and savepoints do not."""
    quiet = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [q["sql"] for q in queries if not q["sql"].upper().startswith(quiet)]


@pytest.mark.parametrize("who", ["agent", "dispatcher", "clerk", "street"])
@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize("query", ["", "?sort=due", "?mine=true&sort=due", "?words=夜间"])
def test_a_list_costs_at_most_eight_statements_whatever_its_length(town, client_for, index, who, number, query):
    orders = [town.dispatched(category=None) for _ in range(2)]
    template = orders[0]
    rows = [
        factories.order(
            town.people["agent"], citizen=template.citizen, lead_unit=town.units.housing, due_at=template.due_at
        )
        for _ in range(number)
    ]
    for row in rows:
        factories.assignment(row, town.units.housing)
    people = {"clerk": town.clerks[town.units.housing.pk], "street": town.people["street_dispatcher"]}
    client = client_for(people.get(who) or town.people[who])
    index()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        reply = client.get(f"/orders{query}")
    assert reply.status_code == 200
    made = statements(seen.captured_queries)
    assert len(made) <= MOST, "\n".join(made)


def test_with_a_token_too(town, token_for):
    from tests.api_client import ApiClient

    town.dispatched()
    client = ApiClient.with_token(token_for(town.people["agent"]))
    client.get("/orders")
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/orders").status_code == 200
    assert len(statements(seen.captured_queries)) <= MOST


def test_one_access_row_a_response_and_none_where_nobody_is_shown(town, client_for):
    client = client_for(town.people["agent"])
    client.get("/orders")
    assert not AuditEntry.objects.filter(verb="orders.listed").exists()
    order = town.file()
    town.file(anonymous=True)
    client.get("/orders")
    assert AuditEntry.objects.get(verb="orders.listed").changes == {"orders": [order.pk]}


def test_pages_follow_each_other_without_gap_or_repeat(town):
    made = [town.file().pk for _ in range(7)]
    reader, seen, cursor = town.people["agent"], [], ""
    for _ in range(4):
        page = selectors.order_page(reader, OrderFilters(), cursor, 2)
        seen += [item["order_no"] for item in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert seen == list(WorkOrder.objects.filter(pk__in=made).order_by("-id").values_list("order_no", flat=True))


@pytest.mark.parametrize("sort", ["newest", "due"])
def test_late_orders_noted_or_not_yet_are_one_list(town, frozen_now, sort):
    """While the worker has still to note some, they stand at their place between the others, on every page."""
    made = [town.file() for _ in range(7)]
    WorkOrder.objects.filter(pk__in=[order.pk for order in made[::2]]).update(overdue=True)
    frozen_now.advance(timedelta(days=30))
    in_time = town.file()
    reader, seen, cursor = town.people["leader"], [], ""
    for _ in range(4):
        page = selectors.order_page(reader, OrderFilters(overdue=True, sort=sort), cursor, 2)
        assert page["count"] == len(made)
        seen += [item["order_no"] for item in page["items"]]
        cursor = page["next"]
    assert cursor is None
    numbers = [order.order_no for order in made]
    assert seen == (numbers if sort == "due" else numbers[::-1])
    assert in_time.order_no not in seen


def test_counts_stop_at_a_thousand(town):
    citizen = factories.citizen()
    first = factories.order(town.people["agent"], citizen=citizen)
    values = {f.attname: getattr(first, f.attname) for f in WorkOrder._meta.concrete_fields if f.name != "id"}
    rows = [WorkOrder(**(values | {"public_id": f"p{n}", "order_no": f"N{n}"})) for n in range(1001)]
    WorkOrder.objects.bulk_create(rows)
    page = selectors.order_page(town.people["agent"], OrderFilters(), "", 10)
    assert (page["count"], page["count_capped"]) == (1000, True)


@pytest.fixture
def mixed(town, frozen_now):
    """Orders told apart by what the filters look at."""
    categories = factories.categories()
    made = {
        "noise": town.file(category=categories.noise, title="夜间施工噪声"),
        "heating": town.file(category=categories.heating, channel="web", title="暖气不热"),
        "urgent": town.file(urgency="urgent", request_type="complaint"),
        "housing": town.dispatched(unit=town.units.housing),
        "draft": town.file(submit=False),
        "ended": town.to_visit(request_type="consult"),
    }
    frozen_now.advance(timedelta(days=1, hours=2))
    made["later"] = town.file()
    return made, categories


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"state": "to_review"}, {"heating"}),
        ({"state": "draft,closed"}, {"draft", "ended"}),
        ({"urgency": "urgent"}, {"urgent"}),
        ({"channel": "web"}, {"heating"}),
        ({"type": "complaint"}, {"urgent"}),
        ({"overdue": True}, {"urgent"}),
        ({"words": "夜间施工噪声"}, {"noise", "ended"}),
        ({"sort": "due"}, {"noise", "heating", "urgent", "housing", "draft", "later"}),
        ({"sort": "due", "state": "closed"}, {"ended"}),
    ],
)
def test_filters(town, mixed, index, conditions, expected):
    made, _ = mixed
    index()
    page = selectors.order_page(town.people["leader"], OrderFilters(**conditions))
    names = {order.order_no: name for name, order in made.items()}
    assert {names[item["order_no"]] for item in page["items"]} == expected


def test_filters_by_what_was_made(town, mixed):
    made, categories = mixed

    def found(**conditions):
        page = selectors.order_page(town.people["leader"], OrderFilters(**conditions))
        names = {order.order_no: name for name, order in made.items()}
        return {names[item["order_no"]] for item in page["items"]}

    parent = Category.objects.get(name="城乡建设")
    assert found(category=str(categories.noise.pk)) == {"noise"}
    assert found(category=str(parent.pk)) == {"noise", "heating"}
    assert found(unit=town.units.housing.public_id) == {"housing", "ended"}
    assert found(order_no=made["urgent"].order_no) == {"urgent"}
    assert found(words="20250616") == set(made) - {"later"}
    day = made["later"].filed_at.date()
    assert found(from_day=day) == {"later"}
    assert found(to_day=day - timedelta(days=1)) == set(made) - {"later"}


def test_due_order_is_by_due_time(town, mixed):
    page = selectors.order_page(town.people["leader"], OrderFilters(sort="due"))
    due = [WorkOrder.objects.get(order_no=item["order_no"]).due_at for item in page["items"]]
    assert due == sorted(due)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("reviewer", {"heating"}),
        ("dispatcher", {"noise", "urgent", "later"}),
        ("agent", {"draft"}),
        ("judge", set()),
    ],
)
def test_mine_is_what_waits_for_me(town, mixed, role, expected):
    made, _ = mixed
    page = selectors.order_page(town.people[role], OrderFilters(mine=True))
    names = {order.order_no: name for name, order in made.items()}
    assert {names[item["order_no"]] for item in page["items"]} == expected


@pytest.mark.parametrize(
    "query", ["?state=x", "?sort=size", "?category=99", "?category=a", "?cursor=abc", "?limit=500"]
)
def test_conditions_that_cannot_be_right_are_refused(town, client_for, query):
    assert client_for(town.people["agent"]).get(f"/orders{query}").status_code == 422


def test_present_load_counts_open_and_overdue(town, frozen_now):
    town.dispatched(unit=town.units.police)
    urgent = town.dispatched(unit=town.units.police, urgency="urgent")
    done = town.to_visit(unit=town.units.heating)
    assert done.state == "to_visit"
    frozen_now.advance(timedelta(days=2))
    load = selectors.present_load([town.units.police.pk, town.units.heating.pk])
    assert load == {town.units.police.pk: (2, 1), town.units.heating.pk: (0, 0)}
    assert urgent.state == "in_hand"


def test_open_orders_of_a_citizen_count_merged_ones_while_their_master_is_open(town):
    citizen = factories.citizen()
    master, child, ended = town.file(), town.file(citizen=citizen), town.file(citizen=citizen)
    actions.merge(actor=town.people["dispatcher"], order=child, master=master)
    actions.withdraw(actor=town.people["agent"], order=ended, reason="不再反映")
    assert list(selectors.open_orders_of(citizen)) == [child]
