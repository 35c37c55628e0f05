"""Filing: a citizen's words become an order, at once and once."""

import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from huying.base.audit.models import AuditEntry
from huying.base.errors import Invalid, NotAllowed
from huying.base.events.models import Event, Obligation
from huying.base.parties.models import Citizen, Respondent
from huying.handling.dispatch.models import Analysis, CatalogueEntry
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts import actions
from huying.intake.contacts.models import Contact
from tests import factories
from tests.handling.dispatch.conftest import LONG_AGO

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
WORDS = "东风路26号楼下工地昨晚又干到两点，请管一管，我电话13800001111"


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


def file(actor, **values):
    return actions.file_order(actor=actor, filing=actions.Filing(**{"text": WORDS, "phone": "13800001111", **values}))


def test_one_call_leaves_citizen_contact_order_analysis_audit_and_event(people, frozen_now):
    events, audits = Event.objects.count(), AuditEntry.objects.count()
    order = file(people["agent"], name="某市民")
    assert order.state == "to_dispatch"
    assert order.promised_at > order.filed_at
    assert Contact.objects.get().order == order
    assert Analysis.objects.get().order == order
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events + 1, audits + 1)
    assert set(Obligation.objects.values_list("kind", flat=True)) >= {
        "order.auto_dispatch",
        "notice.send",
        "order.overdue",
    }


def test_the_number_in_the_words_is_a_token_and_the_phone_is_sealed(people):
    order = file(people["agent"])
    assert "13800001111" not in order.text
    assert "‹电话1›" in order.text
    assert "13800001111" not in str(Citizen.objects.values().get())
    assert "13800001111" not in str(list(Event.objects.values())) + str(list(AuditEntry.objects.values()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the database file's bytes")
def test_no_file_of_the_database_holds_the_number(people):
    file(people["agent"])
    path = settings.DATABASES["default"]["TEST"]["NAME"]
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"13800001111" not in Path(path).read_bytes()


def test_the_same_number_is_the_same_citizen(people):
    assert file(people["agent"]).citizen == file(people["agent"], phone="138 0000 1111").citizen


def test_an_anonymous_order_keeps_no_citizen(people):
    order = file(people["agent"], anonymous=True)
    assert order.anonymous
    assert order.citizen is None


def test_what_a_citizen_files_is_reviewed_first(people):
    order = actions.file_by_citizen(filing=actions.Filing(text=WORDS, phone="13800001111", channel="web"))
    assert order.state == "to_review"


def test_a_draft_waits_with_its_agent_and_promises_nothing(people):
    order = file(people["agent"], submit=False)
    assert order.state == "draft"
    assert order.promised_at is None


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_text_is_refused_and_nothing_is_kept(people, text):
    with pytest.raises(Invalid):
        file(people["agent"], text=text)
    assert not WorkOrder.objects.exists()
    assert not Citizen.objects.exists()


def test_an_impossible_phone_is_refused_and_nothing_is_kept(people):
    with pytest.raises(Invalid):
        file(people["agent"], phone="12")
    assert not WorkOrder.objects.exists()


def test_a_unit_files_no_orders(people):
    with pytest.raises(NotAllowed):
        file(people["unit_clerk"])


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>路灯", "😀" * 300, "长" * 19_000, "20180501000001", "\u202e倒着写"]
)
def test_odd_words_are_filed_as_they_are(people, text):
    assert file(people["agent"], text=text).state == "to_dispatch"


@pytest.mark.parametrize("whose", ["caller", "respondent"])
def test_the_address_that_the_category_asks_for_decides(whose):
    units, places, pension = factories.unit_tree(), factories.divisions(), factories.categories().pension
    pension.deciding_place = whose
    pension.save()
    for unit, place in ((units.community, places.village), (units.other_community, places.other_village)):
        CatalogueEntry.objects.create(
            category=pension, unit=unit, division=place, clause="1", basis="三定方案", effective_from=LONG_AGO
        )
    Respondent.objects.create(name="某养老服务公司", division=places.other_village)
    told = {"caller_division": places.other_village} if whose == "caller" else {"respondent": "某养老服务公司"}

    file(
        factories.person("agent", unit=units.centre),
        text="养老待遇资格认证一直没有办下来，希望处理。",
        category=pension,
        incident_division=places.village,
        **told,
    )

    assert Analysis.objects.get().units[0]["id"] == units.other_community.public_id
