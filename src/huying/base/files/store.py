"""The bytes on disk: each file once, under its SHA-256, complete or not at all."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from huying.base.errors import Invalid, TooLarge
from huying.base.files.types import FileType, judge

CHUNK = 256 * 1024
RECORDING_MAX_MB = 200
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """Bytes that lie durably under their digest."""

    sha256: str
    size: int
    type: FileType


def folder() -> Path:
    return Path(settings.DATA) / "files"


def path_of(sha256: str) -> Path:
    """``<data>/files/ab/cd/abcd…``; two levels of folders, so that none grows beyond some thousand entries."""
    assert _DIGEST.fullmatch(sha256), "not a digest"
    return folder() / sha256[:2] / sha256[2:4] / sha256


def limit_mb(kind: str) -> int:
    """Recordings may be larger than what people send."""
    return RECORDING_MAX_MB if kind == "recording" else settings.OPTIONS.max_body_mb


def keep(stream: IO[bytes], kind: str) -> Kept:
    """Write the stream beside its place, judge it there, make it durable, and move it into place in one step.

    Raises :class:`TooLarge` or :class:`Invalid`; then nothing stays behind. Bytes that are there already are not
    written twice.
    """
    folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), prefix=".new-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size = _copy(stream, file, limit_mb(kind))
            file.flush()
            os.fsync(file.fileno())
        found = judge(temporary)
        final = path_of(digest)
        if final.exists():
            os.utime(final)  # wanted again: the purge of stray bytes must not take it from under us
        else:
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(final)
            for changed in (final.parent, final.parent.parent, folder()):
                _sync(changed)
        return Kept(digest, size, found)
    finally:
        temporary.unlink(missing_ok=True)


def measured(stream: IO[bytes], kind: str) -> None:
    """:class:`TooLarge` before a large file is read into memory; the stream stands at its beginning afterwards."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > limit_mb(kind) * 1024 * 1024:
        raise TooLarge(f"这个文件有 {size / 1024 / 1024:.0f} MB，单个文件最大 {limit_mb(kind)} MB，请压缩或分开上传。")


def _copy(stream: IO[bytes], file: IO[bytes], megabytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > megabytes * 1024 * 1024:
            raise TooLarge(f"单个文件最大 {megabytes} MB，请压缩或分开上传。")
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Invalid("文件是空的。", code="file_type", errors=[{"field": "file", "message": "空文件"}])
    return digest.hexdigest(), size


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sound(sha256: str) -> bool:
    """Whether the bytes are there and unaltered."""
    path = path_of(sha256)
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def remove(sha256: str) -> None:
    path_of(sha256).unlink(missing_ok=True)
