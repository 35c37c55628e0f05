import pytest

from huying.base.calendars import selectors as calendars
from huying.handling.orders import limits
from tests.handling.orders import town as towns


@pytest.fixture(autouse=True)
def _fresh_tables():
    """Nothing that an earlier test's rolled-back rows left in memory."""
    limits.forget()
    calendars.forget()
    yield
    limits.forget()
    calendars.forget()


@pytest.fixture
def town(db, frozen_now) -> towns.Town:
    return towns.build()
