"""Dates relative to the call, times, amounts and firms are read with what they mean."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.text.entities import find_entities
from huying.engines.text.numbers import number_of

THURSDAY = date(2018, 5, 10)


def values(text: str, kind: str, at: date | None = THURSDAY) -> list[str]:
    return [one.value for one in find_entities(text, at) if one.kind == kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("昨晚楼上还在装修", "2018-05-09"),
        ("大前天报过修", "2018-05-07"),
        ("上周三停的水", "2018-05-02"),
        ("下周一之前要说法", "2018-05-14"),
        ("周末之外都吵，上周末也吵", "2018-05-05"),
        ("三天前被盗", "2018-05-07"),
        ("半个月前交的钱", "2018-04-25"),
        ("上个月15号签的合同", "2018-04-15"),
        ("去年8月交房", "2017-08"),
        ("两年前就反映过", "2016"),
        ("6月20日开学", "2018-06-20"),
        ("12月3日就坏了", "2017-12-03"),
        ("2018年3月5日签的", "2018-03-05"),
        ("2018-03-05签的", "2018-03-05"),
    ],
)
def test_dates_count_from_the_call(text: str, value: str) -> None:
    assert values(text, "date") == [value]


def test_without_the_day_of_the_call_only_full_dates_have_a_value() -> None:
    assert values("昨晚、3月5日和2018年3月5日", "date", None) == ["", "", "2018-03-05"]


@pytest.mark.parametrize("text", ["13月40日", "2018年2月30日", "号线3号楼", "大去年轻人", "今天下午的天天健身"])
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    assert values(text, "date") in ([], ["2018-05-10"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("晚上10点半", "22:30"),
        ("昨晚10点", "22:00"),
        ("上午9:30", "09:30"),
        ("早上六点", "06:00"),
        ("15点左右", "15:00"),
    ],
)
def test_times_of_day(text: str, value: str) -> None:
    assert values(text, "time") == [value]


def test_a_point_is_no_time() -> None:
    assert values("一点都不好，有3点建议，晚点再说，8小时没水", "time") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三万五千元", "35000"),
        ("1.2万元", "12000"),
        ("1,200.50元", "1200.5"),
        ("两百块钱", "200"),
        ("十五万元", "150000"),
    ],
)
def test_amounts_are_yuan(text: str, value: str) -> None:
    assert values(f"收了{text}，不退", "amount") == [value]


def test_firms_by_name_not_by_kind() -> None:
    assert values("钱给了海东鑫源置业有限公司，物业公司不管，附近超市也吵", "firm") == ["海东鑫源置业有限公司"]


@pytest.mark.parametrize(
    ("written", "number"), [("一百零五", 105), ("三百五", 350), ("一万零五百", 10500), ("几", None)]
)
def test_numerals(written: str, number: float | None) -> None:
    assert number_of(written) == number


@given(st.text(alphabet="上下周一三昨今晚年月日点元万公司，2018:-", max_size=80))
def test_spans_are_words_of_the_text_in_order(text: str) -> None:
    found = find_entities(text, THURSDAY)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
