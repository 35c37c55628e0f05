"""The gate keeps its promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from huying.engines.classify.gate import (
    choose_threshold,
    error_bound,
    family_by_promise,
    smallest_sample,
    threshold_family,
)


@pytest.mark.parametrize(
    ("errors", "n", "at_most"), [(0, 149, 0.02), (0, 299, 0.01), (20, 2000, 0.0145), (50, 5000, 0.01265)]
)
def test_published_bounds(errors: int, n: int, at_most: float) -> None:
    assert error_bound(errors, n) <= at_most
    assert error_bound(errors, n) == pytest.approx(at_most, rel=0.01)


def test_bounds_that_fail() -> None:
    assert error_bound(85, 5000) > 0.02
    assert error_bound(0, 148) > 0.02
    assert error_bound(0, 0) == 1.0
    assert error_bound(5, 5) == 1.0


@given(st.integers(1, 400), st.data())
def test_the_bound_is_exact(n: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, n - 1))
    assert binom.cdf(errors, n, error_bound(errors, n)) == pytest.approx(0.05, abs=1e-6)


def test_smallest_sample() -> None:
    assert (smallest_sample(0.02), smallest_sample(0.01)) == (149, 299)


def test_all_right_passes_from_the_smallest_sample_on() -> None:
    confidence = np.linspace(0.5, 1.0, 149)
    choice = choose_threshold(confidence, np.ones(149, bool), 0.02)
    assert (choice.coverage, choice.errors, choice.n) == (1.0, 0, 149)
    assert choose_threshold(confidence[1:], np.ones(148, bool), 0.02).threshold is None


def test_the_first_failure_ends_the_sequence() -> None:
    confidence = np.linspace(1.0, 0.0, 1000)
    correct = np.ones(1000, bool)
    correct[400:420] = False  # a bad stretch; behind it everything is right again
    choice = choose_threshold(confidence, correct, 0.02)
    assert 298 <= choice.n < 420
    assert choice.bound <= 0.02
    assert choice.dispatches(0.9)
    assert not choice.dispatches(0.3)


def test_nothing_passes_nothing_is_automatic() -> None:
    choice = choose_threshold(np.linspace(0, 1, 500), np.zeros(500, bool), 0.02)
    assert choice.threshold is None
    assert not choice.dispatches(1.0)


@given(st.lists(st.floats(0, 1), min_size=149, max_size=600))
def test_the_family_goes_from_strict_to_loose(values: list[float]) -> None:
    family = threshold_family(np.array(values), 0.02)
    assert family == sorted(set(family), reverse=True)
    assert family[-1] == min(values)


def test_the_promise_holds_over_repetitions() -> None:
    """With δ = 5 %, thresholds whose true error exceeds the limit are chosen in about 5 % of worlds at most."""
    random = np.random.default_rng(7)
    broken, worlds = 0, 400
    for _ in range(worlds):
        confidence = random.uniform(0.6, 1.0, 3000)
        correct = random.uniform(size=3000) < confidence**0.5
        choice = choose_threshold(confidence, correct, 0.05)
        if choice.threshold is not None:
            grid = np.linspace(choice.threshold, 1.0, 2001)
            broken += float(1 - np.mean(grid**0.5)) > 0.05
    assert broken / worlds <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / worlds)


def test_the_family_starts_where_the_probabilities_promise_most() -> None:
    """A few wrong at the very top, as with templates that changed their unit, must not end everything."""
    random = np.random.default_rng(11)
    confidence = np.sort(np.concatenate([random.uniform(0.985, 0.999, 1500), random.uniform(0.3, 0.9, 1500)]))[::-1]
    correct = random.uniform(size=3000) < confidence
    correct[[3, 5, 7, 40]] = False
    whole, started = threshold_family(confidence, 0.02), family_by_promise(confidence, 0.02)
    assert set(started) <= set(whole)
    assert started[0] < whole[0]
    assert choose_threshold(confidence, correct, 0.02, thresholds=whole).threshold is None
    assert choose_threshold(confidence, correct, 0.02, thresholds=started).coverage > 0.3


def test_too_few_orders_have_no_family() -> None:
    assert family_by_promise(np.full(100, 0.99), 0.02) == []
