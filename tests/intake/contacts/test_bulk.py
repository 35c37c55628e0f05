"""Contacts brought in many at a time."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.models import Event
from huying.base.org.selectors import system_person
from huying.base.parties.models import Citizen
from huying.base.parties.texts import restore
from huying.intake.contacts.bulk import ClosedCall, import_closed_contacts
from huying.intake.contacts.models import Contact
from tests import factories

pytestmark = pytest.mark.django_db


def _call(**fields) -> ClosedCall:
    at = clock.now() - timedelta(minutes=5)
    values = {
        "channel": "phone",
        "result": "answered",
        "started_at": at,
        "ended_at": at + timedelta(minutes=2),
        "agent": None,
        "phone": "14100001234",
        "text": "医保怎么报销？我的电话14100001234。",
        "answer": "请带身份证到窗口办理。",
    }
    return ClosedCall(**{**values, **fields})


def test_a_batch_is_one_audit_row_and_an_event_each() -> None:
    agent = factories.person("agent")
    rows = import_closed_contacts(
        actor=system_person(), calls=[_call(agent=agent), _call(), _call(phone="", result="silent")]
    )
    assert Contact.objects.count() == len(rows) == 3
    assert Event.objects.filter(type="contact.closed").count() == 3
    assert AuditEntry.objects.filter(verb="contact.closed").count() == 1
    assert Citizen.objects.count() == 1
    assert rows[0].citizen_id == rows[1].citizen_id
    assert rows[2].citizen_id is None
    assert "14100001234" not in rows[0].text


def test_a_number_in_the_answer_is_a_token_and_its_value_is_kept_sealed() -> None:
    row = import_closed_contacts(actor=system_person(), calls=[_call(answer="请联系窗口，电话13900002222。")])[0]
    assert "13900002222" not in row.answer + row.answer_identifiers_sealed
    assert restore(row.answer, row.answer_identifiers_sealed) == "请联系窗口，电话13900002222。"


def test_nothing_is_written_where_one_result_is_wrong() -> None:
    with pytest.raises(Invalid):
        import_closed_contacts(actor=system_person(), calls=[_call(), _call(result="order")])
    assert not Contact.objects.exists()


def test_an_empty_batch_leaves_no_trace() -> None:
    assert import_closed_contacts(actor=system_person(), calls=[]) == []
    assert not AuditEntry.objects.exists()
