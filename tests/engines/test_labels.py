"""Label care: names that mean one unit, ends and beginnings, quoting orders, contradictions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from huying.engines.labels import merges_from_names
from huying.engines.labels.names import LIKELY, SURE, alike
from huying.engines.labels.proposals import Confirmed, apply, name_changes
from huying.engines.labels.propose import propose


@dataclass(frozen=True)
class Order:
    number: str
    text: str
    unit: str
    day: date = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("工商局", "工商行政管理局", SURE),
        ("街道办", "街道办事处", SURE),
        ("环保局", "市环境保护局", SURE),
        ("示例市环保局", "环境保护局", SURE),
        ("卫计委", "卫生和计划生育委员会", SURE),
        ("社保局", "社会保险事业局", SURE),
        ("城管局", "城市管理行政执法局", SURE),
        ("海洋和渔业局", "海洋与渔业局", SURE),
        ("市城乡建设局", "住建局", SURE),
        ("国资委", "国有资产监督管理委员会", LIKELY),
        ("供电局", "供电政府服务中心", LIKELY),
        ("龙山路街道办", "龙山路街道办事处", SURE),
    ],
)
def test_two_ways_to_write_one_unit(one: str, other: str, least: float):
    assert alike(one, other) == alike(other, one) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("国家税务局", "地方税务局"),
        ("国土资源局", "国资局"),
        ("公安局", "公安局交通警察支队"),
        ("水务局", "水务集团有限公司"),
        ("东区教育局", "西区教育局"),
        ("东岭镇人民政府", "南岭镇人民政府"),
        ("龙山路街道办", "凤山路街道办事处"),
        ("国土资源局", "国土资源执法大队"),
        ("环卫局", "环保局"),
        ("市政管理局", "市政市容管理委员会"),
        ("第一中学", "第二中学"),
        ("第二小学", "第十二小学"),
        ("区城管局", "市城管局"),
        ("示例区城管局", "市城管局"),
        ("城北供热公司", "城南供热公司"),
        ("公安局东区分局", "公安局西区分局"),
        ("民政局", "民政厅"),
        ("人民医院", "人民法院"),
        ("住房保障中心", "住房和城乡建设局"),
        ("财政局", "审计局"),
        ("中国移动", "中国联通"),
    ],
)
def test_different_units_stay_different(one: str, other: str):
    assert alike(one, other) < LIKELY


def test_of_one_units_names_the_most_used_is_kept_and_no_name_is_replaced_twice():
    counts = Counter({"工商局": 40, "工商行政管理局": 9, "市工商局": 2, "教育局": 5})
    merged = merges_from_names(counts)
    assert merged == {"工商行政管理局": "工商局", "市工商局": "工商局"}
    assert merges_from_names(counts.elements()) == merged


def history() -> list[Order]:
    """Sixty days; the 房管局 hands over to the 住建局 on the thirtieth, whose name says nothing of it."""
    made = []
    start = date(2025, 3, 1)
    for number in range(240):
        day = start + timedelta(days=number // 4)
        words = ("小区物业不维修电梯", "房屋漏水开发商不管", "业主委员会选举不公", "物业费乱涨价")[number % 4]
        made.append(Order(f"a{number}", f"{words}，{number}号楼", "房管局" if number < 120 else "住房事务中心", day))
        talk = ("公交车到站不停", "公交线路绕路", "公交卡退款难", "公交司机态度差")[number % 4]
        made.append(Order(f"b{number}", f"{talk}，{number}路", "公交公司", day))
    return made


def test_an_end_that_meets_a_beginning_of_the_same_matters_is_a_rename():
    (found,) = [one for one in propose(history()) if one.kind == "rename"]
    assert (found.subject, found.target, found.count) == ("房管局", "住房事务中心", 120)
    assert any("2025-03-30" in line for line in found.evidence)
    assert any("2025-03-31" in line for line in found.evidence)


def test_orders_that_only_quote_another_are_left_out_and_those_that_say_more_are_not():
    orders = [
        *history(),
        Order("q1", "再次来电催办工单号20250101123456，请尽快处理", "公交公司"),
        Order("q2", "工单号20250101123456，公交车昨天下午三点在人民路撞坏了我家的围墙，要求赔偿修复", "公交公司"),
    ]
    (found,) = [one for one in propose(orders) if one.kind == "exclude"]
    assert found.orders == ("q1",)


def test_a_contradiction_shows_both_sides_and_moves_the_few():
    text = "胜利路42号工地凌晨两点还在打桩，电话13812345678，噪声大得全楼睡不着觉"
    orders = [*history(), Order("x1", text, "住建局"), Order("x2", text + "！", "住建局"), Order("x3", text, "公安局")]
    (found,) = [one for one in propose(orders) if one.kind == "relabel"]
    assert (found.target, found.orders) == ("住建局", ("x3",))
    told = " ".join((found.reason, *found.evidence))
    for words in ("住建局 2 件", "公安局 1 件", "x1", "x3", "‹电话1›"):
        assert words in told
    assert "13812345678" not in told


def test_proposals_are_the_same_whatever_the_order_of_rows():
    orders = history()
    assert [one.key for one in propose(orders)] == [one.key for one in propose(orders[::-1])]


def test_only_what_was_agreed_changes_the_history():
    orders = [Order("1", "甲", "房管局"), Order("2", "乙", "公交公司"), Order("3", "丙", "住房事务中心")]
    agreed = [
        Confirmed("rename", "房管局", "住房事务中心"),
        Confirmed("merge", "住房事务中心", "住建局"),
        Confirmed("exclude", "", "", ("2",)),
        Confirmed("relabel", "", "房管局", ("3",)),
    ]
    assert [(one.number, one.unit) for one in apply(orders, agreed)] == [("1", "住建局"), ("3", "住建局")]
    assert orders[0].unit == "房管局"
    with pytest.raises(ValueError, match="圈"):
        name_changes([Confirmed("merge", "甲局", "乙局"), Confirmed("merge", "乙局", "甲局")])
