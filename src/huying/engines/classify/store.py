"""A model on disk: arrays as `.npy`, one `header.json` with a SHA-256 of each. Never pickle."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np


class BrokenModel(ValueError):
    """The folder is no model, a file of it was altered, or it is of a format this version does not read."""


def write(folder: Path, header: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """The header goes last, so that an interrupted write leaves a folder that is refused, not half a model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.json").unlink(missing_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    sums = {f"{name}.npy": sha256(folder / f"{name}.npy") for name in arrays}
    text = json.dumps({**header, "sha256": sums}, ensure_ascii=False, indent=1)
    (folder / "header.json").write_text(text, encoding="utf-8")


def read(folder: Path, expected_format: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and memory-mapped arrays. Raises BrokenModel."""
    header = read_header(folder, expected_format)
    check(folder, header["sha256"])
    arrays = {
        name.removesuffix(".npy"): np.load(folder / name, mmap_mode="r", allow_pickle=False)
        for name in header["sha256"]
    }
    return header, arrays


def check(folder: Path, sums: dict[str, str]) -> None:
    """Raises BrokenModel where a file below `folder` is missing or is not what was written."""
    for name, expected in sums.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file() or sha256(path) != expected:
            raise BrokenModel(f"{path}: missing or altered")


def read_header(folder: Path, expected_format: str) -> dict[str, Any]:
    path = folder / "header.json"
    if not path.is_file():
        raise BrokenModel(f"{folder}: no model here")
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BrokenModel(f"{path}: unreadable") from error
    if header.get("format") != expected_format:
        raise BrokenModel(f"{path}: format {header.get('format')!r}, expected {expected_format!r}")
    return header


def sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
