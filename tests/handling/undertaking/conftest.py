import pytest

from huying.base.calendars import selectors as calendars
from huying.handling.dispatch import knowledge
from huying.handling.orders import limits
from tests.handling.orders import town as towns


@pytest.fixture(autouse=True)
def _fresh_tables():
    """Nothing that an earlier test's rolled-back rows left in memory."""
    for kept in (limits, calendars, knowledge):
        kept.forget()
    yield
    for kept in (limits, calendars, knowledge):
        kept.forget()


@pytest.fixture
def town(db, frozen_now) -> towns.Town:
    return towns.build()


@pytest.fixture
def housing(town, client_for):
    """The desk of 住建局's clerk."""
    return client_for(town.clerks[town.units.housing.pk])
