"""One writer gives committed rows their place: a gap-free position, and for audit rows the seal of the chain.

Writers never wait for each other: they insert rows without position. The sequencer, under the lock of its own row,
takes what is committed and unplaced, in order of id, in batches. A row committed late gets a later position, never an
earlier one; consumers read by position only.
"""

from django.db import connection, transaction

from huying.base.audit.chain import GENESIS, SEALED_FIELDS, seal
from huying.base.audit.models import AuditEntry
from huying.base.events.figures import PLACED
from huying.base.events.models import Event, Sequence

BATCH = 1000


def sequence_pending() -> int:
    """Place all that is committed and unplaced; the number of rows placed."""
    placed = 0
    while True:
        batch = _place_events() + _seal_audit()
        placed += batch
        if batch < BATCH:
            return placed


def _locked(stream: str) -> Sequence:
    row, _ = Sequence.objects.select_for_update().get_or_create(
        stream=stream, defaults={"digest": GENESIS if stream == "audit" else ""}
    )
    return row


def _write(model, columns: str, rows: list[tuple]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", rows)


def _place_events() -> int:
    if not Event.objects.filter(position__isnull=True).exists():
        return 0
    with transaction.atomic():
        state = _locked("events")
        unplaced = Event.objects.filter(position__isnull=True).order_by("id")
        rows = list(unplaced.values_list("id", "type", "payload")[:BATCH])
        _write(Event, "position = %s", [(state.position + n, row[0]) for n, row in enumerate(rows, 1)])
        state.position += len(rows)
        state.save(update_fields=["position"])
    for _, kind, payload in rows:
        PLACED.labels(kind, "yes" if payload.get("automatic") is True else "no").inc()
    return len(rows)


def _seal_audit() -> int:
    if not AuditEntry.objects.filter(position__isnull=True).exists():
        return 0
    with transaction.atomic():
        state = _locked("audit")
        rows = list(
            AuditEntry.objects.filter(position__isnull=True).order_by("id").values("id", *SEALED_FIELDS)[:BATCH]
        )
        sealed = []
        for row in rows:
            state.position += 1
            row["position"] = state.position
            state.digest = seal(state.digest, row)
            sealed.append((state.position, state.digest, row["id"]))
        _write(AuditEntry, "position = %s, digest = %s", sealed)
        state.save(update_fields=["position", "digest"])
    return len(rows)
