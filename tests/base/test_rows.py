"""Rows inserted in bulk are found again as if they had been saved one by one."""

from datetime import UTC, datetime

import pytest

from huying.base import rows
from huying.base.calendars.clock import SHANGHAI
from huying.base.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 8, 30, tzinfo=SHANGHAI),
        datetime(2026, 3, 1, 8, 30, 5, 120, tzinfo=SHANGHAI),
        datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    ],
)
def test_a_moment_is_kept_as_a_saved_object_keeps_it(moment):
    rows.insert(Event, ["type", "at", "payload"], [("test.bulk", moment, {})])
    Event.objects.create(type="test.saved", at=moment)
    found = Event.objects.filter(at=moment).order_by("id")
    assert [(event.type, event.at) for event in found] == [("test.bulk", moment), ("test.saved", moment)]


def test_rows_of_one_batch_have_identifiers_of_their_own():
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert rows.insert(Event, ["type", "at"], [("test.bulk", moment)] * 3) == 3
    assert Event.objects.values("event_id").distinct().count() == 3
