"""Identifiers become tokens and come back exactly."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engines.text.identifiers import (
    find_identifiers,
    id_card_valid,
    luhn_valid,
    restore,
    tokenise,
)

PIECES = st.sampled_from(
    [
        "‹电话1›", "‹身份证2›", "‹", "›", "‹原文1›", "13812345678", "１３８１２３４５６７８", "+86 138-1234-5678", "11010519491231002X",
        "4111 1111 1111 1111", "a.b@example.com", "京A12345", "微信号abc_12345", "QQ:123456789", "0898-66666666转8", "工单号20180101114676",
        "，", "电话", " ", "\n", "12345", "号",
    ]
)  # fmt: skip


@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=12).map("".join),
        st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join),
    )
)
def test_restoring_gives_the_text_back(text: str) -> None:
    made = tokenise(text)
    assert restore(made.text, made.values) == text


@given(
    st.text(alphabet="市民反映停水，。‹›a号", max_size=20),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(alphabet="请回电，。‹›路", max_size=20),
)
def test_no_mobile_number_remains(before: str, number: str, after: str) -> None:
    made = tokenise(before + number + after)
    assert number not in made.text
    assert not re.search(r"1[3-9]\d{9}", made.text)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("电话13812345678谢谢", "phone", "13812345678"),
        ("联系人１３８１２３４５６７８", "phone", "１３８１２３４５６７８"),
        ("回电0898-66666666转8", "phone", "0898-66666666转8"),
        ("座机66661234", "phone", "66661234"),
        ("身份证11010519491231002X", "id_card", "11010519491231002X"),
        ("卡号4111 1111 1111 1111。", "bank_card", "4111 1111 1111 1111"),
        ("车牌粤BD12345停在门口", "plate", "粤BD12345"),
        ("车牌琼A6R**6", "plate", "琼A6R**6"),
        ("邮箱a.b@example.com.cn", "email", "a.b@example.com.cn"),
        ("微信号：abc_12345", "wechat", "abc_12345"),
        ("扣扣号码123456789", "qq", "123456789"),
        ("工单号20180101114676未解决", "order_no", "20180101114676"),
        ("请拨打400-800-1234", "service_phone", "400-800-1234"),
    ],
)
def test_kinds(text: str, kind: str, value: str) -> None:
    assert [(one.kind, one.value) for one in find_identifiers(text)] == [(kind, value)]


def test_service_and_order_numbers_stay() -> None:
    text = "拨打12345、400-800-1234，工单号20180101114676"
    assert tokenise(text).text == text


def test_the_same_value_gets_the_same_token() -> None:
    made = tokenise("13812345678或13912345678，还是13812345678")
    assert made.text == "‹电话1›或‹电话2›，还是‹电话1›"


def test_a_mistyped_id_card_is_hidden_and_marked() -> None:
    (found,) = find_identifiers("身份证号110105194912310021")
    assert (found.kind, found.valid) == ("id_card", False)


def test_check_digits() -> None:
    assert id_card_valid("11010519491231002X")
    assert not id_card_valid("110105194912310021")
    assert luhn_valid("4111111111111111")
    assert not luhn_valid("4111111111111112")


@pytest.mark.parametrize("text", ["1" * 200_000, "微信" * 100_000, "a@" * 50_000, "‹" * 100_000])
def test_huge_input_is_harmless(text: str) -> None:
    made = tokenise(text)
    assert restore(made.text, made.values) == text
