"""The worker's threads: soon at work, unshaken by errors, ended when told."""

import time

import pytest
from django.db import OperationalError, transaction

from huying.base.calendars import clock
from huying.base.events import obligations, recorder, runtime
from huying.base.events.models import Event, Obligation
from tests import factories
from tests.installation import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr(obligations, "_handlers", {})
    monkeypatch.setattr(runtime, "AFTER_ERROR", 0.05)
    made = runtime.Worker(threads=1, external_threads=1)
    yield made
    assert made.stop(10)


def test_what_falls_due_is_met_and_what_happened_is_placed_within_half_a_second(worker):
    met: list[float] = []
    obligations.handler("test.time")(lambda obligation: met.append(time.perf_counter()))
    worker.start()
    time.sleep(0.4)  # idle: the longest pauses are reached

    began = time.perf_counter()
    with transaction.atomic():
        recorder.record(actor=factories.person("agent"), verb="test.noted")
        obligations.oblige(kind="test.time", key="a", due_at=clock.now())
    wait_for(lambda: met and Event.objects.filter(type="test.noted", position__isnull=False).exists(), 5)

    assert met[0] - began < 1.0


def test_a_slow_receiver_outside_holds_nothing_up_inside(worker):
    done: list[str] = []
    obligations.handler("test.slow", external=True)(lambda obligation: (time.sleep(1.5), done.append("outside")))
    obligations.handler("test.quick")(lambda obligation: done.append("inside"))
    for n in range(3):
        obligations.oblige(kind="test.slow", key=f"slow{n}", due_at=clock.now())
    obligations.oblige(kind="test.quick", key="quick", due_at=clock.now())
    worker.start()

    wait_for(lambda: done, 5)
    assert done[0] == "inside"


def test_a_database_that_went_away_is_waited_for(worker, monkeypatch):
    met: list[str] = []
    obligations.handler("test.note")(lambda obligation: met.append(obligation.key))
    real, failures = obligations.run_due, iter([OperationalError("server closed the connection")] * 3)

    def unsteady(*args, **options):
        for failure in failures:
            raise failure
        return real(*args, **options)

    monkeypatch.setattr(runtime.obligations, "run_due", unsteady)
    obligations.oblige(kind="test.note", key="a", due_at=clock.now())
    worker.start()

    wait_for(lambda: met, 5)
    assert worker.alive
    wait_for(lambda: Obligation.objects.filter(key="a", done_at__isnull=False).exists(), 5)
