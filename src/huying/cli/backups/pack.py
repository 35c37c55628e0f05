"""Making a backup while the server runs."""

import io
import os
import tarfile
import tempfile
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection

from huying import __version__
from huying.base import vault
from huying.base.calendars import clock
from huying.cli.backups.databases import FILES, Told, dump
from huying.cli.backups.manifest import FOLDERS, FORMAT, NAME, BackupError, Entry, Hashing, Manifest, key_mark

SECRET_OPTIONS = {"database_url", "sms_gateway_token", "keys_file"}


def pack(target: Path, told: Told) -> Manifest:
    """Write the backup to ``target`` (readable by its owner only). It appears under its name when it is whole.

    The database goes first and the files after it, so that every file the database knows is there.
    """
    if target.exists():
        raise BackupError(f"{target} 已存在，请换一个文件名。")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    try:
        with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA) as folder:
            manifest = _write(partial, Path(folder), told)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(partial: Path, folder: Path, told: Told) -> Manifest:
    snapshot = folder / FILES[connection.vendor]
    created_at = clock.now()
    counts = dump(snapshot, told)
    entries: dict[str, Entry] = {}
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            entries[f"database/{snapshot.name}"] = _add(tar, f"database/{snapshot.name}", snapshot)
            for name, path in _kept_files():
                entries[name] = _add(tar, name, path)
            entries["configuration.json"] = _add_bytes(tar, "configuration.json", _configuration())
            manifest = Manifest(
                format=FORMAT,
                version=__version__,
                created_at=created_at.isoformat(),
                centre_code=settings.OPTIONS.centre_code,
                database=connection.vendor,
                key_ids=sorted(vault.keyring().keys),
                key_mark=key_mark(),
                counts=counts,
                entries=entries,
            )
            _add_bytes(tar, NAME, manifest.model_dump_json(indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _kept_files() -> list[tuple[str, Path]]:
    found = []
    for folder in FOLDERS:
        root = settings.DATA / folder
        found += [
            (f"{folder}/{path.relative_to(root).as_posix()}", path)
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.is_symlink()
        ]
    return found


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
        hashed = Hashing(file)
        tar.addfile(info, hashed)  # type: ignore[arg-type]
    return hashed.entry


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> Entry:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), 0o600, int(clock.now().timestamp())
    hashed = Hashing(io.BytesIO(content))
    tar.addfile(info, hashed)  # type: ignore[arg-type]
    return hashed.entry


def _configuration() -> bytes:
    values = settings.OPTIONS.model_dump(mode="json", exclude=SECRET_OPTIONS)
    return orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
