"""The file by which an installation says that it is a demo, and that its making was finished."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "demo.json"


@dataclass(frozen=True)
class Demo:
    seed: int
    days: int
    made_at: datetime


def write(folder: Path, *, seed: int, days: int, made_at: datetime) -> None:
    """Written last: a demo whose making was cut off has none."""
    facts = {"demo": True, "seed": seed, "days": days, "made_at": made_at.isoformat()}
    (folder / FILE).write_text(json.dumps(facts) + "\n", encoding="utf-8")


def read(folder: Path) -> Demo | None:
    """None where the folder holds no finished demo."""
    path = folder / FILE
    if not path.exists():
        return None
    facts = json.loads(path.read_text(encoding="utf-8"))
    return Demo(int(facts["seed"]), int(facts["days"]), datetime.fromisoformat(facts["made_at"]))
