"""Bytes are kept once, durably, and opened only by who may see what they belong to."""

import io
import os
import time
from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid, TooLarge
from huying.base.events.models import Event
from huying.base.files import access, actions, purging, selectors, store
from huying.base.files.models import Attachment, StoredFile
from huying.base.purging import Job
from tests import factories
from tests.base.files import samples

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, settings, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(access, "_rules", {"orders.workorder": lambda person, key: person.has_role("agent")})


@pytest.fixture
def agent():
    return factories.person("agent")


def attach(agent, content: bytes, name: str = "照片.jpg", **values):
    order = factories.order(agent)
    return actions.store(actor=agent, subject=order, name=name, stream=io.BytesIO(content), **values)


def test_the_same_bytes_are_kept_once(agent):
    first, second = attach(agent, samples.png()), attach(agent, samples.png(), "另一张.jpg")
    assert first.file == second.file
    assert (first.name, second.name) == ("照片.jpg.png", "另一张.jpg.png")
    path = store.path_of(first.file.sha256)
    assert path.read_bytes() == samples.png()
    assert path.parent.parent.parent == store.folder()
    assert [each.name for each in store.folder().glob(".new-*")] == []
    assert Event.objects.count() == AuditEntry.objects.count() == 2


def test_a_refused_file_leaves_nothing_behind(agent):
    with pytest.raises(Invalid):
        attach(agent, b"<html><script>alert(1)</script></html>")
    assert [path for path in store.folder().rglob("*") if path.is_file()] == []
    assert Attachment.objects.count() == StoredFile.objects.count() == AuditEntry.objects.count() == 0


def test_too_large_is_refused_while_reading(agent, monkeypatch):
    monkeypatch.setattr(store, "limit_mb", lambda kind: 1)
    with pytest.raises(TooLarge, match="1 MB"):
        attach(agent, samples.jpeg(b"\x00" * (1024 * 1024)))
    assert list(store.folder().glob(".new-*")) == []


def test_altered_bytes_are_found(agent):
    attachment = attach(agent, samples.png())
    assert list(selectors.damaged()) == []
    store.path_of(attachment.file.sha256).write_bytes(b"other")
    assert list(selectors.damaged()) == [attachment.file]


def test_a_picture_is_shown_in_place_and_the_look_is_written_down(agent, client_for):
    attachment = attach(agent, samples.png(), "现场 照片.png")
    answer = client_for(agent).get(f"/files/{attachment.public_id}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == samples.png()
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    entry = AuditEntry.objects.get(verb="file.read")
    assert entry.subject_id == attachment.subject_id
    forced = client_for(agent).get(f"/files/{attachment.public_id}?download=true")
    assert forced["Content-Disposition"].startswith("attachment")


def test_a_text_is_only_ever_downloaded(agent, client_for):
    attachment = attach(agent, "路灯不亮".encode(), "说明.html")
    answer = client_for(agent).get(f"/files/{attachment.public_id}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "html.txt" in answer["Content-Disposition"]


def test_who_may_not_see_the_order_does_not_find_the_file(agent, client_for, monkeypatch):
    attachment = attach(agent, samples.png())
    other = client_for(factories.person("unit_clerk"))
    assert other.get(f"/files/{attachment.public_id}").status_code == 404
    assert AuditEntry.objects.filter(verb="file.read").count() == 0
    monkeypatch.setattr(access, "_rules", {})
    assert client_for(agent).get(f"/files/{attachment.public_id}").status_code == 404
    assert client_for(agent).get("/files/nothing").status_code == 404


def test_bytes_that_nothing_refers_to_are_purged(agent):
    kept, dropped = attach(agent, samples.png()), attach(agent, samples.jpeg())
    dropped.delete()
    later = clock.now() + timedelta(days=1)
    stray = store.folder() / "00" / "00" / ("0" * 64)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left over")
    fresh = store.folder() / ".new-upload"
    fresh.write_bytes(b"under way")
    os.utime(stray, (time.time() - 2 * 86400,) * 2)
    job = Job(later, dry_run=True, actor=agent)
    assert purging.purge_unattached(job) == 2
    assert stray.exists()
    assert purging.purge_unattached(Job(later, dry_run=False, actor=agent)) == 2
    assert not stray.exists()
    assert fresh.exists()
    assert store.path_of(kept.file.sha256).exists()
    assert not store.path_of(dropped.file.sha256).exists()
    assert [file.pk for file in StoredFile.objects.all()] == [kept.file.pk]
