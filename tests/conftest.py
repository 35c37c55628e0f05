"""What every test may use. See ``tests/factories.py`` for people, units, categories and orders.

Markers: ``postgres`` tests also run on PostgreSQL (``HUYING_TEST_DATABASE_URL``); ``postgres_only`` tests need what
SQLite cannot do (two writers at once) and are skipped without it.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime

import hypothesis
import pytest

from huying.base.calendars import clock
from tests import remembered
from tests.api_client import ApiClient

MONDAY_TEN = datetime(2025, 6, 16, 10, 0, tzinfo=clock.SHANGHAI)
MARKERS = (
    "postgres: also runs on PostgreSQL (HUYING_TEST_DATABASE_URL)",
    "postgres_only: needs PostgreSQL; skipped without HUYING_TEST_DATABASE_URL",
    "slow: long property runs",
    "browser: drives the built application in a browser",
    "wheel: builds and installs the wheel",
    "shared: needs the public data beside the repository (HUYING_SHARED)",
)


# The same examples in every run, whatever the machine does beside: a red run must mean that the code changed.
# `pytest --hypothesis-profile=default` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = pytest.mark.skip(reason="needs PostgreSQL: set HUYING_TEST_DATABASE_URL")
    for item in items:
        if item.get_closest_marker("postgres_only"):
            item.add_marker(pytest.mark.postgres)
            if not os.environ.get("HUYING_TEST_DATABASE_URL"):
                item.add_marker(absent)


@pytest.fixture(autouse=True)
def _no_remembered_rows() -> None:
    remembered.forget()


@pytest.fixture
def frozen_now() -> Iterator[clock.ManualClock]:
    """The clock stands at 10:00 on an ordinary Monday, until the test calls ``frozen_now.advance(…)``."""
    manual = clock.ManualClock(MONDAY_TEN)
    with clock.use(manual):
        yield manual


@pytest.fixture
def client_for(db: None) -> Callable[..., ApiClient]:
    """``client_for(person)``: an API client with that person's session; administrators have passed the second factor."""
    return ApiClient.for_person


@pytest.fixture
def token_for(db: None) -> Callable[..., str]:
    """``token_for(person, scopes=("read",))``: the secret of a new API token; see ``ApiClient.with_token(secret)``."""
    from tests import factories

    return factories.token


@pytest.fixture
def anonymous() -> ApiClient:
    """An API client without a session."""
    return ApiClient()
