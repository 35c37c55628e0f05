import shutil
from collections.abc import Callable, Iterator

import pytest

from huying.base.calendars import selectors as calendars
from huying.base.events.sequencer import sequence_pending
from huying.base.search import following, store
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


@pytest.fixture
def index(db) -> Iterator[Callable[[], None]]:
    """``index()`` brings the full-text index up to now, as the worker does within a second."""

    def catch_up() -> None:
        sequence_pending()
        following.catch_up()

    yield catch_up
    shutil.rmtree(store.root(), ignore_errors=True)
