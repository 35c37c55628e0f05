"""Two people at once: numbers are never given twice, one of two moves wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from huying.base.errors import Conflict
from huying.base.events.models import Event
from huying.handling.orders import actions, numbers
from huying.handling.orders.models import WorkOrder
from tests.handling.orders import town as towns

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(number, work):
    """Run ``work(n)`` in as many threads, begun together; results in order of n."""
    gate = Barrier(number)

    def run(n):
        gate.wait()
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_serials_are_never_given_twice(frozen_now):
    day = frozen_now().date()

    def take(n):
        taken = []
        for _ in range(10):
            with transaction.atomic():
                taken.append(numbers.take_serials(day))
        return taken

    given = [serial for each in at_once(4, take) for serial in each]
    assert sorted(given) == list(range(1, 41))


def test_of_two_dispatchers_one_wins_and_the_other_is_told(frozen_now):
    town = towns.build()
    order = town.file()
    units = [town.units.housing, town.units.police]

    def dispatch(n):
        mine = WorkOrder.objects.get(pk=order.pk)
        try:
            actions.dispatch(actor=town.people["dispatcher"], order=mine, unit=units[n])
        except Conflict as refused:
            return refused.code
        return "done"

    assert sorted(at_once(2, dispatch)) == ["done", "not_in_state"]
    assert order.assignments.count() == 1
    assert Event.objects.filter(type="order.dispatch").count() == 1
