"""Copying a database that is in use, and filling an empty one: SQLite by its backup API, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

from huying.cli.backups.manifest import BackupError, count_rows

Told = Callable[[int, int], None]
PAGES = 2048  # copied in one step

FILES = {"sqlite": "huying.sqlite3", "postgresql": "huying.pgdump"}


def is_empty() -> bool:
    """Whether the database of this installation has no table yet."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def dump(target: Path, told: Told) -> dict[str, int]:
    """Write one consistent moment of the database to ``target``; the rows by table at that moment."""
    return _dump_sqlite(target, told) if connection.vendor == "sqlite" else _dump_postgres(target)


def load(source: Path) -> dict[str, int]:
    """Fill the empty database from ``source``; the rows by table that are there now."""
    if connection.vendor == "sqlite":
        _load_sqlite(source)
    else:
        _load_postgres(source)
    with connection.cursor() as cursor:
        return count_rows(cursor)


def _dump_sqlite(target: Path, told: Told) -> dict[str, int]:
    source = sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=60, isolation_level=None)
    copy = sqlite3.connect(target)
    try:
        source.execute("BEGIN")  # holds one moment in the WAL: writers go on, the copy does not begin anew
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=PAGES, progress=lambda _, left, total: told(total - left, total), sleep=0)
        source.execute("COMMIT")
        return count_rows(copy.cursor())
    finally:
        copy.close()
        source.close()


def _load_sqlite(source: Path) -> None:
    connections.close_all()
    target = Path(settings.DATABASES["default"]["NAME"])
    for leftover in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
        leftover.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    target.chmod(0o600)


def _dump_postgres(target: Path) -> dict[str, int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", "-f", str(target))
        return count_rows(cursor)


def _load_postgres(source: Path) -> None:
    connections.close_all()
    name = str(settings.DATABASES["default"]["NAME"])
    _run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        "-d",
        name,
        str(source),
    )


def _run(tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise BackupError(f"没有找到 {tool}，请安装与服务器同版本的 PostgreSQL 客户端。")
    chosen: dict[str, Any] = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(chosen[key]) for variable, key in names.items() if chosen.get(key)}
    done = subprocess.run([found, *arguments], env={**os.environ, **given}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(
            f"{tool} 没有成功：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )
