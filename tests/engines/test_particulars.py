"""An agent is told what to ask, and never what the citizen has already said."""

import pytest

from huying.engines.text.particulars import PLACE, missing_particulars


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("河口路示例花园停水了", ["哪一栋、哪个单元？", "从什么时候开始的？", "停的是一户、一栋还是一片？"]),
        ("示例花园3栋从昨晚开始整栋停水，没有通知", []),
        ("半夜噪音太大，睡不着", [PLACE, "声音是哪里发出来的（工地、店铺还是哪一户）？", "从什么时候开始的？"]),
        ("老板拖欠工资不给", ["店铺或公司的名称是什么？", "一共多少人、欠了几个月？", "涉及多少钱？"]),
        ("海东鑫源置业有限公司欠二十个工人三个月工资共15万元，有欠条", []),
        ("出租车拒载", ["车牌号是多少？", "从什么时候开始的？", "在哪条路的什么位置（门牌、路口或旁边的店）？"]),
    ],
)
def test_only_what_is_absent_the_most_useful_first(text: str, asked: list[str]) -> None:
    assert missing_particulars(text) == asked


def test_what_the_agent_wrote_down_counts() -> None:
    assert PLACE not in missing_particulars("有人乱扔垃圾", place="河口路88号")


def test_who_asks_about_a_policy_is_not_asked_for_a_place() -> None:
    asked = missing_particulars("咨询社保怎么转移", needs_place=False)
    assert asked == ["办事人的户籍或参保地在哪里？"]


@pytest.mark.parametrize("text", ["", "。。。", "1" * 2000])
def test_odd_texts_are_asked_for_the_place_at_most(text: str) -> None:
    assert missing_particulars(text) in ([], [PLACE])
