"""Sealing anew, with the newest key, what older keys sealed; may be cut off at any time and simply run again.

A model names its sealed columns and their contexts: ``sealed = {"phone_sealed": "citizen.phone"}``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

from huying.base.vault.keyring import Keyring, keyring

BATCH = 500


@dataclass(frozen=True)
class SealedColumn:
    model: type[Model]
    column: str
    context: str

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"

    def old(self, ring: Keyring) -> QuerySet:
        """Rows whose value an older key sealed."""
        filled = self.model._default_manager.exclude(**{self.column: ""})
        return filled.exclude(**{f"{self.column}__startswith": f"{ring.active}."})


def sealed_columns() -> Iterator[SealedColumn]:
    """Every sealed column of every model."""
    for model in apps.get_models():
        for column, context in getattr(model, "sealed", {}).items():
            yield SealedColumn(model, column, context)


def waiting() -> int:
    """How many values older keys still guard."""
    ring = keyring()
    return sum(column.old(ring).count() for column in sealed_columns())


def reseal(told: Callable[[int], None]) -> dict[str, int]:
    """Seal every value anew that the newest key did not seal; the number by column.

    In short transactions, ``told`` after each. A value that somebody changed meanwhile is left: it is new already.
    """
    ring = keyring()
    done = {}
    for column in sealed_columns():
        done[str(column)] = sum(_batches(column, ring, told))
    return done


def _batches(column: SealedColumn, ring: Keyring, told: Callable[[int], None]) -> Iterator[int]:
    last = 0
    while True:
        rows = list(column.old(ring).filter(pk__gt=last).order_by("pk").values_list("pk", column.column)[:BATCH])
        if not rows:
            return
        last = rows[-1][0]
        with transaction.atomic():
            changed = 0
            for key, sealed in rows:
                fresh = ring.seal(ring.open(sealed, column.context), column.context)
                same = column.model._default_manager.filter(**{"pk": key, column.column: sealed})
                changed += same.update(**{column.column: fresh})
        told(len(rows))
        yield changed
