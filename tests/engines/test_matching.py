"""Reports of the same matter find each other; different numbers keep them apart; a citation links at once."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.engines.matching import Matcher, Report, decide

NOISE = "滨江路66号锦绣花园旁边的工地每天半夜施工，噪音很大，居民无法休息"
SAME = "锦绣花园的业主反映：旁边滨江路那个工地半夜还在施工，噪音吵得人睡不着"
ELSEWHERE = "翠湖大道翡翠湾小区门口有人占道摆摊卖水果，车辆进出困难"


@pytest.fixture
def matcher() -> Matcher:
    made = Matcher()
    made.add("A1", NOISE, at=date(2026, 3, 1))
    made.add("A2", ELSEWHERE, at=date(2026, 3, 1))
    for number in range(40):
        made.add(f"B{number}", f"幸福路{number}弄路灯不亮，晚上出行不便，希望维修第{number}盏")
    return made


def test_the_same_event_in_other_words_is_first(matcher: Matcher) -> None:
    first, *_ = matcher.candidates(SAME, at=date(2026, 3, 3))
    assert first.key == "A1"
    assert first.same
    assert any("锦绣花园" in reason for reason in first.why)


def test_another_matter_is_not_the_same(matcher: Matcher) -> None:
    assert not any(match.same for match in matcher.candidates("咨询异地就医备案需要什么材料"))


def test_different_house_numbers_never_merge_by_themselves(matcher: Matcher) -> None:
    found = {match.key: match for match in matcher.candidates(NOISE.replace("66号", "88号"))}
    assert not found["A1"].same
    assert "门牌号不同：66号、88号" in found["A1"].why or "门牌号不同：88号、66号" in found["A1"].why


def test_different_plates_never_merge_by_themselves() -> None:
    one = Report("出租车琼A41238拒载，态度恶劣")
    assert not decide(one, Report("出租车琼A49981拒载，态度恶劣")).same
    assert decide(one, Report("出租车琼A41238拒载，司机态度恶劣")).same


def test_a_cited_order_is_linked_at_once() -> None:
    matcher = Matcher()
    matcher.add(7, ELSEWHERE, number="20260301000123")
    (found,) = matcher.candidates("工单号20260301000123至今没有处理")
    assert (found.key, found.same, found.score) == (7, True, 1.0)
    assert found.why[0] == "引用了工单 20260301000123"


def test_a_closed_order_is_found_no_more(matcher: Matcher) -> None:
    matcher.remove("A1")
    matcher.remove("A1")
    assert "A1" not in {match.key for match in matcher.candidates(NOISE)}
    assert len(matcher) == 41


def test_many_closed_orders_leave_no_trace() -> None:
    matcher = Matcher()
    for number in range(2100):
        matcher.add(number, f"第{number}号公告栏脱落，位于河东路{number}号门口")
    for number in range(2000):
        matcher.remove(number)
    assert len(matcher) == 100
    assert matcher.candidates("第2050号公告栏脱落，位于河东路2050号门口")[0].key == 2050


def test_adding_again_replaces(matcher: Matcher) -> None:
    matcher.add("A1", ELSEWHERE)
    assert {match.key for match in matcher.candidates(ELSEWHERE, k=2)} == {"A1", "A2"}


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    matcher = Matcher()
    matcher.add(1, text)
    assert all(0 <= match.score <= 1 for match in matcher.candidates(text))


def test_lists_and_ranges_of_buildings_and_rooms_in_them_do_not_conflict() -> None:
    matter = "，开发商把车库改成商铺，业主都不同意，要求查处"
    every = Report(f"锦绣花园1、7、8栋{matter}")
    ranged = Report(f"锦绣花园5-12栋{matter}")
    one = Report(f"锦绣花园7栋1单元1501号{matter}")
    street = Report(f"滨江路145号锦绣花园7栋{matter}")
    other = Report(f"锦绣花园3栋{matter}")

    for listed in (every, ranged):
        assert not any("楼栋号不同" in reason for reason in decide(one, listed).why)
        assert not decide(other, listed).same
    assert not any("门牌号不同" in reason for reason in decide(one, street).why)
