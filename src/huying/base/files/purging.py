"""Bytes that nothing refers to any more."""

import time

from django.db import transaction

from huying.base.files import store
from huying.base.files.models import StoredFile
from huying.base.purging import Job, purger
from huying.base.retention import Retention

GRACE_SECONDS = 24 * 3600


@purger("无所属的附件文件", Retention.CASE)
def purge_unattached(job: Job) -> int:
    """Rows without an attachment, and bytes without a row that are older than a day (an upload may be under way)."""
    rows = list(StoredFile.objects.filter(attachments__isnull=True, stored_at__lt=job.before).order_by("pk"))
    strays = _strays()
    if not job.dry_run:
        for row in rows:
            _forget(row)
        for path in strays:
            path.unlink(missing_ok=True)
    return len(rows) + len(strays)


def _forget(row: StoredFile) -> None:
    with transaction.atomic():
        locked = StoredFile.objects.select_for_update(of=("self",)).filter(pk=row.pk, attachments__isnull=True).first()
        if locked is None:
            return
        locked.delete()
    store.remove(row.sha256)


def _strays():
    """Files on disk that no row knows. Age is the file system's, so the machine's time is asked, not the centre's."""
    old = time.time() - GRACE_SECONDS
    found = [path for path in store.folder().rglob("*") if path.is_file() and path.stat().st_mtime < old]
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    return [path for path in found if path.name not in known]
