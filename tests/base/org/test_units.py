"""Units: found by any of their names at any time, changed with dates, never lost."""

from datetime import date, timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.models import Event
from huying.base.org import actions, selectors
from huying.base.org.models import Unit, UnitChange
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def units(db):
    return factories.unit_tree()


@pytest.fixture
def admin(db):
    return factories.person("system_admin")


@pytest.fixture
def keeper(client_for, admin):
    return client_for(admin)


def again(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def test_a_new_unit_has_its_place_and_its_spelling(admin, units):
    unit = actions.create_unit(
        actor=admin, name="城市管理局", parent=units.district, short_name="城管局", aliases=["城管"]
    )
    assert Unit.objects.get_parent(again(unit)) == units.district
    assert unit.pinyin == "chengshiguanliju csglj"
    assert selectors.resolve_unit("城管") == unit
    assert Event.objects.filter(type="unit.create").count() == 1
    assert AuditEntry.objects.filter(verb="unit.create").count() == 1


@pytest.mark.parametrize("name", ["住房和城乡建设局", "住建局", "住房和城乡建设局 "])
def test_a_unit_is_found_by_name_and_short_name(units, name):
    assert selectors.resolve_unit(name) == units.housing


@pytest.mark.parametrize("written", ["供电公司（城区）", "供电公司(城区)", "供电公司 (城区)"])
def test_brackets_of_either_width_are_the_same(admin, written):
    unit = actions.create_unit(actor=admin, name="供电公司（城区）", kind="enterprise")
    assert selectors.resolve_unit(written) == unit


@pytest.mark.parametrize("name", ["", "  ", "没有的局"])
def test_an_unknown_name_finds_nobody(units, name):
    assert selectors.resolve_unit(name) is None


def test_after_a_rename_the_former_name_still_leads_to_the_unit(admin, units):
    renamed = actions.rename_unit(
        actor=admin, unit=units.housing, name="住房建设局", effective=clock.today(), basis="编办〔1〕号"
    )
    assert selectors.resolve_unit("住房和城乡建设局") == renamed
    assert renamed.pinyin.endswith(" zfjsj")
    change = UnitChange.objects.get(unit=renamed)
    assert (change.kind, change.old_name) == ("rename", "住房和城乡建设局")


def test_a_rename_back_and_forth_leaves_no_wrong_alias(admin, units):
    first = actions.rename_unit(actor=admin, unit=units.housing, name="住房建设局", effective=clock.today())
    back = actions.rename_unit(actor=admin, unit=first, name="住房和城乡建设局", effective=clock.today())
    assert [alias.name for alias in back.aliases.all()] == ["住房建设局"]


def test_a_name_that_another_unit_answers_to_is_refused(admin, units):
    actions.add_alias(actor=admin, unit=units.police, name="市局")
    for taken in ("公安局", "市局"):
        with pytest.raises(Conflict):
            actions.rename_unit(actor=admin, unit=units.housing, name=taken, effective=clock.today())
    assert AuditEntry.objects.filter(verb="unit.rename").count() == 0


def test_a_merged_units_name_leads_to_its_successor_from_that_day_on(admin, units):
    day = clock.today()
    actions.merge_units(actor=admin, units=[units.police, units.housing], successor=units.heating, effective=day)
    assert selectors.resolve_unit("公安局") == units.heating
    assert selectors.resolve_unit("公安局", on=day - timedelta(days=1)) == units.police
    assert units.police not in selectors.units_in_force()
    assert units.police in selectors.units_in_force(day - timedelta(days=1))
    assert Event.objects.filter(type="unit.merge").count() == 2
    assert AuditEntry.objects.filter(verb="unit.merge").count() == 1


def test_a_chain_of_mergers_is_followed_to_its_end(admin, units):
    actions.merge_units(actor=admin, units=[units.police], successor=units.housing, effective=clock.today())
    actions.abolish_unit(actor=admin, unit=units.housing, successor=units.heating, effective=clock.today())
    assert selectors.resolve_unit("公安局") == units.heating


def test_after_a_split_a_person_must_decide(admin, units):
    actions.split_unit(
        actor=admin, unit=units.police, successors=[units.housing, units.heating], effective=clock.today()
    )
    assert selectors.resolve_unit("公安局") is None


def test_an_abolished_unit_can_be_taken_back(admin, units):
    actions.abolish_unit(actor=admin, unit=units.police, effective=clock.today())
    assert selectors.resolve_unit("公安局") is None
    actions.activate_unit(actor=admin, unit=units.police)
    assert selectors.resolve_unit("公安局") == units.police


def test_a_unit_with_living_units_below_is_not_ended(admin, units):
    with pytest.raises(Conflict):
        actions.abolish_unit(actor=admin, unit=units.street, effective=clock.today())
    assert again(units.street).active_until is None


def test_a_moved_unit_takes_all_below_along(admin, units):
    actions.move_unit(actor=admin, unit=units.street, parent=units.centre)
    assert set(selectors.subtree_ids(again(units.centre))) == {
        unit.pk for unit in (units.centre, units.street, units.community, units.other_community)
    }
    assert selectors.subtree_ids(again(units.district)) == [units.district.pk]


def test_a_unit_moves_to_the_top(admin, units):
    moved = actions.move_unit(actor=admin, unit=units.street, parent=None)
    assert moved.depth == 1
    assert Unit.objects.get_parent(again(units.community)) == moved


def test_a_unit_does_not_move_below_itself(admin, units):
    for below in (units.street, units.community):
        with pytest.raises(Invalid):
            actions.move_unit(actor=admin, unit=units.street, parent=below)


def test_scope_is_the_unit_and_all_below(units):
    assert set(selectors.subtree_ids(units.district)) == {
        unit.pk for unit in (units.district, units.street, units.community, units.other_community)
    }


@pytest.mark.parametrize("role", ["agent", "dispatcher", "unit_leader", "security_admin", "firm_admin"])
def test_others_do_not_change_units(units, role):
    with pytest.raises(NotAllowed):
        actions.create_unit(actor=factories.person(role), name="新单位")


def test_the_list_is_the_tree_in_order_and_is_searched_by_pinyin(keeper, admin, units):
    actions.create_unit(actor=admin, name="城市管理局", parent=units.district)
    told = keeper.get("/org/units").json()
    names = [(unit["depth"], unit["name"]) for unit in told["items"]]
    assert names.index((1, "东区")) < names.index((2, "东风街道")) < names.index((3, "东风社区"))
    street = next(unit for unit in told["items"] if unit["name"] == "东风街道")
    assert street["parent"] == units.district.public_id
    for words in ("csglj", "chengshi", "城市"):
        assert [unit["name"] for unit in keeper.get("/org/units", {"words": words}).json()["items"]] == ["城市管理局"]


def test_the_list_costs_the_same_however_many_units(keeper, django_assert_max_num_queries):
    for _ in range(40):
        factories.unit()
    keeper.get("/org/units")
    with django_assert_max_num_queries(8):
        keeper.get("/org/units")


def test_a_stale_version_is_refused(keeper, units):
    path = f"/org/units/{units.police.public_id}"
    assert keeper.patch(path, {"version": 1, "telephone": "010-1"}).json()["version"] == 2
    stale = keeper.patch(path, {"version": 1, "telephone": "010-2"})
    assert stale.status_code == 409
    assert stale.json()["current"] == {"version": 2}
    assert again(units.police).telephone == "010-1"


def test_the_whole_life_of_a_unit_over_http(keeper, units):
    made = keeper.post("/org/units", {"name": "河长办", "parent": units.district.public_id}, HTTP_IDEMPOTENCY_KEY="k1")
    assert made.status_code == 201
    repeated = keeper.post(
        "/org/units", {"name": "河长办", "parent": units.district.public_id}, HTTP_IDEMPOTENCY_KEY="k1"
    )
    assert repeated.json()["id"] == made.json()["id"]
    path = f"/org/units/{made.json()['id']}"
    today = clock.today().isoformat()
    assert keeper.post(f"{path}/rename", {"name": "河长制办公室", "effective": today}).json()["aliases"] == ["河长办"]
    assert keeper.post(f"{path}/aliases", {"name": "治水办"}).json()["aliases"] == ["河长办", "治水办"]
    assert keeper.delete(f"{path}/aliases?name=治水办").json()["aliases"] == ["河长办"]
    assert keeper.post(f"{path}/move", {"parent": None}).json()["parent"] is None
    merged = keeper.post(f"{path}/merge", {"successor": units.housing.public_id, "effective": today})
    assert merged.json()["name"] == "住房和城乡建设局"
    assert keeper.post(f"{path}/activate", {}).json()["active_until"] is None
    split = {"successors": [units.housing.public_id, units.police.public_id], "effective": today}
    assert keeper.post(f"{path}/split", split).json()["active_until"] == today
    assert keeper.post(f"{path}/abolish", {"effective": today}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "某局", "kind": "palace"}, "kind"),
        ({"name": "某局", "staff": -1}, "staff"),
        ({"name": "某局", "active_from": "2025-13-01"}, "active_from"),
    ],
)
def test_a_bad_value_is_named_in_chinese(keeper, body, field):
    answer = keeper.post("/org/units", body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [error["field"] for error in errors] == [field]
    assert all("一" <= error["message"][0] <= "鿿" for error in errors)


def test_an_ended_unit_is_listed_only_where_asked(keeper, admin, units):
    actions.abolish_unit(actor=admin, unit=units.police, effective=date(2025, 1, 1))
    assert "公安局" not in [unit["name"] for unit in keeper.get("/org/units").json()["items"]]
    assert "公安局" in [unit["name"] for unit in keeper.get("/org/units", {"everything": True}).json()["items"]]


def test_a_units_past_is_told_from_both_sides(admin, keeper, units, django_assert_max_num_queries):
    actions.rename_unit(actor=admin, unit=units.police, name="市公安局", effective=clock.today(), basis="机构改革方案")
    actions.abolish_unit(actor=admin, unit=units.heating, successor=again(units.police), effective=clock.today())
    factories.person("unit_clerk", unit=units.police)

    with django_assert_max_num_queries(12):
        told = keeper.get(f"/org/units/{units.police.public_id}/history").json()

    assert told["people"] == 1
    assert [(row["label"], row["old_name"], row["predecessor"]) for row in told["items"]] == [
        ("撤销", "", {"id": units.heating.public_id, "name": "供热公司"}),
        ("更名", "公安局", None),
    ]
