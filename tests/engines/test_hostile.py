"""Whatever 20,000 characters somebody sends, reading them costs a blink: nothing grows faster than the text."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.engines.matching import Report
from huying.engines.text.addresses import best_address
from huying.engines.text.directions import remove_directions
from huying.engines.text.entities import find_entities
from huying.engines.text.facets import count_matters, read_facets
from huying.engines.text.identifiers import tokenise
from huying.engines.text.readable import readable, why_a_person
from huying.engines.text.title import make_title

LENGTH = 20_000
SECONDS = 0.4  # of processor time: four times what it may cost on a quiet machine, a tenth of what a square would
WORDS = "请转由市区路号一1a 。，、《(（：:\n百没撞的在年月日元点楼公司反映来电着火12"


def read_all(sent: str) -> float:
    """Processor seconds of one whole reading."""
    began = time.process_time()
    text = readable(sent)
    why_a_person(sent)
    tokenise(sent)
    remove_directions(text)
    make_title(text)
    read_facets(text)
    count_matters(text)
    best_address(text)
    find_entities(text, date(2026, 3, 1))
    assert Report(text).names is not None
    return time.process_time() - began


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    read_all("城东区河口路88号着火了")


@pytest.mark.parametrize(
    "repeated", ["转", "1", "一", "请", "（", "请市民", "请核实", "百", "路", "\n", "，", "《", "反映：", "a@a."]
)
def test_one_thing_twenty_thousand_times(repeated: str) -> None:
    assert read_all((repeated * LENGTH)[:LENGTH]) < SECONDS


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet=WORDS, min_size=1, max_size=6))
def test_any_few_characters_repeated(repeated: str) -> None:
    assert read_all((repeated * LENGTH)[:LENGTH]) < SECONDS
