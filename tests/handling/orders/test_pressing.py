"""What presses beside the menu, 督办 as a filter, and what a list says may be done with the own part."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.handling.orders import actions, selectors
from huying.handling.orders.filters import OrderFilters
from huying.handling.orders.models import WorkOrder
from tests.handling.orders.test_listing import statements

pytestmark = pytest.mark.django_db


def asked(client):
    return client.get("/orders/lists/pressing").json()


def test_urgent_and_late_orders_are_counted_for_whom_they_wait(town, client_for, frozen_now):
    town.file()
    town.file(urgency="urgent")
    town.dispatched(urgency="emergency")
    told = asked(client_for(town.people["dispatcher"]))
    assert (told["urgent"], told["overdue"], told["capped"]) == (1, 0, False)
    assert "to_dispatch" in told["states"]
    assert "closed" not in told["states"]
    housing = client_for(town.clerks[town.units.housing.pk])
    assert asked(housing)["urgent"] == 1
    frozen_now.advance(timedelta(days=30))
    assert asked(client_for(town.people["dispatcher"]))["overdue"] == 2
    assert asked(housing)["overdue"] == 1


def test_for_a_supervisor_every_late_order_presses(town, client_for, frozen_now):
    town.file()
    town.dispatched()
    frozen_now.advance(timedelta(days=30))
    assert asked(client_for(town.people["supervisor"]))["overdue"] == 2


def test_counting_what_presses_costs_the_same_for_many(town, client_for):
    client = client_for(town.people["dispatcher"])
    asked(client)
    made = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            asked(client)
        made.append(len(statements(seen.captured_queries)))
        for _ in range(5):
            town.file(urgency="urgent")
    assert made[0] == made[1]
    assert made[0] <= 8


def test_supervised_orders_are_a_list_of_their_own(town):
    town.dispatched()
    order = town.dispatched()
    WorkOrder.objects.filter(pk=order.pk).update(supervision_level=1)
    page = selectors.order_page(town.people["supervisor"], OrderFilters(supervised=True, sort="due"))
    assert [item["order_no"] for item in page["items"]] == [order.order_no]


def test_the_list_says_who_may_sign(town, client_for):
    """By the state of the part and the roles of the reader, not by a guess of the page."""
    order = town.dispatched()
    clerk = town.clerks[town.units.housing.pk]
    leader = town.leaders[town.units.housing.pk]

    def may(person):
        return client_for(person).get("/assignments").json()["items"][0]["assignment"]["allowed_actions"]

    assert "sign" in may(clerk)
    assert "sign" not in may(leader)
    actions.sign(actor=clerk, assignment=town.lead(order))
    assert "sign" not in may(clerk)
