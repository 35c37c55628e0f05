"""Respondents: one row per credit code, else per name; a code with a wrong check sign is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base.errors import Conflict, Invalid
from huying.base.parties import actions, selectors
from huying.base.parties.credit_codes import check_sign, is_credit_code, normalise_credit_code
from tests import factories

BODY = "91110000MA0000000"
CODE = BODY + check_sign(BODY)


def test_the_example_of_the_standard_holds():
    assert is_credit_code("91350100M000100Y43")


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 16))
def test_a_changed_sign_is_noticed(body: str, place: int):
    code = body + check_sign(body)
    assert is_credit_code(code)
    other = "1" if code[place] == "0" else "0"
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


def test_a_wrong_code_is_refused_in_words():
    with pytest.raises(Invalid, match="校验"):
        normalise_credit_code("91350100M000100Y44")


@pytest.mark.django_db
def test_one_firm_is_found_by_its_code_and_by_its_name():
    named = actions.find_or_create_respondent(name="示例小区物业")
    assert actions.find_or_create_respondent(name=" 示例小区物业 ") == named
    coded = actions.find_or_create_respondent(name="示例物业公司", credit_code=CODE.lower())
    assert actions.find_or_create_respondent(name="改名后的物业", credit_code=CODE) == coded
    assert actions.find_or_create_respondent(name="示例物业公司") == coded
    assert selectors.respondents("示例") == sorted([named, coded], key=lambda each: each.name)
    assert selectors.respondents(CODE[:8]) == [coded]


@pytest.mark.django_db
def test_a_code_that_another_firm_bears_is_not_given_twice():
    actions.find_or_create_respondent(name="甲公司", credit_code=CODE)
    other = actions.find_or_create_respondent(name="乙公司")
    with pytest.raises(Conflict):
        actions.update_respondent(actor=factories.person("agent"), respondent=other, credit_code=CODE)
