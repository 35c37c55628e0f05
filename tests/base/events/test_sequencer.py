"""Committed rows get a gap-free place and the audit chain its seal, whoever writes and whoever sequences."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from huying.base.audit.models import AuditEntry
from huying.base.audit.selectors import check_chain
from huying.base.calendars import clock
from huying.base.events import recorder
from huying.base.events.models import Event
from huying.base.events.sequencer import sequence_pending
from tests import factories

pytestmark = pytest.mark.postgres


def note(actor, word: str) -> None:
    with transaction.atomic():
        recorder.record(actor=actor, verb="test.noted", payload={"word": word}, changes={"word": [None, word]})


def in_thread(run) -> threading.Thread:
    def closing():
        try:
            run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=closing)
    thread.start()
    return thread


@pytest.mark.django_db
def test_places_are_gap_free_in_order_and_the_chain_holds():
    actor = factories.person("agent")
    for n in range(25):
        note(actor, f"w{n}")

    sequence_pending()
    note(actor, "later")
    sequence_pending()

    rows = Event.objects.filter(type="test.noted").order_by("position")
    assert [row.position for row in rows] == list(range(1, 27))
    assert rows.last().payload == {"word": "later"}
    report = check_chain()
    assert report.sound
    assert report.checked == AuditEntry.objects.count()
    assert report.unsealed == 0


@pytest.mark.django_db
def test_a_changed_row_and_a_removed_row_are_found():
    actor = factories.person("agent")
    for n in range(5):
        note(actor, f"w{n}")
    sequence_pending()

    AuditEntry.objects.filter(position=3).update(changes={"word": [None, "other"]})
    assert check_chain().broken_at == 3

    AuditEntry.objects.filter(position=2).delete()
    assert check_chain().broken_at == 2


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_transaction_committed_late_gets_a_later_place_never_an_earlier_one():
    actor = factories.person("agent")
    first_written, second_placed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            recorder.record(actor=actor, verb="test.noted", payload={"word": "first written"})
            first_written.set()
            assert second_placed.wait(10)

    thread = in_thread(slow)
    assert first_written.wait(10)
    note(actor, "second written")  # a higher id, committed before
    sequence_pending()
    seen = list(Event.objects.filter(position__isnull=False).order_by("position").values_list("payload", flat=True))
    second_placed.set()
    thread.join()
    sequence_pending()

    placed = Event.objects.order_by("position")
    assert seen == [{"word": "second written"}]
    assert [row.payload["word"] for row in placed] == ["second written", "first written"]
    assert [row.position for row in placed] == [1, 2]
    assert check_chain().sound


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_and_two_writers_leave_neither_gap_nor_double():
    actor = factories.person("agent")
    writing = threading.Event()
    writing.set()

    def write():
        for n in range(40):
            note(actor, f"w{n}")

    def sequence():
        while writing.is_set():
            sequence_pending()

    writers = [in_thread(write) for _ in range(2)]
    sequencers = [in_thread(sequence) for _ in range(2)]
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in sequencers:
        thread.join()
    sequence_pending()

    assert list(Event.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 81))
    report = check_chain()
    assert report.sound
    assert report.checked == 80


@pytest.mark.django_db(transaction=True)
def test_a_backlog_is_placed_at_five_thousand_rows_a_second_or_more():
    actor = factories.person("agent")
    now = clock.now()
    rows = 10_000
    Event.objects.bulk_create(
        [Event(type="test.bulk", at=now, actor_id=actor.pk, subject_type="", payload={"n": n}) for n in range(rows)],
        batch_size=500,
    )
    AuditEntry.objects.bulk_create([AuditEntry(at=now, actor_id=actor.pk, verb="test.bulk") for _ in range(rows)])

    began = time.perf_counter()
    placed = sequence_pending()
    rate = placed / (time.perf_counter() - began)

    assert placed == 2 * rows
    assert rate >= 5000, f"{rate:.0f} rows/s on {connection.vendor}"
    assert check_chain().sound
