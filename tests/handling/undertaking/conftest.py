import pytest

from tests.handling.orders import town as towns


@pytest.fixture
def town(db, frozen_now) -> towns.Town:
    return towns.build()


@pytest.fixture
def housing(town, client_for):
    """The desk of 住建局's clerk."""
    return client_for(town.clerks[town.units.housing.pk])
