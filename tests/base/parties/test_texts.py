"""Identifiers in free text are exchanged for tokens, and come back exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base import vault
from huying.base.parties import texts

WORDS = "请联系我，电话13800001234，身份证11010519491231002X。"


def test_identifiers_leave_the_text_and_come_back():
    text, sealed = texts.tokenise(WORDS)
    assert "13800001234" not in text + sealed
    assert "‹电话1›" in text
    assert texts.restore(text, sealed) == WORDS


def test_a_text_without_identifiers_needs_no_seal():
    assert texts.tokenise("路灯不亮") == ("路灯不亮", "")
    assert texts.restore("路灯不亮", "") == "路灯不亮"


def test_sealed_values_cannot_be_moved_to_another_column():
    _, sealed = texts.tokenise(WORDS)
    with pytest.raises(vault.VaultError):
        vault.unseal(sealed, "citizen.phone")


@given(st.text(max_size=80))
def test_every_text_comes_back_as_it_was(text: str):
    assert texts.restore(*texts.tokenise(text)) == text
