"""Who speaks in an order, where it happens, what is an emergency, and names learned from texts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.text.addresses import best_address
from huying.engines.text.emergencies import read_emergency
from huying.engines.text.facets import count_matters, read_facets
from huying.engines.text.lexicon import PlaceLexicon
from huying.engines.text.structure import read_structure

GROWN = (
    "市民来电反映: 城东区河口路示例花园下水道堵塞。\n"
    "2026-03-02 09:10:00城东区水务局答复：现场污水横流，已派人疏通。\n"
    "市民再次来电反映：还是堵，希望彻底解决"
)


@given(st.text(max_size=300))
def test_parts_lie_in_the_text_and_keep_positions(text: str) -> None:
    read = read_structure(text)
    assert all(0 <= part.start <= part.end <= len(text) for part in read.parts)
    assert len(read.words) == len(text)


def test_an_answer_is_not_the_citizens_word() -> None:
    read = read_structure(GROWN)
    assert [part.kind for part in read.parts] == ["head", "words", "answer", "words"]
    assert "污水横流" not in read.words
    facets = read_facets(GROWN)
    assert (facets.repeat.value, facets.emotion.value, facets.urgency.value) == ("true", "dissatisfied", "general")


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("厨房着火了快来", "119"),
        ("电梯里困了三个人，出不来", "119"),
        ("有人拿着刀在楼下追人", "110"),
        ("老人倒在地上叫不醒", "120"),
        ("两辆车在桥上撞了，一个人腿流血", "122"),
        ("超市煤气灶打折吗", ""),
        ("去年我家着火，保险还没有赔", ""),
        ("担心电线老化引起火灾，请来检查", ""),
        ("投诉120收费太贵", ""),
        ("这件事火烧眉毛了", ""),
    ],
)
def test_emergencies(sentence: str, line: str) -> None:
    found = read_emergency(sentence)
    assert (found.line if found else "") == line


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("其是城东区河口路88号示例花园3栋的业主，电梯坏了", "城东区河口路88号示例花园3栋"),
        ("明珠路示例超市对面的非机动车道积水", "明珠路示例超市对面的非机动车道"),
        ("咨询：城东区社保局的电话号码", ""),
    ],
)
def test_a_place_is_found_without_a_gazetteer(text: str, place: str) -> None:
    found = best_address(text)
    assert (found.text if found else "") == place


def test_names_are_learned_saved_and_found_again(tmp_path: Path) -> None:
    texts = [f"市民来电反映: 城东区河口镇示范大道{number}号天鹅堡有人占道经营" for number in range(12)]
    PlaceLexicon.learn(texts).save(tmp_path)
    lexicon = PlaceLexicon.load(tmp_path)
    assert {"城东区", "河口镇", "示范大道"} <= set(lexicon.names)
    assert lexicon.parents["河口镇"] == "城东区"
    assert lexicon.division("河口镇停电")[0] == "河口镇"


def test_numbered_matters_are_counted() -> None:
    assert count_matters("反映两个问题：1、路灯不亮；2、垃圾没人清运") == 2
    assert count_matters("路灯不亮") == 1
