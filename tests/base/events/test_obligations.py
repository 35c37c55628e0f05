"""What must be done is done once, in time, whatever happens to the worker."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from huying.base.calendars import clock
from huying.base.events import leases, obligations
from huying.base.events.models import Event, Obligation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def calls(monkeypatch):
    """Handlers of this test alone: ``test.note`` notes the key, ``test.fail`` always fails."""
    monkeypatch.setattr(obligations, "_handlers", {})
    noted: list[str] = []

    @obligations.handler("test.note")
    def note(obligation):
        noted.append(obligation.key)

    @obligations.handler("test.fail")
    def fail(obligation):
        Event.objects.create(type="test.half", at=clock.now(), subject_type="")
        raise ValueError("no luck\nDETAIL: Failing row contains (a citizen's words)")

    return noted


def oblige(key: str, *, kind: str = "test.note", after: timedelta = timedelta(0)) -> None:
    obligations.oblige(kind=kind, key=key, due_at=clock.now() + after, payload={})


def test_one_key_is_met_once(calls, frozen_now):
    oblige("a")
    oblige("a")

    assert obligations.run_due() == 1
    assert obligations.run_due() == 0
    assert calls == ["a"]


def test_nothing_is_met_before_its_time_and_the_oldest_first(calls, frozen_now):
    oblige("late", after=timedelta(minutes=2))
    oblige("soon", after=timedelta(minutes=1))
    oblige("now")

    obligations.run_due()
    assert calls == ["now"]

    frozen_now.advance(timedelta(minutes=5))
    obligations.run_due()
    assert calls == ["now", "soon", "late"]


def test_what_was_released_is_not_done(calls, frozen_now):
    oblige("a")
    obligations.release("a")

    assert obligations.run_due() == 0
    assert calls == []


def test_an_obligation_rolled_back_with_its_action_never_existed(calls, frozen_now):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        oblige("a")
        raise RuntimeError

    assert obligations.run_due() == 0


def test_a_failure_changes_nothing_and_is_tried_again_later_and_later(calls, frozen_now):
    oblige("bad", kind="test.fail")
    waits = []
    for _ in range(obligations.MAX_ATTEMPTS - 1):
        assert obligations.run_due() == 1
        row = Obligation.objects.get(key="bad")
        assert row.given_up_at is None
        waits.append(row.due_at - clock.now())
        assert obligations.run_due() == 0
        frozen_now.advance_to(row.due_at)

    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=2)
    assert waits[-1] <= obligations.LONGEST_DELAY
    assert Event.objects.filter(type="test.half").count() == 0


def test_after_the_last_attempt_it_is_given_up_and_says_why_without_quoting_rows(calls, frozen_now):
    oblige("bad", kind="test.fail")
    obligations.drain(frozen_now, clock.now() + timedelta(days=1))

    row = Obligation.objects.get(key="bad")
    assert row.attempts == obligations.MAX_ATTEMPTS
    assert row.given_up_at is not None
    assert "ValueError: no luck" in row.last_error
    assert "citizen" not in row.last_error


def test_an_expired_lease_is_taken_by_another_worker(calls, frozen_now):
    oblige("a")
    obligations._take(1, ["test.note"])  # a worker takes it and dies

    assert obligations.run_due() == 0
    frozen_now.advance(obligations.LEASE + timedelta(seconds=1))
    assert obligations.run_due() == 1
    assert calls == ["a"]


def test_a_worker_that_comes_back_after_its_lease_ran_out_has_done_nothing(monkeypatch, frozen_now):
    monkeypatch.setattr(obligations, "_handlers", {})

    @obligations.handler("test.write")
    def write(obligation):
        Event.objects.create(type="test.written", at=clock.now(), subject_type="")

    oblige("a", kind="test.write")
    (slow,) = obligations._take(1, ["test.write"])
    frozen_now.advance(obligations.LEASE + timedelta(seconds=1))
    assert obligations.run_due() == 1  # the other worker
    obligations._meet(slow)

    assert Event.objects.filter(type="test.written").count() == 1
    assert Obligation.objects.get(key="a").done_at is not None


def test_a_handler_may_release_its_own_obligation(monkeypatch, frozen_now):
    monkeypatch.setattr(obligations, "_handlers", {})

    @obligations.handler("test.self")
    def itself(obligation):
        Event.objects.create(type="test.kept", at=clock.now(), subject_type="")
        obligations.release(obligation.key)

    oblige("a", kind="test.self")
    obligations.run_due()

    assert Event.objects.filter(type="test.kept").count() == 1
    assert obligations.run_due() == 0


def test_at_start_the_leases_of_dead_processes_of_this_host_are_freed_at_once(calls, frozen_now):
    for key in ("dead", "elsewhere", "alive"):
        oblige(key)
    host = leases._host()
    held = {"leased_until": clock.now() + obligations.LEASE, "attempts": 1}
    Obligation.objects.filter(key="dead").update(leased_by=f"{host}:999999999:12345", **held)
    Obligation.objects.filter(key="elsewhere").update(leased_by="other-host:1:1", **held)
    Obligation.objects.filter(key="alive").update(leased_by=leases.worker_name(), **held)

    assert obligations.recover() == 1
    obligations.run_due()
    assert calls == ["dead"]


def test_drain_meets_everything_at_its_own_time(monkeypatch, frozen_now):
    monkeypatch.setattr(obligations, "_handlers", {})
    at = []

    @obligations.handler("test.chain")
    def chain(obligation):
        at.append(clock.now())
        step = obligation.payload["step"]
        if step < 3:
            due = clock.now() + timedelta(hours=step)
            obligations.oblige(kind="test.chain", key=f"step{step}", due_at=due, payload={"step": step + 1})

    start = clock.now()
    obligations.oblige(kind="test.chain", key="step0", due_at=start, payload={"step": 1})
    oblige("unknown", kind="test.nobody", after=timedelta(minutes=1))

    assert obligations.drain(frozen_now, start + timedelta(hours=4)) == 3
    assert at == [start, start + timedelta(hours=1), start + timedelta(hours=3)]
    assert clock.now() == start + timedelta(hours=4)


def test_what_talks_to_the_outside_is_told_apart(monkeypatch, frozen_now):
    monkeypatch.setattr(obligations, "_handlers", {})
    done = []
    obligations.handler("test.outside", external=True)(lambda o: done.append((o.key, connection.in_atomic_block)))
    obligations.handler("test.inside")(lambda o: done.append((o.key, None)))
    oblige("out", kind="test.outside")
    oblige("in", kind="test.inside")

    obligations.run_due(kinds=obligations.known_kinds(external=False))
    assert done == [("in", None)]
    obligations.run_due(kinds=obligations.known_kinds(external=True))
    assert [key for key, _ in done] == ["in", "out"]


def test_what_was_given_up_can_be_taken_up_again(calls, frozen_now):
    from huying.base.events.actions import retry_given_up

    oblige("bad", kind="test.fail")
    obligations.drain(frozen_now, clock.now() + timedelta(days=1))

    assert retry_given_up(actor=factories.person("system_admin")) == 1
    assert Obligation.objects.get(key="bad").given_up_at is None
