"""One staged town for all tests of a module; whatever a request writes is undone after the test."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.security.surface import Stage


@pytest.fixture(scope="module")
def staged(django_db_setup, django_db_blocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield Stage()
        transaction.set_rollback(True)


@pytest.fixture
def stage(staged: Stage, db: None) -> Stage:
    return staged


@pytest.fixture
def undone() -> Callable[[Callable], object]:
    """Run a request and take back what it wrote."""

    def run(request: Callable[[], object]) -> object:
        with transaction.atomic():
            answer = request()
            transaction.set_rollback(True)
        return answer

    return run
