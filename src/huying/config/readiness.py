"""Whether the database's tables are those of this version: asked at every look of a load balancer, so it must be cheap."""

from functools import lru_cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@lru_cache(maxsize=1)
def shipped() -> frozenset[tuple[str, str]]:
    """The migrations of this version. They are files of the program and do not change while it runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def waiting() -> int:
    """How many of them the database has not seen; two statements."""
    return len(shipped() - MigrationRecorder(connection).applied_migrations().keys())
