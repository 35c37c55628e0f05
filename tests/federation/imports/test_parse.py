"""One row of somebody's file: what becomes of it, and what is said where nothing can."""

from datetime import UTC, datetime

import pytest

from huying.base.errors import Invalid
from huying.federation.imports.mapping import Mapping, load_mapping, shipped
from huying.federation.imports.parse import Rejected, parse_row
from huying.federation.imports.reader import SourceRow

ROW = {
    "order_no": "20180501000001",
    "date": "2018-05-01",
    "category_1": "城建",
    "category_2": "照明",
    "category_3": "",
    "category_4": "路灯",
    "text": "来电反映：示例路路灯不亮。",
    "unit": "示例局",
    "unit_raw": "示例局",
}


def parse(**changes):
    return parse_row(SourceRow(2, {**ROW, **changes}), load_mapping("haikou.toml"))


def test_a_good_row_gives_its_facts_and_invents_no_hour():
    facts = parse()
    assert facts.source_no == "20180501000001"
    assert facts.category == ("城建", "照明", "路灯")  # an empty level is passed over
    assert facts.day_only
    assert facts.filed_at == datetime(2018, 4, 30, 16, tzinfo=UTC)
    assert facts.closed_at is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"date": "2018-13-45"}, "不是有效日期"),
        ({"date": "0018-05-01"}, "不是有效日期"),
        ({"date": ""}, "受理时间为空"),
        ({"unit": "  "}, "承办单位为空"),
        ({"text": ""}, "诉求内容为空"),
        ({"text": "长" * 700_000}, "过长"),
        ({"text": '=HYPERLINK("http://example.invalid","点我")'}, "像是表格公式"),
        ({"unit": "=cmd|' /C calc'!A0"}, "像是表格公式"),
        ({"order_no": "@SUM(A1)"}, "像是表格公式"),
        ({"text": "有\x00空字符"}, "空字符"),
    ],
)
def test_a_broken_cell_is_rejected_with_its_reason(changes, reason):
    with pytest.raises(Rejected, match=reason):
        parse(**changes)


@pytest.mark.parametrize("text", ["-5度没有暖气", "+86开头的电话一直骚扰", "@市长 请看看这条路"])
def test_ordinary_words_that_begin_with_a_sign_are_kept(text):
    assert parse(text=text).text == text


def test_every_shipped_mapping_is_well_formed():
    assert set(shipped()) >= {"haikou.toml", "fuzhou.toml", "baltimore.toml", "sf.toml"}
    for name in shipped():
        assert isinstance(load_mapping(name), Mapping)


def test_an_unknown_mapping_names_the_shipped_ones():
    with pytest.raises(Invalid) as refused:
        load_mapping("nowhere.toml")
    assert "haikou.toml" in refused.value.detail


def test_a_mapping_with_a_fault_says_where(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('source = "x y"\n[columns]\n', "utf-8")
    with pytest.raises(Invalid) as refused:
        load_mapping(str(path))
    assert {fault["field"] for fault in refused.value.extra["errors"]} >= {"source", "text", "columns"}
