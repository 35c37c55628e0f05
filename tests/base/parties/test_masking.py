"""A mask never lets through more than it says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base.parties.masking import (
    mask_address,
    mask_identity,
    mask_name,
    mask_phone,
)


def test_masks_look_as_a_clerk_expects():
    assert mask_phone("+8613800005678") == "138****5678"
    assert mask_phone("+869992234567") == "0999-****67"
    assert mask_phone("") == ""
    assert mask_name("张三丰") == "张**"
    assert mask_name("张女士") == "张女士"
    assert mask_name("欧阳先生") == "欧阳先生"
    assert mask_identity("11010119900101123X") == "110101********123X"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("示例市东区示例路12号3栋402室", "示例市东区示例路***"),
        ("幸福小区三号楼二单元", "幸福小区***"),
        ("和平街道和平社区", "和平街道和平社区"),
        ("示例花园A座1801", "示例花园***"),
        ("12号楼", "***"),
        ("人民三路", "人民三路"),
    ],
)
def test_an_address_is_shown_down_to_the_road_or_estate(address: str, masked: str):
    assert mask_address(address) == masked


@given(st.from_regex(r"\+86(1[3-9][0-9]{9}|[3-79][1-9][0-9][2-9][0-9]{6})(;ext=[0-9]{1,5})?", fullmatch=True))
def test_a_phone_shows_first_three_and_last_four_at_most(number: str):
    masked = mask_phone(number)
    shown = re.sub(r"\D", "", masked)
    bare = number.partition(";")[0]
    assert "****" in masked
    if re.fullmatch(r"\+861[3-9]\d{9}", bare):
        assert shown == bare[3:6] + bare[-4:]
    else:
        assert shown == "0" + bare[3:6] + bare[-2:]


@given(st.text(min_size=2, max_size=12).filter(lambda name: len(name.strip()) > 1))
def test_a_name_shows_one_character_or_a_surname_with_its_title(name: str):
    masked = mask_name(name)
    titled = masked == name.strip() and re.search(r"(先生|女士|小姐|同志|老师|师傅|大爷|大妈|阿姨)$", masked)
    assert titled or masked == name.strip()[0] + "**"


@given(st.text(max_size=20))
def test_an_identity_number_shows_ten_signs_at_most(number: str):
    assert len(mask_identity(number).replace("*", "")) <= 10


@given(st.text(max_size=60))
def test_an_address_never_shows_a_digit(address: str):
    assert not re.search(r"[0-9０-９]", mask_address(address))
