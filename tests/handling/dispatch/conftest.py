"""A small county with its rules."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from huying.base.org.models import Person
from huying.handling.dispatch.models import CatalogueEntry
from tests import factories

LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class County:
    units: factories.Units
    people: dict[str, Person]
    divisions: factories.Divisions
    categories: factories.Categories

    def entry(self, **values: Any) -> CatalogueEntry:
        """A line of the catalogue, in force since long ago."""
        return CatalogueEntry.objects.create(
            **{"clause": "3.2", "effective_from": LONG_AGO, "basis": "三定方案", **values}
        )


@pytest.fixture
def county(db: None) -> County:
    units = factories.unit_tree()
    return County(units, factories.people(units), factories.divisions(), factories.categories())
