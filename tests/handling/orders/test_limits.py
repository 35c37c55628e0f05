"""Limits and policies in memory: no query while nothing changed, the new value at once after a change."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.handling.orders import actions, limits, numbers
from huying.handling.orders.models import LimitRule, Policy
from tests import factories


def test_asking_again_costs_nothing(town):
    order = town.file()
    limits.policy("visit.tries")
    with CaptureQueriesContext(connection) as seen:
        for _ in range(5):
            limits.limit_for(order, "handle")
            limits.policy("visit.tries")
    assert len(seen) == 0


def test_a_change_is_seen_at_once_and_a_rolled_back_one_not_kept(town):
    assert limits.policy("visit.tries") == 3
    row = Policy.objects.create(key="visit.tries", value=5, effective_from=date(2025, 1, 1))
    assert limits.policy("visit.tries") == 5
    row.delete()
    assert limits.policy("visit.tries") == 3


def test_a_policy_holds_from_its_day_on(town):
    Policy.objects.create(key="visit.tries", value=5, effective_from=date(2025, 6, 17))
    Policy.objects.create(
        key="visit.tries", value=2, effective_from=date(2025, 1, 1), effective_until=date(2025, 1, 31)
    )
    assert [limits.policy("visit.tries", date(2025, m, d)) for m, d in ((1, 15), (6, 16), (6, 17))] == [2, 3, 5]


def test_a_limit_for_a_category_holds_for_all_below_it(town):
    categories = factories.categories()
    LimitRule.objects.create(
        purpose="handle", amount=9, measure="working_days", category_prefix="0101", effective_from=date(2025, 1, 1)
    )
    noise, heating = town.file(category=categories.noise), town.file(category=categories.heating)
    assert (limits.limit_for(noise, "handle").amount, limits.limit_for(heating, "handle").amount) == (9, 5)


def test_the_centre_writes_its_numbers_its_own_way(town):
    Policy.objects.create(key="number.format", value="HY{day:%y%m%d}-{serial:05d}", effective_from=date(2025, 1, 1))
    assert town.file().order_no == "HY250616-00001"


@pytest.mark.django_db
def test_serials_are_reserved_in_blocks():
    day = date(2025, 6, 16)
    assert [numbers.take_serials(day), numbers.take_serials(day, 10), numbers.take_serials(day)] == [1, 2, 12]
    assert numbers.take_serials(date(2025, 6, 17)) == 1


def test_filing_an_order_costs_three_statements(town, django_assert_num_queries):
    town.file()
    new = actions.NewOrder(text="路灯不亮", citizen=factories.citizen())
    with django_assert_num_queries(3):
        order = actions.create(actor=town.people["agent"], new=new, submit=True)
        actions.order_dues(order)
