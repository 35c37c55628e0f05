"""Normalising, words, titles, facets, places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.text.addresses import best_address
from huying.engines.text.facets import read_facets
from huying.engines.text.identifiers import TOKEN, tokenise
from huying.engines.text.normalise import normalise, squeeze
from huying.engines.text.places import PlaceIndex, PlaceName
from huying.engines.text.segment import Segmenter, default_segmenter
from huying.engines.text.title import make_title


@given(st.text())
def test_normalising_keeps_positions_and_is_idempotent(text: str) -> None:
    made = normalise(text)
    assert len(made) == len(text)
    assert normalise(made) == made


def test_normal_form() -> None:
    assert normalise("請核實ＡＢ１２　號") == "请核实AB12 号"
    assert squeeze(" 停水 \n\n  三天 ") == "停水\n三天"


@given(st.text(max_size=60))
def test_words_join_to_the_text(text: str) -> None:
    assert "".join(default_segmenter().words(text)) == text


def test_user_words_are_not_split() -> None:
    assert "金棕榈广场" in Segmenter(["金棕榈广场"]).words("在金棕榈广场附近施工")


@given(st.text(max_size=200))
def test_title_is_short_and_without_identifiers(text: str) -> None:
    title = make_title(text)
    assert len(title) <= 30
    assert "\n" not in title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("市民来电反映: 滨江路夜市施工扰民的问题", "滨江路夜市施工扰民"),
        ("交警来电反馈: 工单号20180501490355《关于东门有车辆违停的问题》处理情况", "东门有车辆违停"),
        ("其是阳光小区的业主，电梯坏了三天。请住建局核实处理", "阳光小区电梯坏了三天"),
        ("！！！", ""),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert make_title(text) == title


def test_no_phone_in_a_title() -> None:
    assert "138" not in make_title("13812345678一直拨打骚扰电话")
    assert not TOKEN.search(make_title(tokenise("13812345678一直拨打骚扰电话").text))


@pytest.mark.parametrize(
    ("text", "facet", "value"),
    [
        ("市民来电咨询：落户需要什么材料", "request_type", "consult"),
        ("投诉饭店油烟扰民，多次反映未解决", "request_type", "complaint"),
        ("举报有人聚众赌博", "request_type", "report"),
        ("小区水管爆裂漏水，请维修", "request_type", "help"),
        ("市民来电建议：增设公交站", "request_type", "suggest"),
        ("表扬窗口人员服务好", "request_type", "praise"),
        ("仓库着火了，火很大", "transfer", "119"),
        ("有人晕倒在路边", "transfer", "120"),
        ("有人持刀砍人", "transfer", "110"),
        ("路口两车追尾", "transfer", "122"),
        ("担心着火，有火灾隐患", "transfer", "none"),
        ("咨询交通事故认定书怎么办理", "transfer", "none"),
        ("仓库着火了", "urgency", "emergency"),
        ("马路上井盖丢失", "urgency", "emergency"),
        ("小区停水两天", "urgency", "urgent"),
        ("咨询公积金政策", "urgency", "general"),
        ("多次反映至今未解决，非常不满", "emotion", "dissatisfied"),
        ("再不处理就去北京上访", "emotion", "angry"),
        ("咨询公积金政策", "emotion", "calm"),
        ("工单号20180101114676，仍未解决", "repeat", "true"),
        ("第一次来电，路灯不亮", "repeat", "false"),
        ("不服法院判决", "not_accept", "litigation"),
        ("朋友欠我钱不还", "not_accept", "civil"),
        ("路灯不亮", "not_accept", ""),
    ],
)
def test_facets(text: str, facet: str, value: str) -> None:
    assert getattr(read_facets(text), facet).value == value


@given(st.text(max_size=120))
def test_facet_spans_are_what_was_written(text: str) -> None:
    facets = read_facets(text)
    for name in ("request_type", "urgency", "emotion", "transfer", "repeat", "not_accept"):
        for span in getattr(facets, name).why:
            assert normalise(text)[span.start : span.end] == span.text


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return PlaceIndex(
        [
            PlaceName("滨江市", "city", "10"),
            PlaceName("城东区", "county", "11", "10"),
            PlaceName("城西区", "county", "12", "10"),
            PlaceName("河口街道", "street", "1101", "11"),
            PlaceName("山口镇", "street", "1201", "12"),
            PlaceName("新村", "village", "110101", "1101"),
            PlaceName("新村", "village", "120101", "1201"),
            PlaceName("锦绣花园", "estate", "1101"),
            PlaceName("滨江路", "road", "11", aliases=("江边路",)),
        ]
    )


def test_most_specific_division_first(index: PlaceIndex) -> None:
    (best, *_) = index.divisions("城东区锦绣花园停水")
    assert (best.code, best.because) == ("1101", ("城东区", "锦绣花园"))


def test_a_shared_name_is_settled_by_its_neighbours(index: PlaceIndex) -> None:
    assert index.divisions("城西区山口镇新村停电")[0].code == "120101"
    alone = index.divisions("新村停电")
    assert {one.code for one in alone} == {"110101", "120101"}
    assert alone[0].confidence < 0.6


def test_short_forms_and_aliases(index: PlaceIndex) -> None:
    assert index.divisions("河口那边积水")[0].code == "1101"
    assert index.divisions("江边路积水")[0].code == "11"
    assert index.divisions("没有地名") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("城东区滨江路66号锦绣花园3栋漏水", "城东区滨江路66号锦绣花园3栋"),
        ("滨江路与解放路交叉口有大坑", "滨江路与解放路交叉口"),
        ("市民反映：锦绣花园附近有人烧烤", "锦绣花园附近"),
        ("乘坐28路公交车到站不停", None),
        ("咨询城东区社保局电话", None),
    ],
)
def test_addresses_as_said(index: PlaceIndex, text: str, place: str | None) -> None:
    found = best_address(text, index)
    assert (found.text if found else None) == place
    if found:
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("喂你好，我是示例物流的员工，离职了工资不给结。", "示例物流离职了工资不给结"),
        ("来电人称示例名邸顶层搭了个阳光房。", "示例名邸顶层搭了个阳光房"),
        ("我想问个事啊，书香公馆电梯停了", "书香公馆电梯停了"),
        ("市民反映：我家4亩地，青苗费没给。", "我家4亩地，青苗费没给"),
        ("诉求人（69岁）反映：顶楼漏雨，拿盆接都接不过来。", "顶楼漏雨，拿盆接都接不过来"),
        ("我们示例路26号楼下工地昨晚又干到两点，孩子没法睡。", "示例路26号楼下工地昨晚又干到两点，孩子没法睡"),
        ("来电人情绪激动，称示例幼儿园食堂饭菜有虫。", "示例幼儿园食堂饭菜有虫"),
    ],
)
def test_how_people_begin_to_speak_is_no_title(words, title):
    assert make_title(words) == title
