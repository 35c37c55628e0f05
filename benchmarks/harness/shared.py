"""The public data beside the repository. It is not part of the project; a benchmark that needs it says so."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SharedDataMissing(Exception):
    """The data is not on this machine; the runner turns this into exit code 3."""


def shared(relative: str) -> Path:
    """Path of a file or folder of the shared data, e.g. `shared("data/haikou/orders_valid.csv")`."""
    folder = Path(os.environ.get("HUYING_SHARED") or ROOT.parent / "shared")
    path = folder / relative
    if not path.exists():
        raise SharedDataMissing(
            f"needs {relative} of the public data, which is not at {folder}; set HUYING_SHARED to its folder"
        )
    return path
