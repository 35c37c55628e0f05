"""How the database goes about a page: by an index that ends where the page ends, never by reading and sorting rows.

On PostgreSQL reading all rows of a small table is right, so that it is asked what it would do were that forbidden.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.handling.orders import selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.models import WorkOrder
from tests import factories

pytestmark = pytest.mark.postgres

SORTED_BY_HAND = ("TEMP B-TREE FOR ORDER BY", "Sort Key")
READ_ALL = (
    "SCAN orders_workorder\n",
    "SCAN orders_unitorder\n",
    "Seq Scan on orders_workorder",
    "Seq Scan on orders_u",
)


def plan(reader, **conditions) -> str:
    """What the database says of the statements that find the keys of the first page."""
    with CaptureQueriesContext(connection) as seen:
        selectors.order_page(reader, OrderFilters(**conditions))
    keys = [q["sql"] for q in seen.captured_queries if "LIMIT 1001" in q["sql"]]
    return "".join(explained(sql) for sql in keys)


def explained(keys: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("EXPLAIN " + keys)
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + keys)
        return "\n".join(str(row[-1]) for row in cursor.fetchall()) + "\n"


@pytest.fixture
def some(town):
    for _ in range(3):
        town.dispatched()
    return town


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"sort": "due", "state": "in_hand"},
        {"state": "closed"},
        {"urgency": "urgent"},
        {"channel": "web"},
        {"type": "complaint"},
        {"unit": "housing"},
    ],
)
def test_a_page_of_the_centre_is_a_piece_of_an_index(some, conditions):
    asked = conditions | ({"unit": some.units.housing.public_id} if "unit" in conditions else {})
    found = plan(some.people["leader"], **asked)
    assert not any(words in found for words in (*READ_ALL, *SORTED_BY_HAND)), found


def test_late_orders_are_a_piece_of_an_index_while_some_are_still_to_be_noted(some, frozen_now):
    """One statement for both would look at every order of the centre for the few."""
    WorkOrder.objects.filter(pk=WorkOrder.objects.latest("pk").pk).update(overdue=True)
    frozen_now.advance(timedelta(days=30))  # and no worker runs
    with CaptureQueriesContext(connection) as seen:
        found = plan(some.people["leader"], overdue=True)
    assert "order_late" in found, found
    if connection.vendor == "postgresql":  # there are far more open orders that are late and noted than not yet noted
        unnoted = next(
            q["sql"] for q in seen.captured_queries if "clock_stopped_at" in q["sql"] and "LIMIT" not in q["sql"]
        )
        assert "order_unnoted" in explained(unnoted)
    assert not any(words in found for words in READ_ALL), found


def test_a_page_of_a_unit_is_a_piece_of_its_reach(some):
    found = plan(some.clerks[some.units.housing.pk])
    assert "unit_order_newest" in found
    assert not any(words in found for words in (*READ_ALL, *SORTED_BY_HAND)), found


def test_a_later_page_of_a_unit_begins_where_the_one_before_ended(some):
    """And does not join its reach a second time, which would walk all pages before it."""
    reader = some.clerks[some.units.housing.pk]
    cursor = selectors.order_page(reader, OrderFilters(), "", 1)["next"]
    with CaptureQueriesContext(connection) as seen:
        selectors.order_page(reader, OrderFilters(), cursor, 1)
    keys = next(q["sql"] for q in seen.captured_queries if "LIMIT 2" in q["sql"])
    assert keys.count('JOIN "orders_unitorder"') == 1
    found = explained(keys)
    assert "unit_order_newest" in found
    assert "filed_at" in found  # a condition of the index, not of what was read
    assert not any(words in found for words in (*READ_ALL, *SORTED_BY_HAND)), found


@pytest.mark.parametrize("role", ["dispatcher", "auditor", "agent", "clerk"])
def test_a_queue_reads_what_is_open_and_not_all_orders(some, role):
    reader = some.clerks[some.units.housing.pk] if role == "clerk" else some.people[role]
    found = plan(reader, mine=True, sort="due")
    assert not any(words in found for words in READ_ALL), found


@pytest.mark.parametrize("unit", ["housing", "community"])
def test_a_unit_sees_in_lists_what_it_may_open(some, unit):
    """The reach kept for lists says the same as assignments and the tree of units do."""
    some.dispatched(unit=some.units.community, assists=[some.units.housing])
    reader = factories.person("unit_clerk", unit=getattr(some.units, unit))
    listed = {item["id"] for item in selectors.order_page(reader, OrderFilters())["items"]}
    assert listed == set(selectors.visible_orders(reader).values_list("public_id", flat=True))
    assert listed
