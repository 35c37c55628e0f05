"""Hypothesis drives both state tables: 2,000 steps here, at least 20,000 in ``make test-slow``."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS
from tests.handling.orders.life import Life

STEPS = 100
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_orders_live_lawful_lives():
    chosen = settings(
        max_examples=20, stateful_step_count=STEPS, deadline=None, derandomize=True, suppress_health_check=QUIET
    )
    Life.done.clear()
    run_state_machine_as_test(Life, settings=chosen, _min_steps=STEPS)
    assert len(Life.done) >= 40, "too few kinds of actions came to pass for this to mean much"


@pytest.mark.slow
@pytest.mark.django_db
def test_orders_live_lawful_lives_for_long():
    chosen = settings(max_examples=220, stateful_step_count=STEPS, deadline=None, suppress_health_check=QUIET)
    Life.done.clear()
    run_state_machine_as_test(Life, settings=chosen, _min_steps=STEPS)
    assert set(Life.done) >= (ORDER_ACTIONS | ASSIGNMENT_ACTIONS)
    assert Life.done.total() > 5_000
