"""Directions of the agent go, the citizen's own words stay."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.text.directions import find_directions, remove_directions


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("中山路积水。请市政局核实处理，谢谢！（请职能局按规定在30分钟内联系市民，响应处置）", "中山路积水。"),
        ("中山路积水，请区政府核实处理！", "中山路积水"),
        ("中山路积水(请职能局按照规定30分钟响应处置！)", "中山路积水"),
        ("中山路积水（30分钟办件）", "中山路积水"),
        ("噪音扰民，转城管处理", "噪音扰民"),
        ("噪音扰民 请公安机关尽快派人到场处理", "噪音扰民"),
        ("城东城管来电咨询: 夜市油烟的情况", "夜市油烟的情况"),
        ("河西派出所来电反馈（工单20180101114676）：现场无人", "现场无人"),
        ("请教育局核实处理", ""),
    ],
)
def test_directions_are_removed(text: str, left: str) -> None:
    assert remove_directions(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "楼上漏水，请帮忙处理",
        "请问停水了怎么办？",
        "希望城管部门加大执法力度",
        "本人已申请公安局处理",
        "请假条交给学校处理",
        "请政府部门重视我们的问题",
        "市民来电咨询：落户需要什么材料",
        "请求住建局按回复出具文件",
        "业主请物业维修，物业不理",
    ],
)
def test_the_citizens_words_stay(text: str) -> None:
    assert remove_directions(text) == text


def test_only_the_unit_goes_where_the_request_has_substance() -> None:
    assert remove_directions("请住建局尽快督促开发商交齐手续") == "尽快督促开发商交齐手续"


def test_given_unit_names_are_recognised_whatever_they_look_like() -> None:
    text = "垃圾无人清运，请玉禾田按要求清理"
    assert remove_directions(text) == text
    assert "玉禾田" not in remove_directions(text, unit_names=["玉禾田"])


@given(st.text(alphabet="请市局核实处理转由交公安（）()，。！30分钟内\n：来电反馈民", max_size=80))
def test_spans_are_ordered_inside_and_removal_only_shortens(text: str) -> None:
    spans = find_directions(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    assert len(remove_directions(text)) <= len(text)
