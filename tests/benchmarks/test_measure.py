"""Timing and counting in benchmarks."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from benchmarks.harness.measure import Times, counted_queries, paired, timed


def test_quantiles_are_nearest_rank_in_milliseconds():
    times = Times(calls=[0.001, 0.002, 0.003, 0.004], wall=0.5)
    assert times.quantile_ms(0.5) == 3.0
    assert times.quantile_ms(0.95) == 4.0
    assert times.per_second == 8.0


@pytest.mark.parametrize("workers", [1, 3])
def test_each_item_is_called_once_whatever_the_number_of_workers(workers):
    seen = []
    times = timed(seen.append, range(10), workers=workers)
    assert sorted(seen) == list(range(10))
    assert len(times.calls) == 10


def test_paired_takes_turns_and_gives_medians():
    order = []

    def ours():
        order.append("ours")
        return 2.0

    def theirs():
        order.append("theirs")
        return 4.0

    assert paired(ours, theirs, rounds=4) == (2.0, 4.0, 0.5)
    assert order == ["ours", "theirs", "theirs", "ours"] * 2


@pytest.mark.django_db
def test_opening_and_closing_transactions_is_not_counted():
    with counted_queries() as queries, transaction.atomic(), transaction.atomic():
        list(get_user_model().objects.all()[:1])
    assert len(queries) == 1
