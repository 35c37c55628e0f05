"""The chain is sound until somebody alters, removes, inserts or reorders a row; then the first broken link is found."""

from datetime import timedelta

import pytest
from django.db import transaction

from huying.base.audit.models import AuditAnchor, AuditEntry
from huying.base.audit.purging import audit_rows
from huying.base.audit.selectors import check_chain
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record
from huying.base.events.sequencer import sequence_pending
from huying.base.org.selectors import system_person
from huying.base.purging import Job

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def write(count: int) -> None:
    """``count`` acts, sealed in two batches."""
    for number in range(count):
        with transaction.atomic():
            record(actor=system_person(), verb="test.act", subject=system_person(), changes={"n": number, "词": "值"})
        if number == count // 2:
            sequence_pending()
    sequence_pending()


def row_at(position: int):
    return AuditEntry.objects.filter(position=position)


def swap(one: int, other: int) -> None:
    """Exchange the places of two rows, seals staying where they were."""
    first, second = row_at(one).get(), row_at(other).get()
    row_at(one).update(position=None)
    AuditEntry.objects.filter(pk=second.pk).update(position=one, digest=first.digest)
    AuditEntry.objects.filter(pk=first.pk).update(position=other, digest=second.digest)


def forge_beginning(position: int) -> None:
    """Remove the beginning and claim that a purge did it."""
    now = clock.now()
    last = row_at(position).get()
    AuditAnchor.objects.create(position=position, digest=last.digest, purged_until=now, created_at=now)
    AuditEntry.objects.filter(position__lte=position).delete()


def test_an_untouched_chain_is_sound():
    write(10)
    report = check_chain()
    assert (report.sound, report.checked, report.unsealed) == (True, 10, 0)


def test_rows_not_sealed_yet_are_counted_and_break_nothing():
    write(3)
    with transaction.atomic():
        record(actor=system_person(), verb="test.act")
    report = check_chain()
    assert (report.sound, report.checked, report.unsealed) == (True, 3, 1)


@pytest.mark.parametrize(
    ("harm", "broken_at"),
    [
        pytest.param(lambda: row_at(4).update(changes={"n": 99}), 4, id="altered"),
        pytest.param(lambda: row_at(4).update(actor_id=12345), 4, id="another actor"),
        pytest.param(lambda: row_at(4).update(at=clock.now()), 4, id="another time"),
        pytest.param(lambda: row_at(5).update(succeeded=False), 5, id="success turned"),
        pytest.param(lambda: row_at(6).delete(), 6, id="removed in the middle"),
        pytest.param(lambda: row_at(1).delete(), 1, id="first removed"),
        pytest.param(lambda: row_at(10).delete(), 10, id="last removed"),
        pytest.param(lambda: AuditEntry.objects.all().delete(), 1, id="all removed"),
        pytest.param(lambda: swap(3, 7), 3, id="reordered"),
        pytest.param(lambda: forge_beginning(5), 5, id="beginning removed behind a forged anchor"),
    ],
)
def test_the_first_broken_link_is_found(harm, broken_at):
    write(10)
    harm()
    report = check_chain()
    assert not report.sound
    assert report.broken_at == broken_at
    assert report.reason


def test_a_later_harm_does_not_hide_an_earlier_one():
    write(10)
    row_at(8).delete()
    row_at(3).update(reason="x")
    assert check_chain().broken_at == 3


def purge(before) -> int:
    removed = audit_rows(Job(before, dry_run=False, actor=system_person()))
    sequence_pending()
    return removed


def test_harm_after_a_purge_is_found(frozen_now):
    write(5)
    frozen_now.advance(timedelta(days=400))
    write(4)
    assert purge(clock.now() - timedelta(days=365)) == 5
    row_at(7).update(reason="x")
    assert check_chain().broken_at == 7


def test_purging_again_and_again_keeps_one_chain(frozen_now):
    for _ in range(3):
        write(4)
        frozen_now.advance(timedelta(days=400))
        purge(clock.now() - timedelta(days=365))
    assert check_chain().sound


def test_half_a_year_is_never_purged():
    write(3)
    with pytest.raises(Invalid):
        purge(clock.now() - timedelta(days=100))
    assert AuditEntry.objects.count() == 3


def test_only_an_unbroken_beginning_is_purged(frozen_now):
    """A row of an old time that was sealed late stays until all before it may go."""
    write(3)
    frozen_now.advance(timedelta(days=400))
    write(1)
    with transaction.atomic():
        record(actor=system_person(), verb="test.late", at=clock.now() - timedelta(days=399))
    sequence_pending()
    assert purge(clock.now() - timedelta(days=300)) == 3
    assert check_chain().sound
