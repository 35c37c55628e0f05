"""docs/security.md promises nothing that no test shows: every test it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def test_every_test_that_the_page_names_is_there():
    named = set(NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8")))
    assert len(named) > 60
    absent = [f"{file}::{test}" for file, test in named if not _there(file, test)]
    assert absent == []


def _there(file: str, test: str) -> bool:
    path = ROOT / file
    return path.exists() and re.search(rf"^def {test}\(", path.read_text("utf-8"), re.MULTILINE) is not None
