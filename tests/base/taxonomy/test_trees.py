"""Category trees: loaded at once, in editions that never overlap, translated along their crosswalks."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from huying.base.audit.models import AuditEntry
from huying.base.errors import Conflict, Invalid, NotFound
from huying.base.events.models import Event
from huying.base.taxonomy import actions, selectors
from huying.base.taxonomy.actions import CategoryRow
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk, Responsibility
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

START, NEXT = date(2024, 1, 1), date(2025, 1, 1)
ROWS = [
    CategoryRow("010101", "夜间施工", "0101", must_ask=("时间",), line=4),
    CategoryRow("0101", "噪声", "01", line=3),
    CategoryRow("01", "城乡建设", line=2),
    CategoryRow("02", "社会保障", line=5),
]


@pytest.fixture
def admin():
    return factories.person("model_manager")


@pytest.fixture
def tree(admin):
    tree = actions.new_tree(actor=admin, code="main", name="事项分类", edition="2024", effective_from=START)
    actions.load_categories(actor=admin, tree=tree, rows=ROWS)
    return tree


def test_a_load_builds_the_tree_whatever_the_order(tree):
    leaf = selectors.by_code("010101", tree)
    assert (leaf.full_name, leaf.depth) == ("城乡建设/噪声/夜间施工", 3)
    assert Category.objects.find_problems() == ([], [], [], [], [])
    assert {category.code for category in selectors.leaves(START)} == {"010101", "02"}
    assert Event.objects.filter(type="taxonomy.load").count() == 1


def test_loading_twice_changes_nothing(admin, tree):
    again = actions.load_categories(actor=admin, tree=tree, rows=ROWS)
    assert (again.added, again.changed, again.unchanged, again.errors) == (0, 0, 4, [])
    renamed = actions.load_categories(actor=admin, tree=tree, rows=[CategoryRow("0101", "噪音", "01")])
    assert renamed.changed == 1
    assert selectors.by_code("010101", tree).full_name == "城乡建设/噪音/夜间施工"


def test_two_thousand_categories_are_loaded_in_two_seconds(admin):
    tree = actions.new_tree(actor=admin, code="big", name="大", edition="1", effective_from=START)
    rows = [CategoryRow(f"{a:02}", f"一级{a}") for a in range(10)]
    rows += [CategoryRow(f"{a:02}{b:02}", f"二级{b}", f"{a:02}") for a in range(10) for b in range(10)]
    rows += [
        CategoryRow(f"{a:02}{b:02}{c:02}", f"三级{c}", f"{a:02}{b:02}")
        for a in range(10)
        for b in range(10)
        for c in range(19)
    ]
    seen: list[int] = []
    begun = time.perf_counter()
    result = actions.load_categories(actor=admin, tree=tree, rows=rows, progress=seen.append)
    assert time.perf_counter() - begun < 4  # half a second on an idle machine; tests share theirs
    assert result.added == len(rows) == seen[-1] == 2010


def test_bad_rows_are_reported_and_good_ones_are_in(admin, tree):
    rows = [
        CategoryRow("03", "好的", line=2),
        CategoryRow("03", "重复", line=3),
        CategoryRow("", "没代码", line=4),
        CategoryRow("04", "", line=5),
        CategoryRow("05", "无上级", "99", line=6),
        CategoryRow("06", "圈", "07", line=7),
        CategoryRow("07", "圈", "06", line=8),
        CategoryRow("0401", "挂在坏行上", "04", line=9),
        CategoryRow("0101", "搬家", "02", line=10),
        CategoryRow("08", "怪地", deciding_place="moon", line=11),
    ]
    result = actions.load_categories(actor=admin, tree=tree, rows=rows)
    assert result.added == 1
    assert sorted(error.line for error in result.errors) == [3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_a_new_edition_copies_ends_the_old_one_and_knows_the_way(admin, tree):
    fresh = actions.new_edition(actor=admin, tree=tree, edition="2025", effective_from=NEXT)
    tree.refresh_from_db()
    assert tree.effective_until == NEXT - timedelta(days=1)
    assert selectors.current_tree(date(2024, 12, 31)) == tree
    assert selectors.current_tree(NEXT) == fresh
    old, new = selectors.by_code("010101", tree), selectors.by_code("010101", fresh)
    assert (new.full_name, new.must_ask) == (old.full_name, ["时间"])
    (way,) = selectors.translate(old, fresh)
    assert (way.category, way.share) == (new, 1.0)
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_editions_cannot_overlap_nor_be_made_from_an_old_one(admin, tree):
    with pytest.raises(Invalid):
        actions.new_edition(actor=admin, tree=tree, edition="2025", effective_from=START)
    actions.new_edition(actor=admin, tree=tree, edition="2025", effective_from=NEXT)
    for edition, start in (("2025", NEXT + timedelta(days=9)), ("2026", date(2026, 1, 1))):
        with pytest.raises(Conflict):
            actions.new_edition(actor=admin, tree=tree, edition=edition, effective_from=start)
    with pytest.raises(Conflict):
        actions.new_tree(actor=admin, code="main", name="又一个", edition="1", effective_from=START)


def test_a_split_is_translated_by_shares_through_several_editions(admin, tree):
    second = actions.new_edition(actor=admin, tree=tree, edition="2025", effective_from=NEXT)
    third = actions.new_edition(actor=admin, tree=second, edition="2026", effective_from=date(2026, 1, 1))
    noise = selectors.by_code("0101", third)
    a = actions.add_category(actor=admin, tree=third, code="010102", name="工地噪声", parent=noise)
    b = actions.add_category(actor=admin, tree=third, code="010103", name="商铺噪声", parent=noise)
    middle = selectors.by_code("010101", second)
    actions.set_crosswalk(actor=admin, source=middle, targets=[(a, 0.7), (b, 0.3)], note="按上年件数")
    ways = selectors.translate(selectors.by_code("010101", tree), third, date(2026, 6, 1))
    assert [(way.category.code, way.share) for way in ways] == [("010102", 0.7), ("010103", 0.3)]
    actions.retire_category(actor=admin, category=b, on=date(2026, 2, 1))
    ways = selectors.translate(selectors.by_code("010101", tree), third, date(2026, 6, 1))
    assert [way.category.code for way in ways] == ["010102"]
    assert selectors.translate(a, tree) == []
    with pytest.raises(Invalid, match="合计"):
        actions.set_crosswalk(actor=admin, source=middle, targets=[(a, 0.7), (b, 0.2)])


def test_categories_are_added_renamed_retired_and_confirmed(admin, tree):
    root = selectors.by_code("01", tree)
    added = actions.add_category(actor=admin, tree=tree, code="0102", name="供热", parent=root, must_ask=["小区"])
    assert added.full_name == "城乡建设/供热"
    with pytest.raises(Conflict):
        actions.add_category(actor=admin, tree=tree, code="0102", name="又一个", parent=root)
    renamed = actions.rename_category(actor=admin, category=added, name="供暖", expected_version=1)
    assert (renamed.full_name, renamed.version) == ("城乡建设/供暖", 2)
    with pytest.raises(Conflict):
        actions.rename_category(actor=admin, category=added, name="旧", expected_version=1)
    actions.retire_category(actor=admin, category=root, on=date(2024, 6, 1))
    assert {row.code for row in selectors.leaves(date(2024, 7, 1))} == {"02"}
    assert {row.code for row in selectors.leaves(date(2024, 5, 1))} >= {"010101", "0102"}
    assert Event.objects.count() == AuditEntry.objects.count()


def test_what_an_import_meets_is_made_once_and_marked(tree):
    ways = ["城乡建设/噪声", "城乡建设 / 道路/路灯", "环境", "", "/".join("长" * 7)]
    made = actions.ensure_categories(tree=tree, ways=ways)
    assert set(made) == {"城乡建设/噪声", "城乡建设/道路/路灯", "环境"}
    assert not made["城乡建设/噪声"].provisional
    assert made["环境"].provisional
    assert actions.ensure_categories(tree=tree, ways=ways) == made
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_leaves_cost_no_query_once_warm(tree, django_assert_num_queries):
    selectors.leaves(START)
    with django_assert_num_queries(0):
        assert len(selectors.leaves(START)) == 2


def test_search_by_words_code_and_pinyin_in_pages(tree):
    assert [row.code for row in selectors.categories("施工", tree).items] == ["010101"]
    assert [row.code for row in selectors.categories("yejian", tree).items] == ["010101"]
    assert [row.code for row in selectors.categories("城乡 噪声", tree).items] == ["0101", "010101"]
    first = selectors.categories("", tree, limit=3)
    rest = selectors.categories("", tree, limit=3, cursor=first.next or "")
    assert [row.code for row in [*first.items, *rest.items]] == ["01", "0101", "010101", "02"]
    assert (first.count, first.count_capped, rest.next) == (4, False, None)
    with pytest.raises(NotFound):
        selectors.get_tree("nirgends")


def test_responsibilities_hold_for_their_days(admin, tree):
    unit = factories.unit("示例住建局")
    noise = selectors.by_code("0101", tree)
    line = actions.add_responsibility(
        actor=admin, unit=unit, category=noise, matter="施工噪声监管", basis="示例条例第一条", effective_from=START
    )
    leaf = selectors.by_code("010101", tree)
    assert list(selectors.responsibilities(category=leaf, on=NEXT)) == [line]
    with pytest.raises(Conflict):
        actions.add_responsibility(actor=admin, unit=unit, category=noise, matter="施工噪声监管", effective_from=NEXT)
    actions.end_responsibility(actor=admin, line=line, effective_until=date(2024, 12, 31))
    assert list(selectors.responsibilities(unit=unit, on=NEXT)) == []
    actions.add_responsibility(actor=admin, unit=unit, category=noise, matter="施工噪声监管", effective_from=NEXT)
    assert Responsibility.objects.count() == 2


class Editions(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.dates(date(2024, 1, 2), date(2030, 1, 1)), min_size=1, max_size=6))
    def test_on_no_day_are_two_editions_in_force(self, days: list[date]):
        admin = factories.person("model_manager")
        newest = actions.new_tree(actor=admin, code="t", name="t", edition="0", effective_from=START)
        for number, day in enumerate(days, 1):
            try:
                newest = actions.new_edition(actor=admin, tree=newest, edition=str(number), effective_from=day)
            except Invalid:
                newest.refresh_from_db()
        for day in [START, *days, date(2031, 1, 1)]:
            assert CategoryTree.objects.filter(selectors.in_force(day)).count() == 1


def test_crosswalks_of_an_edition_are_one_to_one(admin, tree):
    fresh = actions.new_edition(actor=admin, tree=tree, edition="2025", effective_from=NEXT)
    assert Crosswalk.objects.filter(target__tree=fresh).count() == Category.objects.filter(tree=tree).count()
