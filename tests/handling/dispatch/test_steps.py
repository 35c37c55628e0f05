"""The steps of dispatching in their order: ban list, place, directed rule, catalogue with precedents."""

from datetime import date, timedelta

import pytest

from huying.base.calendars import clock
from huying.base.org import actions as org
from huying.base.org.selectors import system_person
from huying.base.places.models import Place
from huying.handling.dispatch.models import Ban, DirectedRule, PlaceRule, Precedent
from huying.handling.dispatch.understanding import understand
from tests import factories
from tests.handling.dispatch.conftest import LONG_AGO, County

pytestmark = pytest.mark.django_db

NOISE = "东风社区工地夜里十二点还在施工，噪声很大，无法休息，希望处理。"


def park(county: County, unit, **values) -> PlaceRule:
    place = Place.objects.create(name="滨江公园", kind="park", division=county.divisions.village)
    return PlaceRule.objects.create(place=place, unit=unit, effective_from=LONG_AGO, **values)


def rule(unit, **values) -> DirectedRule:
    return DirectedRule.objects.create(**{"name": "夜市噪声", "unit": unit, "effective_from": LONG_AGO, **values})


def ban(county: County, **values) -> Ban:
    return Ban.objects.create(
        **{"category": county.categories.noise, "basis": "县委编办文件", "effective_from": LONG_AGO, **values}
    )


# ---- 分类派


def test_the_catalogue_names_the_unit_of_a_category_a_person_chose(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)

    seen = understand(text=NOISE, category=county.categories.noise)

    assert seen.proposed_unit == county.units.housing
    assert (seen.step, seen.confidence, seen.automatic) == ("catalogue", 1.0, True)
    assert seen.reasons[0] == "目录 3.2 条：夜间施工→住建局（三定方案）"


def test_the_most_specific_division_wins_and_others_are_found_by_walking_up(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    county.entry(category=county.categories.noise, unit=county.units.street, division=county.divisions.town)
    county.entry(category=county.categories.noise, unit=county.units.community, division=county.divisions.village)

    def proposed(division) -> object:
        return understand(text=NOISE, category=county.categories.noise, incident_division=division).proposed_unit

    assert proposed(county.divisions.village) == county.units.community
    assert proposed(county.divisions.other_village) == county.units.street
    assert proposed(county.divisions.county) == county.units.housing


def test_an_entry_of_the_category_above_holds_where_the_leaf_has_none(county):
    above = type(county.categories.noise).objects.get(full_name="城乡建设/噪声")
    county.entry(category=above, unit=county.units.housing)

    assert understand(text=NOISE, category=county.categories.noise).proposed_unit == county.units.housing


def test_a_division_nobody_knows_leaves_a_catalogue_by_division_to_a_person(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    county.entry(category=county.categories.noise, unit=county.units.street, division=county.divisions.town)

    seen = understand(text="工地夜里十二点还在施工，噪声很大，无法休息。", category=county.categories.noise)

    assert seen.proposed_unit == county.units.housing
    assert not seen.automatic


def test_two_leading_units_in_the_catalogue_are_for_a_person_to_choose_from(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    county.entry(category=county.categories.noise, unit=county.units.police)

    seen = understand(text=NOISE, category=county.categories.noise)

    assert {one.unit for one in seen.units} == {county.units.housing, county.units.police}
    assert not seen.automatic


def test_assisting_units_come_from_the_catalogue(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    county.entry(category=county.categories.noise, unit=county.units.police, part="assist")

    seen = understand(text=NOISE, category=county.categories.noise)

    assert seen.assists == [county.units.police]
    assert "请住建局主办、公安局协办" in seen.opinion


def test_the_category_says_whose_address_decides(county):
    pension = county.categories.pension
    pension.deciding_place = "caller"
    pension.save()
    county.entry(category=pension, unit=county.units.community, division=county.divisions.village)
    county.entry(category=pension, unit=county.units.other_community, division=county.divisions.other_village)

    seen = understand(
        text="想咨询养老待遇资格认证怎么办理",
        category=pension,
        incident_division=county.divisions.village,
        caller_division=county.divisions.other_village,
    )

    assert seen.proposed_unit == county.units.other_community


def test_without_a_model_a_category_named_in_the_text_is_proposed_but_never_automatic(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)

    seen = understand(text="东风社区旁边的工地夜间施工，希望处理。")

    assert seen.category == county.categories.noise
    assert seen.proposed_unit == county.units.housing
    assert not seen.automatic
    assert "本中心尚无派单模型，仅凭派单目录、规则和地名推荐。" in seen.reasons


def test_a_rule_holds_on_its_first_and_last_day_and_not_after(county):
    entry = county.entry(category=county.categories.noise, unit=county.units.housing)
    entry.effective_from, entry.effective_until = date(2025, 3, 1), date(2025, 3, 31)
    entry.save()

    def proposed(day: date) -> object:
        return understand(text=NOISE, category=county.categories.noise, on=day).proposed_unit

    assert proposed(date(2025, 2, 28)) is None
    assert proposed(date(2025, 3, 1)) == proposed(date(2025, 3, 31)) == county.units.housing
    assert proposed(date(2025, 4, 1)) is None


def test_precedents_are_reasons_and_make_nothing_automatic(county):
    given = factories.order(county.people["agent"], category=county.categories.noise)
    Precedent.objects.create(
        order=given,
        category=county.categories.noise,
        unit=county.units.police,
        basis="会商纪要",
        decided_on=date(2025, 3, 12),
    )

    seen = understand(text=NOISE, category=county.categories.noise)

    assert seen.units[0].unit == county.units.police
    assert seen.units[0].reasons == ("判例 2025-03-12 会商：由公安局主办",)
    assert not seen.automatic


@pytest.mark.parametrize("step", ["catalogue", "rule", "place"])
def test_what_a_rule_gave_to_a_unit_since_split_goes_to_the_heir_of_the_area_or_to_a_person(county, step):
    noise, town = county.categories.noise, county.divisions.town
    former, east = factories.unit("环境管理局"), factories.unit("东城环境局", division_code=town.code)
    west = factories.unit("西城环境局", division_code="999999")
    if step == "catalogue":
        county.entry(category=noise, unit=former)
    elif step == "rule":
        rule(former, words=["噪声"])
    else:
        park(county, former)
    org.split_unit(
        actor=system_person(), unit=former, successors=[east, west], effective=clock.today(), basis="机构改革"
    )
    words = "滨江公园里" + NOISE

    near = understand(text=words, category=noise, incident_division=county.divisions.village)
    far = understand(text="不知在哪里的公园，噪声很大，无法休息，希望处理。", category=noise)

    assert near.proposed_unit == east
    assert (near.step, near.automatic) == (step, True)
    if step != "place":
        assert {one.unit for one in far.units[:2]} == {east, west}
        assert not far.automatic
        assert any("职责已划分给几个单位" in reason for reason in far.units[0].reasons)


# ---- 点位派


def test_a_place_fixes_the_unit_and_goes_before_the_catalogue(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    park(county, county.units.police, basis="公园管理协议")

    seen = understand(text="滨江公园里有人夜里唱歌，噪声很大。", category=county.categories.noise)

    assert (seen.proposed_unit, seen.step, seen.automatic) == (county.units.police, "place", True)
    assert seen.reasons[0] == "点位“滨江公园”由公安局承办（公园管理协议）"
    evidence = seen.units[0].evidence[0]
    assert (evidence.term, evidence.start, evidence.end) == ("滨江公园", 0, 4)


def test_beside_a_place_is_not_in_it(county):
    park(county, county.units.police)

    seen = understand(text="滨江公园附近的小区夜里噪声很大。")

    assert seen.proposed_unit == county.units.police
    assert not seen.automatic


def test_a_place_rule_of_one_category_leaves_other_matters_alone(county):
    park(county, county.units.police, category=county.categories.heating)

    assert understand(text="滨江公园里噪声很大，希望处理。", category=county.categories.noise).proposed_unit is None


# ---- 定向派


def test_a_directed_rule_goes_before_the_catalogue_and_after_a_place(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    rule(county.units.street, words=["夜市"])

    by_rule = understand(text="滨江公园夜市摊贩音响噪声很大。", category=county.categories.noise)
    park(county, county.units.police)
    by_place = understand(text="滨江公园夜市摊贩音响噪声很大。", category=county.categories.noise)

    assert (by_rule.proposed_unit, by_rule.step, by_rule.automatic) == (county.units.street, "rule", True)
    assert by_rule.reasons[0] == "定向规则“夜市噪声”：由东风街道承办"
    assert (by_place.proposed_unit, by_place.step) == (county.units.police, "place")


def test_all_conditions_of_a_rule_must_hold(county):
    rule(
        county.units.street,
        words=["夜市"],
        category=county.categories.noise,
        division=county.divisions.town,
        channel="phone",
    )
    given = {"text": "东风社区夜市摊贩音响噪声很大。", "category": county.categories.noise}

    assert understand(**given).proposed_unit == county.units.street
    assert understand(**given, channel="web").proposed_unit is None
    assert understand(**{**given, "category": county.categories.heating}).proposed_unit is None
    assert understand(**given, incident_division=county.divisions.city).proposed_unit is None
    assert understand(**{**given, "text": "东风社区广场舞音响噪声很大。"}).proposed_unit is None


def test_of_two_rules_the_higher_priority_holds(county):
    rule(county.units.street, words=["夜市"])
    rule(county.units.police, name="专班", words=["夜市"], priority=5)

    assert understand(text="夜市摊贩音响噪声很大。").proposed_unit == county.units.police


def test_an_expired_rule_is_no_rule(county):
    rule(county.units.street, words=["夜市"], effective_until=clock.today() - timedelta(days=1))

    assert understand(text="夜市摊贩音响噪声很大。").proposed_unit is None


# ---- 不得分派


def test_a_ban_beats_place_rule_and_catalogue(county):
    street = county.units.street
    county.entry(category=county.categories.noise, unit=street)
    county.entry(category=county.categories.noise, unit=county.units.police, part="assist")
    park(county, street)
    rule(street, words=["夜市"])
    ban(county, unit_kind="street")

    seen = understand(text="滨江公园夜市摊贩音响噪声很大。", category=county.categories.noise)

    assert seen.units == []
    assert not seen.automatic
    assert seen.reasons[0] == "不得分派：夜间施工不派街道乡镇（县委编办文件）"


def test_a_ban_on_one_unit_leaves_its_peers(county):
    county.entry(category=county.categories.noise, unit=county.units.community)
    ban(county, unit=county.units.other_community)

    assert understand(text=NOISE, category=county.categories.noise).automatic


def test_a_ban_on_a_branch_holds_for_all_below_it(county):
    county.entry(category=county.categories.noise, unit=county.units.street)
    ban(county, unit=county.units.street, category=type(county.categories.noise).objects.get(full_name="城乡建设"))

    assert understand(text=NOISE, category=county.categories.noise).units == []


def test_an_expired_ban_keeps_nobody_away(county):
    county.entry(category=county.categories.noise, unit=county.units.street)
    ban(county, unit_kind="street", effective_until=clock.today() - timedelta(days=1))

    assert understand(text=NOISE, category=county.categories.noise).proposed_unit == county.units.street


# ---- units change


def test_a_renamed_unit_is_followed(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)

    org.rename_unit(
        actor=system_person(), unit=county.units.housing, name="住房城乡建设和交通局", effective=clock.today()
    )

    assert understand(text=NOISE, category=county.categories.noise).proposed_unit.name == "住房城乡建设和交通局"


def test_work_of_a_merged_unit_goes_to_its_successor(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)

    org.merge_units(
        actor=system_person(), units=[county.units.housing], successor=county.units.police, effective=clock.today()
    )

    assert understand(text=NOISE, category=county.categories.noise).proposed_unit == county.units.police


def test_an_abolished_unit_without_successor_is_never_proposed(county):
    county.entry(category=county.categories.noise, unit=county.units.housing)
    county.units.housing.active_until = clock.today()
    county.units.housing.save()

    seen = understand(text=NOISE, category=county.categories.noise)

    assert seen.units == []
    assert not seen.automatic
