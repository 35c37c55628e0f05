"""Units and people as tables: out and in again, bad rows named, good rows kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.base import tables
from huying.base.audit.models import AuditEntry
from huying.base.errors import NotAllowed
from huying.base.events.models import Event
from huying.base.org import actions, selectors
from huying.base.org.actions.sheets import PEOPLE_COLUMNS, UNIT_COLUMNS
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import system_person
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def units(db):
    return factories.unit_tree()


@pytest.fixture
def admin(db):
    return factories.person("system_admin")


def unit_sheet(*rows: dict) -> bytes:
    return tables.write_table("承办单位", UNIT_COLUMNS, [{"kind": "bureau", **row} for row in rows])


def people_sheet(*rows: dict) -> bytes:
    return tables.write_table("人员", PEOPLE_COLUMNS, rows)


def test_units_come_in_with_their_tree_and_other_names(admin, units):
    report = actions.import_units(
        actor=admin,
        source=unit_sheet(
            {"name": "城市管理局", "short_name": "城管局", "staff": 30, "aliases": ["城管", "城管委"]},
            {"name": "环卫中心", "parent": "城市管理局"},
            {"name": "公安局", "telephone": "010-110"},
        ),
    )
    assert (report.created, report.changed, report.errors) == (2, 1, [])
    assert selectors.resolve_unit("城管委").staff == 30
    assert Unit.objects.get_parent(Unit.objects.get(name="环卫中心")).name == "城市管理局"
    assert Event.objects.filter(type="unit.import").count() == 3
    assert AuditEntry.objects.filter(verb="unit.import").count() == 1


def test_the_same_sheet_again_changes_nothing(admin, units):
    sheet = actions.export_units(actor=admin)
    report = actions.import_units(actor=admin, source=sheet)
    assert (report.created, report.changed, report.unchanged, report.errors) == (0, 0, Unit.objects.count(), [])


def test_bad_rows_are_named_and_lose_no_good_row(admin, units):
    report = actions.import_units(
        actor=admin,
        source=unit_sheet(
            {"name": "甲局"},
            {"name": "乙局", "parent": "没有的局"},
            {"name": "丙局", "aliases": ["公安局"]},
            {"name": "丁局", "kind": "宫殿"},
            {"name": "戊局"},
        ),
    )
    assert report.created == 2
    assert [(error.line, bool(error.message)) for error in report.errors] == [(3, True), (4, True), (5, True)]
    assert set(Unit.objects.filter(name__endswith="局", depth=1).values_list("name", flat=True)) >= {"甲局", "戊局"}
    assert not Unit.objects.filter(name__in=["乙局", "丙局", "丁局"]).exists()


def test_a_name_that_a_spreadsheet_would_run_survives_the_way_out_and_in(admin):
    actions.create_unit(actor=admin, name="=cmd|' /C calc'!A0")
    sheet = actions.export_units(actor=admin)
    assert actions.import_units(actor=admin, source=sheet).unchanged == 1


def test_one_sheet_makes_accounts_for_one_administrator_and_roles_for_the_other(admin, units):
    sheet = people_sheet(
        {"username": "wang", "name": "甲", "unit": "热线中心", "roles": ["坐席"]},
        {"username": "zhao", "name": "乙", "unit": "住建局", "roles": ["承办单位联络员", "unit_leader"]},
    )
    security = factories.person("security_admin")
    too_early = actions.import_people(actor=security, source=sheet)
    assert [error.line for error in too_early.errors] == [2, 3]
    assert actions.import_people(actor=admin, source=sheet).created == 2
    assert Person.objects.get(username="wang").roles == []
    assert not Person.objects.get(username="wang").has_usable_password()
    assert actions.import_people(actor=security, source=sheet).changed == 2
    assert Person.objects.get(username="zhao").roles == ["unit_clerk", "unit_leader"]


def test_a_sheet_gives_nobody_two_administrations_nor_more_rights_than_allowed(admin, units):
    boss = factories.person("firm_admin", firm=units.firm)
    sheet = people_sheet(
        {"username": "a1", "name": "甲", "roles": ["坐席"]},
        {"username": "a2", "name": "乙", "roles": ["班长"]},
        {"username": "a3", "name": "丙", "roles": ["系统管理员", "审计管理员"]},
    )
    report = actions.import_people(actor=boss, source=sheet)
    assert report.created == 1
    assert [error.line for error in report.errors] == [3, 4]
    assert Person.objects.get(username="a1").firm == units.firm
    assert [error.line for error in actions.import_people(actor=system_person(), source=sheet).errors] == [4]


def test_a_firms_administrator_exports_only_its_people(units):
    boss = factories.person("firm_admin", firm=units.firm)
    factories.person("agent", firm=units.firm, username="own")
    factories.person("agent", username="foreign")
    read = tables.read_table(actions.export_people(actor=boss), PEOPLE_COLUMNS)
    assert {row.values["username"] for row in read.rows} == {"own", boss.username}
    with pytest.raises(NotAllowed):
        actions.export_people(actor=factories.person("dispatcher"))


def test_sheets_go_over_http(client_for, admin, units):
    client = client_for(admin)
    sheet = client.get("/org/units.xlsx")
    assert sheet["Content-Type"] == tables.XLSX
    answer = client.upload("/org/units.xlsx", {"file": SimpleUploadedFile("u.xlsx", unit_sheet({"name": "甲局"}))})
    assert answer.json() == {"created": 1, "changed": 0, "unchanged": 0, "errors": []}
    broken = client.upload("/org/units.xlsx", {"file": SimpleUploadedFile("u.xlsx", b"\x00\x01nothing")})
    assert (broken.status_code, broken.json()["code"]) == (422, "not_a_table")
    assert client.get("/org/people.xlsx").status_code == 200
