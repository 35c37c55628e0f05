"""What people write as a telephone number, and the one form it is kept in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base.errors import Invalid
from huying.base.parties.phones import dialled, is_mobile, normalise_phone, tail

EXAMPLES = [
    ("13800001234", "+8613800001234"),
    ("138 0000 1234", "+8613800001234"),
    ("138-0000-1234", "+8613800001234"),
    ("１３８００００１２３４", "+8613800001234"),
    ("+86 138 0000 1234", "+8613800001234"),
    ("0086-13800001234", "+8613800001234"),
    ("8613800001234", "+8613800001234"),
    ("010-66660000", "+861066660000"),
    ("(0999)1234567".replace("1234567", "2234567"), "+869992234567"),
    ("0999-2234567转12", "+869992234567;ext=12"),
    ("0999-2234567-8012", "+869992234567;ext=8012"),
    ("+86 999 2234567", "+869992234567"),
    ("2234567", "+869992234567"),
    ("22345678", "+8699922345678"),
    ("400-000-1234", "+864000001234"),
    ("95500", "+8695500"),
    ("+852 2345 6789", "+85223456789"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "kept"), EXAMPLES)
def test_a_number_is_kept_in_one_form(written: str, kept: str):
    assert normalise_phone(written, area_code="0999") == kept


@pytest.mark.parametrize(
    "written", ["12345678901", "110", "abc", "1380000123", "138000012345", "0", "+86 12", "999-12", "１２"]
)
def test_what_cannot_be_dialled_is_refused_with_a_hint(written: str):
    with pytest.raises(Invalid) as refused:
        normalise_phone(written, area_code="0999")
    assert refused.value.extra["errors"][0]["field"] == "phone"


def test_a_local_number_needs_the_area_code_of_the_centre():
    with pytest.raises(Invalid):
        normalise_phone("2234567")


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["", "+86", "86"]),
)
def test_every_mobile_number_is_found_however_it_is_grouped(number: str, gap: str, country: str):
    written = country + gap.join([number[:3], number[3:7], number[7:]])
    assert normalise_phone(written) == f"+86{number}"
    assert is_mobile(f"+86{number}")
    assert dialled(f"+86{number}") == number
    assert tail(f"+86{number}") == number[-4:]


@given(st.from_regex(r"0(10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}", fullmatch=True))
def test_what_is_dialled_leads_back_to_the_same_number(number: str):
    kept = normalise_phone(number)
    assert normalise_phone(dialled(kept)) == kept


@given(st.text(max_size=30))
def test_any_text_is_either_a_number_or_refused(text: str):
    try:
        kept = normalise_phone(text, area_code="010")
    except Invalid:
        return
    assert kept == "" or kept.startswith("+")
    assert normalise_phone(kept, area_code="010") == kept
