"""The file by which an installation says that it is a demo, and whether its making was finished."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from huying.config.options import DEMO_MARKER

MADE = ("huying.sqlite3", "huying.sqlite3-wal", "huying.sqlite3-shm", "demo-accounts.txt", DEMO_MARKER)


@dataclass(frozen=True)
class Demo:
    seed: int
    days: int
    size: str
    made_at: datetime
    finished: bool


def write(folder: Path, *, seed: int, days: int, size: str, made_at: datetime, finished: bool) -> None:
    facts = {
        "demo": True,
        "seed": seed,
        "days": days,
        "size": size,
        "made_at": made_at.isoformat(),
        "finished": finished,
    }
    (folder / DEMO_MARKER).write_text(json.dumps(facts) + "\n", encoding="utf-8")


def read(folder: Path) -> Demo | None:
    """None where the folder holds no demo."""
    path = folder / DEMO_MARKER
    if not path.exists():
        return None
    facts = json.loads(path.read_text(encoding="utf-8"))
    made_at = datetime.fromisoformat(facts["made_at"])
    return Demo(
        int(facts["seed"]), int(facts["days"]), str(facts.get("size", "town")), made_at, bool(facts["finished"])
    )


def clear_unfinished(folder: Path) -> bool:
    """Take away what a demo that was cut off left behind; nothing of a finished one, nothing that is no demo."""
    found = read(folder)
    if found is None or found.finished:
        return False
    shutil.rmtree(folder / "models", ignore_errors=True)
    for name in MADE:
        (folder / name).unlink(missing_ok=True)
    return True
