"""What a backup says about itself."""

import hashlib
from collections.abc import Iterator
from typing import IO, Any

from django.apps import apps
from django.db import connection
from pydantic import BaseModel, ValidationError

from huying.base import vault

FORMAT = 1
NAME = "manifest.json"
FOLDERS = ("files", "models")


class BackupError(Exception):
    """Why a backup can't be made or brought back, in Chinese, with what to do."""


class Entry(BaseModel):
    size: int
    sha256: str


class Manifest(BaseModel):
    """``counts`` are rows by table at the moment of the backup; ``key_mark`` tells whether a key ring fits."""

    format: int
    version: str
    created_at: str
    centre_code: str
    database: str
    key_ids: list[str]
    key_mark: str
    counts: dict[str, int]
    entries: dict[str, Entry]

    @classmethod
    def read(cls, raw: bytes) -> "Manifest":
        try:
            manifest = cls.model_validate_json(raw)
        except ValidationError as error:
            raise BackupError("清单读不懂，这不是呼应的备份，或已损坏。") from error
        if manifest.format > FORMAT:
            raise BackupError("备份由更新的版本制作，请先升级程序再恢复。")
        return manifest


def key_mark() -> str:
    """A keyed hash of nothing secret: equal on two installations only where their key rings belong together."""
    return vault.fingerprint("huying", "backup.mark")


class Hashing:
    """A file that notes the SHA-256 of what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._digest.update(chunk)
        self.size += len(chunk)
        return chunk

    @property
    def entry(self) -> Entry:
        return Entry(size=self.size, sha256=self._digest.hexdigest())


def tables() -> Iterator[str]:
    """Every table of this version, many-to-many tables too."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model._meta.db_table


def count_rows(cursor: Any) -> dict[str, int]:
    """Rows of every table, through a cursor of whatever connection sees the right moment.

    A database of an earlier release does not have every table of this version yet.
    """
    present = set(connection.introspection.table_names(cursor))
    counts = {}
    for table in sorted(present.intersection(tables())):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        counts[table] = cursor.fetchone()[0]
    return counts
