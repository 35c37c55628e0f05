"""A model on disk: arrays as `.npy`, terms as text, one `header.json` with a SHA-256 of each. Never pickle."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np


class BrokenModel(ValueError):
    """The folder is no model, a file of it was altered, or it is of a format this version does not read."""


def write(folder: Path, header: dict[str, Any], arrays: dict[str, np.ndarray], terms: list[str]) -> None:
    """The header goes last, so that an interrupted write leaves a folder that is refused, not half a model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.json").unlink(missing_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / "terms.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
    files = [f"{name}.npy" for name in arrays] + ["terms.json"]
    sums = {name: sha256(folder / name) for name in files}
    text = json.dumps({**header, "sha256": sums}, ensure_ascii=False, indent=1)
    (folder / "header.json").write_text(text, encoding="utf-8")


def read(folder: Path, expected_format: str) -> tuple[dict[str, Any], dict[str, np.ndarray], list[str]]:
    """Header, memory-mapped arrays, terms. Raises BrokenModel."""
    header = read_header(folder, expected_format)
    for name, expected in header["sha256"].items():
        path = folder / name
        if Path(name).name != name or not path.is_file() or sha256(path) != expected:
            raise BrokenModel(f"{path}: missing or altered")
    arrays = {
        name.removesuffix(".npy"): np.load(folder / name, mmap_mode="r", allow_pickle=False)
        for name in header["sha256"]
        if name.endswith(".npy")
    }
    return header, arrays, json.loads((folder / "terms.json").read_text(encoding="utf-8"))


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
