"""Citizens: found or made while filing, corrected, merged, erased; nothing personal lies open in the database."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q

from huying.base import vault
from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.models import Event
from huying.base.parties import actions, selectors
from huying.base.parties.actions import erasure
from huying.base.parties.models import Citizen
from huying.handling.orders.models import WorkOrder
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PHONE = "13800001234"


def test_the_same_number_however_written_is_one_citizen(django_assert_max_num_queries):
    first = actions.find_or_create_citizen(phone=PHONE, name="示例", now=clock.now())
    with django_assert_max_num_queries(2):
        again = actions.find_or_create_citizen(phone="+86 138-0000-1234", name="别名", identity="", now=clock.now())
    assert again == first
    assert selectors.reveal(again, "name") == "示例", "a telephone is lent: the known name stays"


def test_a_new_citizen_costs_two_statements(django_assert_num_queries):
    actions.find_or_create_citizen(phone="13800009999", now=clock.now())  # the key ring is open now
    with django_assert_num_queries(4):  # SELECT, INSERT, and the savepoint's two
        actions.find_or_create_citizen(phone=PHONE, name="示例", now=clock.now())


def test_what_was_missing_is_filled_in():
    actions.find_or_create_citizen(phone=PHONE, now=clock.now())
    known = actions.find_or_create_citizen(phone=PHONE, name="示例", identity="11010519491231002X", now=clock.now())
    assert selectors.reveal(known, "name") == "示例"
    assert selectors.masked_identity(known) == "110105********002X"


def test_somebody_who_was_faster_is_read_instead(monkeypatch):
    """Given that the look-up misses because another filing commits in between, then its citizen is used."""
    faster = actions.find_or_create_citizen(phone=PHONE, now=clock.now())
    answers = iter([None, faster])
    monkeypatch.setattr(selectors, "by_hash", lambda **_: next(answers))
    assert actions.find_or_create_citizen(phone=PHONE, now=clock.now()) == faster
    assert Citizen.objects.count() == 1


def test_a_citizen_without_number_is_found_by_identity():
    made = actions.find_or_create_citizen(phone="", name="示例", identity="11010519491231002X", now=clock.now())
    assert actions.find_or_create_citizen(phone="", identity="11010519491231002x", now=clock.now()) == made
    with pytest.raises(Invalid):
        actions.find_or_create_citizen(phone="", identity="110105194912310021", now=clock.now())


def test_found_by_the_last_four_digits():
    citizen = actions.find_or_create_citizen(phone=PHONE, now=clock.now())
    assert selectors.by_phone_tail("1234") == [citizen]
    assert selectors.by_phone_tail("4321") == []
    assert citizen.phone_tail_hash != vault.fingerprint("1234", "citizen.phone")


def test_a_correction_leaves_one_audit_row_without_the_value():
    agent = factories.person("agent")
    citizen = factories.citizen("+8613800001111")
    changed = actions.update_citizen(actor=agent, citizen=citizen, expected_version=1, phone=PHONE, name="新名")
    assert selectors.by_phone(PHONE) == changed
    entry, event = AuditEntry.objects.get(), Event.objects.get()
    assert event.payload == {"fields": ["name", "phone"]}
    assert PHONE not in str(entry.changes) + str(event.payload)
    with pytest.raises(Conflict) as stale:
        actions.update_citizen(actor=agent, citizen=citizen, expected_version=1, name="旧")
    assert stale.value.extra["current"] == {"version": 2}


def test_a_number_that_belongs_to_another_is_not_taken_over():
    factories.citizen("+8613800001234")
    other = factories.citizen("+8613800002222")
    with pytest.raises(Conflict, match="合并"):
        actions.update_citizen(actor=factories.person("agent"), citizen=other, phone=PHONE)


def test_merging_moves_what_hangs_on_the_duplicate():
    leader = factories.person("team_leader")
    keep, duplicate = factories.citizen(name=""), factories.citizen("+8613800001234", name="示例")
    order = factories.order(leader, citizen=duplicate)
    kept = actions.merge_citizens(actor=leader, keep=keep, duplicate=duplicate, reason="同一人换号")
    order.refresh_from_db()
    duplicate.refresh_from_db()
    assert order.citizen == keep
    assert selectors.reveal(kept, "name") == "示例"
    assert duplicate.merged_into == keep
    assert duplicate.phone_sealed == ""
    assert AuditEntry.objects.count() == Event.objects.count() == 1


def test_revealing_needs_an_office_that_sees_citizens():
    citizen = factories.citizen("+8613800001234")
    agent, clerk, analyst = (factories.person(role) for role in ("agent", "unit_clerk", "analyst"))
    assert actions.reveal_citizen(actor=agent, citizen=citizen, field="phone", reason="回电") == "+8613800001234"
    with pytest.raises(NotAllowed):
        actions.reveal_citizen(actor=analyst, citizen=citizen, field="phone", reason="好奇")
    with pytest.raises(NotAllowed, match="保密件"):
        actions.reveal_citizen(actor=clerk, citizen=citizen, field="phone", reason="联系", confidential=True)
    assert list(AuditEntry.objects.order_by("id").values_list("succeeded", flat=True)) == [True, False, False]


def test_a_unit_sees_nothing_of_a_confidential_order():
    citizen = factories.citizen("+8613800001234", name="示例")
    clerk, agent, admin = (factories.person(role) for role in ("unit_clerk", "agent", "system_admin"))
    masked = {"name_masked": "示**", "phone_masked": "138****1234"}
    assert selectors.contact_line(citizen, agent, order_confidential=True) == masked
    assert selectors.contact_line(citizen, clerk) == masked
    hidden = selectors.contact_line(citizen, clerk, order_confidential=True)
    assert hidden == {"name_masked": "保密", "phone_masked": "由热线中心转接"}
    assert selectors.contact_line(citizen, admin) is None
    assert selectors.contact_line(None, agent) is None


def test_erasing_takes_only_whom_nothing_needs(monkeypatch):
    monkeypatch.setattr(erasure, "_needed", {})
    system = factories.person("system_admin")
    long_ago = clock.now() - timedelta(days=4000)
    idle, busy, fresh = factories.citizen(), factories.citizen(), factories.citizen()
    Citizen.objects.filter(pk__in=[idle.pk, busy.pk]).update(created_at=long_ago)
    factories.order(system, citizen=busy, state="closed")
    before = clock.now() - timedelta(days=3650)
    assert actions.erase_expired(actor=system, before=before) == 1
    idle.refresh_from_db()
    assert idle.erased_at is not None
    assert (idle.phone_sealed, idle.phone_hash, idle.name_sealed) == ("", "", "")
    assert Citizen.objects.filter(erased_at__isnull=True).count() == 2, (busy.pk, fresh.pk)
    # When the orders' room tells that closed orders need nobody, then the other may go too.
    actions.keep_while(WorkOrder._meta.label_lower, lambda moment: ~Q(state="closed"))
    assert actions.erase_expired(actor=system, before=before) == 1
    assert AuditEntry.objects.filter(verb="citizen.erase").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_database_file_holds_no_number_name_or_identity(tmp_path: Path):
    actions.find_or_create_citizen(phone=PHONE, name="示例姓名", identity="11010519491231002X", now=clock.now())
    factories.citizen("+8613911112222")
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    content = (tmp_path / "copy.sqlite3").read_bytes()
    for secret in (PHONE, "13911112222", "示例姓名", "11010519491231002"):
        assert secret.encode() not in content
    assert b"parties_citizen" in content
