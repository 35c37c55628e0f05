"""Where the index lies: folders in ``<data>/search``, one of which is in use.

A rebuild fills a folder of its own and is then put into use in one step, so that search goes on meanwhile.
"""

import os
import secrets
import shutil
from pathlib import Path

from django.conf import settings

from huying.engines.search.index import SCHEMA

_POINTER = "current"
_PREFIX = f"v{SCHEMA}-"


def root() -> Path:
    return settings.DATA / "search"


def current() -> Path | None:
    """The folder in use; None before the first build and where it was made for another reading of texts."""
    try:
        name = (root() / _POINTER).read_text().strip()
    except FileNotFoundError:
        return None
    folder = root() / name
    return folder if name.startswith(_PREFIX) and folder.is_dir() else None


def new() -> Path:
    """A name for a folder that nobody uses yet. The index keeps words of citizens: only the owner may look in."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    return root() / f"{_PREFIX}{secrets.token_hex(6)}"


def use(folder: Path) -> None:
    """Put the folder into use."""
    beside = root() / f"{_POINTER}.{secrets.token_hex(4)}"
    beside.write_text(folder.name)
    os.replace(beside, root() / _POINTER)


def tidy() -> None:
    """Remove folders that are not in use. Who still reads one keeps its open files."""
    kept = current()
    for folder in root().glob("v*-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)
