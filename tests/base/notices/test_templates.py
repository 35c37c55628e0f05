"""Templates are filled from a fixed list of fields and nothing else."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.notices.templates import CODES, DEFAULTS, FIELDS, check, fill, moment, names, segments


@pytest.mark.parametrize("code", CODES)
def test_every_shipped_text_is_valid_and_takes_two_messages_at_most(code: str):
    assert check(DEFAULTS[code]) == DEFAULTS[code]
    longest = fill(DEFAULTS[code], dict.fromkeys(FIELDS, "字" * 200))
    assert segments(longest) <= 2


@pytest.mark.parametrize(
    "body",
    [
        "您好{phone}",
        "您好{order_no.__class__}",
        "您好{order_no!r}",
        "您好{order_no:>9999}",
        "您好{0}",
        "您好{}",
        "您好{order_no",
        "您好}",
        "   ",
        "长" * 200,
    ],
)
def test_a_text_that_reaches_further_than_its_fields_is_not_saved(body: str):
    with pytest.raises(Invalid) as refused:
        check(body)
    assert refused.value.extra["errors"][0]["field"] == "body"


def test_the_refusal_names_the_fields_there_are():
    with pytest.raises(Invalid, match=r"\{order_no\}"):
        names("{tel}")


def test_values_are_filled_as_they_are_and_never_read_as_templates():
    assert fill("“{title}”由{unit}办", {"title": "{query_code}", "unit": ""}) == "“{query_code}”由—办"


def test_long_values_are_cut_and_lines_closed_up():
    text = fill("{reply}", {"reply": "一\n二  " + "三" * 100})
    assert text.startswith("一 二 三")
    assert len(text) == FIELDS["reply"][1]
    assert text.endswith("…")


def test_what_is_kept_hides_links_and_codes():
    body = "编号{order_no}，查询码{query_code}，{link}"
    kept = fill(body, {"order_no": "1", "query_code": "246810", "link": "https://example.org/v/x"}, hide_secrets=True)
    assert kept == "编号1，查询码******，（链接）"


def test_times_are_written_as_people_say_them():
    assert moment(datetime(2025, 6, 20, 17, 0, tzinfo=clock.SHANGHAI)) == "6月20日17时"
    assert moment(datetime(2025, 6, 20, 17, 30, tzinfo=clock.SHANGHAI)) == "6月20日17时30分"


@given(st.text(max_size=400))
def test_segments_hold_the_text(text: str):
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    count = segments(text)
    assert units <= (70 if count == 1 else 67 * count)
