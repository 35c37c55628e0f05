from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, installed, migrated


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated(tmp_path_factory.mktemp("template") / "data")


@pytest.fixture
def installation(template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(template, tmp_path / "data") as made:
        yield made
