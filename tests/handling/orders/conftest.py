import shutil
from collections.abc import Callable, Iterator

import pytest

from huying.base.events.sequencer import sequence_pending
from huying.base.search import following, store
from tests.handling.orders import town as towns


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
