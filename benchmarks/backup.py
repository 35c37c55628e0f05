"""Does a backup taken under load come back whole in an empty place, with what there was at its moment?

On both databases: eight clients file and act while ``huying backup`` runs; it is restored into an empty folder and an
empty database, checked, and counted. What was acknowledged before the backup began must be there, the rows of every
table are those of its moment, and every order has its contact, event and audit row. ``HUYING_BACKUP_DAYS`` is how much
history the demo centre has.
"""

import json
import os
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness.huying import Scratch
from benchmarks.harness.journey import MARK, Journey, Ledger
from benchmarks.harness.runner import Result
from benchmarks.harness.site import POSTGRES, SQLITE, Site
from benchmarks.harness.troubles import await_answer, load

CLIENTS, STEPS = 8, 4
BEFORE = 5.0  # seconds of load before the backup

NOTED = ("events_event", "audit_auditentry")  # the restore itself is written down
WORK_ON = """
import django; django.setup()
from huying.base.events import obligations
from huying.base.events.sequencer import sequence_pending
while obligations.run_due(1000):
    pass
sequence_pending()
"""
READ = f"""
import json
import django; django.setup()
from django.db import connection
from huying.base.audit.models import AuditEntry
from huying.base.events.models import Event
from huying.cli.backups.manifest import count_rows
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.models import Contact
orders = dict(WorkOrder.objects.filter(text__contains="{MARK}").values_list("pk", "public_id"))
def of(rows):
    return set(rows) >= set(orders)
with connection.cursor() as cursor:
    counts = count_rows(cursor)
print(json.dumps({{
    "orders": list(orders.values()),
    "counts": counts,
    "whole": of(Contact.objects.values_list("order_id", flat=True))
    and of(Event.objects.filter(type="order.filed").values_list("subject_id", flat=True))
    and of(AuditEntry.objects.filter(verb="order.filed").values_list("subject_id", flat=True)),
}}))
"""


def run() -> Result:
    days = int(os.environ.get("HUYING_BACKUP_DAYS", "30"))
    figures: dict[str, Any] = {}
    failed: list[str] = []
    for database in (POSTGRES, SQLITE):
        found, missed = on(database, days)
        figures |= {f"{database}_{name}": value for name, value in found.items()}
        failed += [f"{database}: {sentence}" for sentence in missed]
    return Result(figures, failed=tuple(failed))


def on(database: str, days: int) -> tuple[dict[str, Any], list[str]]:
    with Site(database, days=days) as site, Scratch() as place, tempfile.TemporaryDirectory() as apart:
        site.serve()
        site.work()
        site.await_quiet()
        missed: list[str] = []
        ledger, tar, keys = Ledger(), Path(apart, "backup.tar"), Path(apart, "keys.json")
        with load(Journey(site, ledger), CLIENTS, STEPS):
            await_answer(ledger)
            time.sleep(BEFORE)
            before = _filed(ledger)
            took = _timed(site, "backup", str(tar), "--with-keys", str(keys))
            known = _filed(ledger)
            await_answer(ledger)
        if database == POSTGRES:
            place.environment["HUYING_DATABASE_URL"] = site.cluster.create("restored")
        figures = {
            "backup_s": took,
            "restore_s": _timed(place, "restore", str(tar), "--keys", str(keys)),
            "mib": round(tar.stat().st_size / 2**20, 1),
            "filed_during_backup": len(known - before),
            "filed_after_backup": len(_filed(ledger) - known),
        }
        found = json.loads(place.python(READ).splitlines()[-1])
        counts = _manifest(tar)["counts"]
        figures |= {"rows": sum(counts.values()), "lost": len(before - set(found["orders"]))}
        place.python(WORK_ON)
        try:
            place.run("check", "all")
        except RuntimeError as error:
            missed.append(f"huying check: {str(error)[-500:]}")
    differing = [name for name, rows in counts.items() if found["counts"].get(name) != rows + (name in NOTED)]
    if differing:
        missed.append(f"other counts than at the moment of the backup: {', '.join(differing)}")
    if figures["lost"] or not found["whole"]:
        missed.append(f"{figures['lost']} acknowledged orders are lost; contacts, events, audit: {found['whole']}")
    return figures, missed + ledger.wrong[:5]


def _timed(place: Scratch, *words: str) -> float:
    began = time.monotonic()
    place.run(*words)
    return round(time.monotonic() - began, 1)


def _filed(ledger: Ledger) -> set[str]:
    with ledger.lock:
        return {public_id for public_id, _ in ledger.filed.values()}


def _manifest(tar: Path) -> dict[str, Any]:
    with tarfile.open(tar) as opened:
        file = opened.extractfile("manifest.json")
        assert file is not None
        return json.load(file)
