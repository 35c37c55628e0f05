"""The main directions of texts: words of like company lie near each other, with and without a label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huying.engines.classify.features import FeatureConfig, View, Vocabulary
from huying.engines.classify.linear import LinearConfig, LinearModel, fit_on
from huying.engines.classify.meaning import Meaning

POWER = ["停电跳闸", "停电了电表跳闸", "跳闸以后停电", "整栋停电电表"]
WATER = ["停水爆管", "停水了水压低爆管", "爆管以后停水", "整栋停水水压"]
TEXTS = (POWER + WATER) * 5
VIEW = View((("c", 1.0), ("w", 1.0)))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.fit(TEXTS, config=FeatureConfig(min_df=1, max_share=1.0))


@pytest.fixture(scope="module")
def meaning(vocabulary: Vocabulary) -> Meaning:
    return Meaning.fit(vocabulary, vocabulary.counts(TEXTS), VIEW, seed=1)


def separator(vocabulary: Vocabulary, meaning: Meaning | None) -> LinearModel:
    """Taught only the plainest texts: 跳闸 and 爆管 never stood beside a label."""
    labelled = ["停电", "停水"] * 10
    return fit_on(vocabulary, vocabulary.counts(labelled), ["供电局", "供水公司"] * 10, LinearConfig(), meaning=meaning)


def test_words_of_like_company_lie_near_each_other(vocabulary: Vocabulary, meaning: Meaning) -> None:
    trip, power, water = meaning.of(vocabulary.counts(["跳闸", "停电", "停水"]))
    assert trip @ power > trip @ water


def test_a_usual_text_is_as_long_as_the_separator_expects(vocabulary: Vocabulary, meaning: Meaning) -> None:
    places = meaning.of(vocabulary.counts(TEXTS))
    assert np.allclose(places.mean(axis=0), 0.0, atol=1e-4)
    assert np.sqrt((places**2).sum(axis=1).mean()) == pytest.approx(0.6, abs=1e-3)


def test_a_word_never_seen_with_a_label_is_known_by_its_company(vocabulary: Vocabulary, meaning: Meaning) -> None:
    model = separator(vocabulary, meaning)
    by_unit = dict(zip(model.labels, model.scores(["跳闸"])[0], strict=True))
    assert by_unit["供电局"] > by_unit["供水公司"]
    plain = separator(vocabulary, None)
    assert plain.scores(["跳闸"])[0] == pytest.approx(plain.bias)


def test_a_separator_comes_back_with_its_meaning_and_an_older_one_without(
    vocabulary: Vocabulary, meaning: Meaning, tmp_path: Path
) -> None:
    model = separator(vocabulary, meaning)
    model.save(tmp_path / "linear")
    meaning.save(tmp_path / "meaning")
    known = Meaning.load(tmp_path / "meaning", vocabulary)
    again = LinearModel.load(tmp_path / "linear", vocabulary, known)
    assert np.allclose(again.scores(TEXTS[:8]), model.scores(TEXTS[:8]), atol=5e-3)
    older = replace(model, meaning=None, by_meaning=None)
    older.save(tmp_path / "older")
    assert np.allclose(
        LinearModel.load(tmp_path / "older", vocabulary).scores(["停电"]), older.scores(["停电"]), atol=5e-3
    )
