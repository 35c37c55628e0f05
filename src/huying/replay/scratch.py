"""A scratch copy of the installation: database, models and keys, in a folder that is thrown away afterwards."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from huying.base.errors import Invalid


@contextmanager
def scratch_copy() -> Iterator[dict[str, str]]:
    """Environment for a process that works on the copy. Everything is removed when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="replay-", dir=settings.DATA))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huying.config.settings",
        "HUYING_DATA": str(folder),
        "HUYING_KEYS_FILE": str(settings.OPTIONS.keyring_path.resolve()),
        "HUYING_LOG_LEVEL": "WARNING",
        "HUYING_SMS_GATEWAY_URL": "",  # nobody is told of a replay
    }
    database = ""
    try:
        if (settings.DATA / "models").exists():
            shutil.copytree(settings.DATA / "models", folder / "models")
        if connection.vendor == "sqlite":
            _copy_sqlite(folder / "huying.sqlite3")
            environment["HUYING_DATABASE_URL"] = ""
        else:
            database = f"huying_replay_{os.getpid()}"
            environment["HUYING_DATABASE_URL"] = _copy_postgres(database)
        yield environment
    finally:
        if database:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(database)}")
        shutil.rmtree(folder, ignore_errors=True)


def _copy_sqlite(target: Path) -> None:
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def _copy_postgres(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    address = settings.OPTIONS.database_url
    base, _, query = address.partition("?")
    target = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    dump = subprocess.run(["pg_dump", "--no-owner", address], check=False, capture_output=True)
    if dump.returncode:
        raise Invalid(f"复制数据库没有成功：{dump.stderr.decode()[:300]}")
    load = subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", target], input=dump.stdout, capture_output=True)
    if load.returncode:
        raise Invalid(f"载入数据库副本没有成功：{load.stderr.decode()[:300]}")
    return target
