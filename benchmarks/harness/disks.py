"""A small disk that can be filled: a file system in memory, of this benchmark's own. Only root may mount one."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILLER = "filler"


def can_mount() -> bool:
    return os.geteuid() == 0


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """An empty folder on a file system of that size."""
    folder = Path(tempfile.mkdtemp(prefix="huying-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "huying", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(disk: Path) -> None:
    """Leave nothing free."""
    with (disk / FILLER).open("ab", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    filler.write(b"\0" * size)
            except OSError:  # full for a piece of this size; a smaller one may still fit
                continue


def clear(disk: Path) -> None:
    (disk / FILLER).unlink()
