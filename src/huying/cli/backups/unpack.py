"""Bringing a backup back into an empty place."""

import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection

from huying import __version__
from huying.cli.backups.databases import FILES, is_empty, load
from huying.cli.backups.manifest import FOLDERS, NAME, BackupError, Entry, Hashing, Manifest

CHUNK = 1024 * 1024
CONFIGURATION = "restored-configuration.json"


def unpack(source: Path, told: Callable[[int], None]) -> Manifest:
    """Verify all of ``source`` first, then fill database and folders. Refuses a place that is not empty.

    Until everything is verified nothing is changed. ``told`` hears the number of bytes read.
    """
    if not is_empty():
        raise BackupError("这里的数据库已有内容；恢复只在空的地方进行，请换一个数据文件夹或新建数据库。")
    for folder in FOLDERS:
        if any((settings.DATA / folder).glob("*")):
            raise BackupError(f"文件夹 {settings.DATA / folder} 不是空的；恢复只在空的地方进行。")
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA) as name:
        staging = Path(name)
        manifest = extract(source, staging, told)
        counts = load(staging / "database" / FILES[connection.vendor])
        for folder in FOLDERS:
            if (staging / folder).exists():
                shutil.rmtree(settings.DATA / folder, ignore_errors=True)
                shutil.move(staging / folder, settings.DATA / folder)
        shutil.move(staging / "configuration.json", settings.DATA / CONFIGURATION)
    different = [table for table, rows in manifest.counts.items() if table in counts and counts[table] != rows]
    if different:
        raise BackupError(f"恢复后行数与清单不符：{'、'.join(different)}。请重新恢复；仍不符说明备份已损坏。")
    return manifest


def extract(source: Path, staging: Path, told: Callable[[int], None]) -> Manifest:
    """Write what is in the backup below ``staging`` and hold it against the manifest; nothing else is touched."""
    found: dict[str, Entry] = {}
    raw = b""
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member in tar:
                path = _safe(member)
                file = tar.extractfile(member)
                if file is None:
                    raise BackupError(f"备份里的 {member.name} 读不出来。")
                if member.name == NAME:
                    raw = file.read()
                    continue
                hashed = Hashing(file)
                target = staging / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as copy:
                    while chunk := hashed.read(CHUNK):
                        copy.write(chunk)
                        told(len(chunk))
                found[member.name] = hashed.entry
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"备份文件读到一半就断了，或不是 tar：{error}") from error
    if not raw:
        raise BackupError("备份里没有清单，可能没有写完整。")
    manifest = Manifest.read(raw)
    _verify(manifest, found)
    return manifest


def _safe(member: tarfile.TarInfo) -> PurePosixPath:
    """Only plain files below the known folders; nothing that climbs out."""
    path = PurePosixPath(member.name)
    known = path.parts and (path.parts[0] in {"database", *FOLDERS} or member.name in {NAME, "configuration.json"})
    if not member.isreg() or path.is_absolute() or ".." in path.parts or not known:
        raise BackupError(f"备份里有不该有的内容：{member.name}。")
    return path


def _verify(manifest: Manifest, found: dict[str, Entry]) -> None:
    wrong = sorted(name for name in {*manifest.entries, *found} if manifest.entries.get(name) != found.get(name))
    if wrong:
        raise BackupError(f"内容与清单不符（{len(wrong)} 个文件，如 {wrong[0]}），备份已损坏或被改动。")
    if _numbers(manifest.version) > _numbers(__version__):
        raise BackupError(f"备份由 {manifest.version} 版制作，本程序是 {__version__}，请先升级。")
    if manifest.database != connection.vendor:
        kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(manifest.database, manifest.database)
        raise BackupError(f"备份来自 {kind}，请把 HUYING_DATABASE_URL 设为同类数据库后再恢复。")
    if f"database/{FILES[manifest.database]}" not in found or "configuration.json" not in found:
        raise BackupError("备份里缺少数据库或配置。")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
