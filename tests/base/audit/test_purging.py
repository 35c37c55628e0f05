"""Old audit rows may go; what stays can still be verified, and nobody can fake a new beginning."""

from datetime import timedelta

import pytest
from django.db import transaction

from huying.base.audit import actions
from huying.base.audit.models import AuditAnchor, AuditEntry
from huying.base.audit.purging import audit_rows
from huying.base.audit.selectors import check_chain
from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.events.sequencer import sequence_pending
from huying.base.purging import Job
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def actor():
    return factories.person("audit_admin")


def rows(actor, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            record(actor=actor, verb="test.noted")
    sequence_pending()


def purge(actor, before, *, dry_run=False) -> int:
    removed = audit_rows(Job(before, dry_run, actor))
    sequence_pending()
    return removed


def test_old_rows_go_and_the_chain_still_holds(actor, frozen_now):
    rows(actor, 5)
    frozen_now.advance(timedelta(days=400))
    rows(actor, 3)
    before = clock.now() - timedelta(days=200)

    assert purge(actor, before, dry_run=True) == 5
    assert AuditEntry.objects.count() == 8
    assert purge(actor, before) == 5
    report = check_chain()
    assert report.sound
    assert report.checked == 4  # three kept, and the row that tells of the purge
    assert purge(actor, before) == 0


def test_a_purge_that_was_cut_off_is_ended_by_the_next(actor, frozen_now):
    rows(actor, 5)
    frozen_now.advance(timedelta(days=400))
    rows(actor, 1)
    actions.anchor_before(actor=actor, before=clock.now() - timedelta(days=200))
    sequence_pending()

    assert check_chain().sound
    assert purge(actor, clock.now() - timedelta(days=200)) == 5
    assert check_chain().sound


def test_an_anchor_slipped_in_by_hand_is_found(actor, frozen_now):
    rows(actor, 6)
    row = AuditEntry.objects.get(position=3)
    AuditAnchor.objects.create(position=3, digest=row.digest, purged_until=clock.now(), created_at=clock.now())
    AuditEntry.objects.filter(position__lte=3).delete()

    assert check_chain().broken_at == 3


def test_rows_cut_off_at_the_end_are_missed(actor):
    rows(actor, 6)
    AuditEntry.objects.filter(position__gte=5).delete()

    report = check_chain()
    assert report.broken_at == 5
    assert report.reason == "末尾的记录不见了"
