"""What a release shipped stays as it was: a centre has run these migrations and will never run them again."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "tests" / "fixtures" / "releases").glob("*-migrations.sha256"))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.name)
def test_released_migrations_are_unchanged(manifest: Path) -> None:
    released = dict(reversed(line.split()) for line in manifest.read_text().splitlines())
    assert len(released) > 10

    present = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in released}

    assert present == released
