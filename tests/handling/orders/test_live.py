"""News of orders goes to whoever may read them, and costs the same however many listen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huying.base.events.live.scope import audience, visible
from huying.base.events.models import Event
from huying.handling.orders import live, selectors
from huying.handling.orders.models import Assignment, WorkOrder
from tests import factories

pytestmark = pytest.mark.postgres
MOST = 3  # statements: orders, their parts, assignments


@pytest.fixture
def readers(town):
    """People of the centre, of units beside, above and below each other, and of an outsourcing firm."""
    town.dispatched(unit=town.units.community, assists=[town.units.housing])
    town.dispatched(unit=town.units.police)
    town.file()
    units = [town.units.housing, town.units.police, town.units.street, town.units.community, town.units.district]
    people = [factories.person("unit_clerk", unit=unit) for unit in units]
    return [*people, town.people["agent"], town.people["firm_admin"]]


def test_who_hears_is_who_may_read(readers):
    orders, parts = (
        set(WorkOrder.objects.values_list("pk", flat=True)),
        set(Assignment.objects.values_list("pk", flat=True)),
    )
    for reader, heard in zip(readers, live.orders(readers, orders), strict=True):
        assert heard == dict(selectors.visible_orders(reader).values_list("pk", "public_id"))
    for reader, heard in zip(readers, live.assignments(readers, parts), strict=True):
        assert heard == dict(selectors.visible_assignments(reader).values_list("pk", "public_id"))


def test_many_listeners_cost_as_much_as_one(readers):
    events = list(Event.objects.order_by("pk"))
    people = {audience(reader): reader for reader in readers}
    assert len(people) > 5
    with CaptureQueriesContext(connection) as seen:
        heard = visible(people, events)
    assert len(seen.captured_queries) <= MOST, [query["sql"] for query in seen.captured_queries]
    assert {len(events) for events in heard.values()} > {0}
