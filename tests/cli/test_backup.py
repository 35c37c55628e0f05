"""A backup brings everything back into an empty place, and nothing else gets in."""

import io
import os
import shutil
import stat
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from huying.cli.backups import BackupError
from huying.cli.backups.unpack import extract
from tests.installation import Installation, installed

WRITE = """
from django.db import transaction
from huying.base import vault
from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.org.selectors import system_person
from huying.base.parties.models import Citizen
with transaction.atomic():
    for n in range(20):
        citizen = Citizen.objects.create(name_sealed=vault.seal(f"市民{n}", "citizen.name"), created_at=clock.now())
        record(actor=system_person(), verb="test.made", subject=citizen)
"""
READ = """
from huying.base import vault
from huying.base.parties.models import Citizen
print([vault.unseal(row.name_sealed, "citizen.name") for row in Citizen.objects.order_by("pk")])
"""
FILES = ("files/ab/one", "models/first/model.bin")


@dataclass(frozen=True)
class Saved:
    of: Installation
    tar: Path
    keys: Path
    said: str


@pytest.fixture(scope="module")
def saved(template: Path, tmp_path_factory: pytest.TempPathFactory):
    """An installation with citizens, events, files and a model, and its backup."""
    folder = tmp_path_factory.mktemp("saved")
    with installed(template, folder / "data") as made:
        made.python(WRITE)
        for name in FILES:
            path = made.data / name
            path.parent.mkdir(parents=True)
            path.write_bytes(name.encode() * 1000)
        tar, keys = folder / "b.tar", folder / "apart" / "k.json"
        yield Saved(made, tar, keys, made.huying("backup", str(tar), "--with-keys", str(keys)))


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "elsewhere")


def test_everything_comes_back(saved, empty):
    empty.huying("restore", str(saved.tar), "--keys", str(saved.keys))

    names = empty.python(READ)
    assert "市民0" in names
    assert names == saved.of.python(READ)
    for name in FILES:
        assert (empty.data / name).read_bytes() == (saved.of.data / name).read_bytes()
    empty.huying("check", "all")


def test_backup_and_keys_are_their_owners_alone_and_lie_apart(saved):
    secret = saved.keys.read_text().split('"k1": "')[1].split('"')[0]

    assert stat.S_IMODE(os.stat(saved.tar).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(saved.keys).st_mode) == 0o600
    assert secret.encode() not in saved.tar.read_bytes()


def test_without_its_keys_it_says_so_and_with_anothers_it_overwrites_nothing(saved, empty):
    assert "密钥与备份不配" in empty.huying("restore", str(saved.tar), code=2)
    own = (empty.data / "keys.json").read_bytes()

    assert "另一份密钥" in empty.huying("restore", str(saved.tar), "--keys", str(saved.keys), code=1)
    assert (empty.data / "keys.json").read_bytes() == own


def test_neither_a_place_in_use_nor_an_existing_file_is_overwritten(saved, tmp_path):
    assert "只在空的地方" in saved.of.huying("restore", str(saved.tar), code=1)

    (tmp_path / "mine.tar").write_text("mine")
    saved.of.huying("backup", str(tmp_path / "mine.tar"), code=1)
    assert (tmp_path / "mine.tar").read_text() == "mine"


def test_a_damaged_backup_leaves_the_place_empty(saved, empty, tmp_path):
    rewrite(saved.tar, tmp_path / "bad.tar", altered)

    assert "不符" in empty.huying("restore", str(tmp_path / "bad.tar"), code=1)
    assert not [path for name in ("files", "models") for path in (empty.data / name).glob("*")]
    assert empty.query("SELECT name FROM sqlite_master") == []


def rewrite(source: Path, target: Path, change) -> None:
    """A copy of a tar, each member passed through ``change(name, bytes)``; none leaves it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(member.name, file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))


def altered(name: str, content: bytes) -> bytes | None:
    return content[:-1] + b"!" if name.startswith("files/") else content


def without_database(name: str, content: bytes) -> bytes | None:
    return None if name.startswith("database/") else content


def without_manifest(name: str, content: bytes) -> bytes | None:
    return None if name == "manifest.json" else content


def from_the_future(name: str, content: bytes) -> bytes | None:
    return content.replace(b'"version": "0.', b'"version": "99.') if name == "manifest.json" else content


def of_another_format(name: str, content: bytes) -> bytes | None:
    return content.replace(b'"format": 1', b'"format": 2') if name == "manifest.json" else content


def of_another_database(name: str, content: bytes) -> bytes | None:
    return content.replace(b'"database": "sqlite"', b'"database": "oracle"') if name == "manifest.json" else content


CHANGES = [altered, without_database, without_manifest, from_the_future, of_another_format, of_another_database]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_whole_or_does_not_fit_is_refused(saved, tmp_path, change):
    rewrite(saved.tar, tmp_path / "bad.tar", change)

    with pytest.raises(BackupError):
        extract(tmp_path / "bad.tar", tmp_path / "staging", lambda _: None)


def test_half_a_file_and_no_tar_at_all_are_refused(saved, tmp_path):
    whole = saved.tar.read_bytes()
    for content in (whole[: len(whole) // 2], b"hello" * 1000, b""):
        (tmp_path / "bad.tar").write_bytes(content)
        with pytest.raises(BackupError):
            extract(tmp_path / "bad.tar", tmp_path / "staging", lambda _: None)


@pytest.mark.parametrize("path", ["../escaped", "/tmp/escaped", "files/../../escaped", "keys.json"])
def test_nothing_climbs_out_of_the_folder(saved, tmp_path, path):
    shutil.copy(saved.tar, tmp_path / "bad.tar")
    with tarfile.open(tmp_path / "bad.tar", "a") as tar:
        tar.addfile(tarfile.TarInfo(path), io.BytesIO(b""))

    with pytest.raises(BackupError, match="不该有的内容"):
        extract(tmp_path / "bad.tar", tmp_path / "staging", lambda _: None)


def test_a_link_is_not_followed(saved, tmp_path):
    shutil.copy(saved.tar, tmp_path / "bad.tar")
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "bad.tar", "a") as tar:
        tar.addfile(link)

    with pytest.raises(BackupError, match="不该有的内容"):
        extract(tmp_path / "bad.tar", tmp_path / "staging", lambda _: None)
