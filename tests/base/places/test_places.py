"""Divisions and named places: imported, searched, and found in what citizens say."""

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.errors import Conflict, Invalid, NotFound
from huying.base.events.models import Event
from huying.base.places import actions, selectors
from huying.base.places.actions import DivisionRow, PlaceRow
from huying.base.places.models import Division
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ROWS = [
    DivisionRow("990101001002", "乙村", line=6),
    DivisionRow("990101001", "示例街道", line=5, aliases=("示街",)),
    DivisionRow("9901", "示例市", line=2),
    DivisionRow("990101", "甲区", line=3, population=120000),
    DivisionRow("990101001001", "甲社区", line=4),
]


@pytest.fixture
def admin():
    return factories.person("system_admin")


def test_an_import_builds_the_tree_whatever_the_order(admin):
    result = actions.import_divisions(actor=admin, rows=ROWS)
    assert (result.added, result.changed, result.errors) == (5, 0, [])
    village = Division.objects.get(code="990101001002")
    assert village.full_name == "示例市甲区示例街道乙村"
    assert [each.code for each in Division.objects.get_ancestors(village)] == ["9901", "990101", "990101001"]
    assert (village.level, Division.objects.get_parent(village).numchild) == ("village", 2)
    assert Division.objects.find_problems() == ([], [], [], [], [])
    assert Event.objects.count() == AuditEntry.objects.count() == 1


def test_importing_twice_changes_nothing_and_a_new_name_is_a_change(admin):
    actions.import_divisions(actor=admin, rows=ROWS)
    again = actions.import_divisions(actor=admin, rows=ROWS)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 5)
    renamed = actions.import_divisions(actor=admin, rows=[DivisionRow("990101", "新甲区")])
    assert renamed.changed == 1
    assert Division.objects.get(code="990101").population == 120000
    assert Division.objects.get(code="990101001").full_name == "示例市新甲区示例街道"


def test_more_can_be_added_below_what_is_there(admin):
    actions.import_divisions(actor=admin, rows=ROWS)
    later = [DivisionRow("990101002", "另一镇"), DivisionRow("990101002001", "丙村")]
    assert actions.import_divisions(actor=admin, rows=later).added == 2
    assert Division.objects.find_problems() == ([], [], [], [], [])
    assert Division.objects.get(code="990101").numchild == 2


def test_bad_rows_are_reported_and_good_ones_are_in(admin):
    rows = [
        DivisionRow("9901", "示例市", line=2),
        DivisionRow("99A1", "错", line=3),
        DivisionRow("9901", "重复", line=4),
        DivisionRow("990105", "", line=5),
        DivisionRow("123", "没有层级", line=6),
        DivisionRow("880101", "无上级", parent="8801", line=7),
        DivisionRow("770101001", "圈一", parent="770101002", line=8),
        DivisionRow("770101002", "圈二", parent="770101001", line=9),
        DivisionRow("990105001", "挂在坏行上", parent="990105", line=10),
    ]
    result = actions.import_divisions(actor=admin, rows=rows)
    assert result.added == 1
    assert sorted(error.line for error in result.errors) == [3, 4, 5, 6, 7, 8, 9, 10]


def test_divisions_are_browsed_and_searched(admin):
    actions.import_divisions(actor=admin, rows=ROWS)
    assert [each.code for each in selectors.divisions()] == ["9901"]
    assert [each.name for each in selectors.divisions("990101001")] == ["甲社区", "乙村"]
    assert [each.name for each in selectors.divisions(words="社区")] == ["甲社区"]
    assert [each.name for each in selectors.divisions("990101", "yicun")] == ["乙村"]
    with pytest.raises(NotFound):
        selectors.divisions("000000")


def test_a_citizens_words_are_located_without_a_query_once_warm(admin, django_assert_num_queries):
    actions.import_divisions(actor=admin, rows=ROWS)
    places = [PlaceRow("示例花园", "estate", "990101001001"), PlaceRow("示例路", "road", "990101001")]
    assert actions.import_places(actor=admin, rows=places).added == 2
    selectors.locate("预热")
    with django_assert_num_queries(0):
        found = selectors.locate("示例街道示例花园3栋楼下夜里施工")
    assert found.best is not None
    assert found.best.code in {"990101001", "990101001001"}
    assert found.address is not None
    assert "示例花园" in found.address.text
    assert selectors.locate("您好").best is None


def test_the_index_notices_a_change_at_once(admin):
    actions.import_divisions(actor=admin, rows=ROWS)
    assert selectors.index().find("未来公园") == []
    division = selectors.by_code("990101001001")
    actions.add_place(actor=admin, name="未来公园", kind="park", division=division)
    assert [mention.text for mention in selectors.index().find("未来公园门口")] == ["未来公园"]


def test_places_are_kept_once_per_division_and_changed_by_import(admin):
    actions.import_divisions(actor=admin, rows=ROWS)
    division = selectors.by_code("990101001")
    actions.add_place(actor=admin, name="示例广场", kind="park", division=division)
    with pytest.raises(Conflict):
        actions.add_place(actor=admin, name="示例广场", kind="park", division=division)
    with pytest.raises(Invalid):
        actions.add_place(actor=admin, name="半个坐标", kind="park", division=division, longitude=110.0)
    rows = [PlaceRow("示例广场", "market", "990101001", line=2), PlaceRow("远方", "park", "000", line=3)]
    result = actions.import_places(actor=admin, rows=rows)
    assert (result.added, result.changed, [error.line for error in result.errors]) == (0, 1, [3])
    assert [place.kind for place in selectors.named("广场", "9901")] == ["market"]
