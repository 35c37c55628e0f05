"""A worker may be killed at any moment: what it was at is done once by the next, at once, and nothing is lost."""

import signal
import sys
import time
from pathlib import Path

from tests.installation import Installation, wait_for

WORKER = [sys.executable, str(Path(__file__).with_name("slow_worker.py"))]

OBLIGE = """
from huying.base.calendars import clock
from huying.base.events import obligations
obligations.oblige(kind="fault.slow", key="one", due_at=clock.now(), payload={})
"""


def done(installation: Installation) -> list[tuple]:
    return installation.query(
        "SELECT done_at, attempts FROM events_obligation WHERE key = 'one' AND done_at IS NOT NULL"
    )


def events(installation: Installation) -> int:
    return installation.query("SELECT count(*) FROM events_event WHERE type = 'fault.done'")[0][0]


def test_killed_in_the_middle_of_its_work(installation, tmp_path):
    installation.python(OBLIGE)
    first = installation.start(*WORKER, str(tmp_path))
    wait_for((tmp_path / "began").exists)

    first.send_signal(signal.SIGKILL)
    first.wait(5)
    assert events(installation) == 0
    assert done(installation) == []

    (tmp_path / "go").touch()
    began = time.monotonic()
    installation.start(*WORKER, str(tmp_path))
    ((_, attempts),) = wait_for(lambda: done(installation))

    assert time.monotonic() - began < 15, "the dead worker's lease was waited for"
    assert attempts == 2
    assert events(installation) == 1
    wait_for(
        lambda: installation.query("SELECT 1 FROM events_event WHERE type = 'fault.done' AND position IS NOT NULL")
    )


def test_asked_to_stop_it_ends_what_it_is_at(installation, tmp_path):
    installation.python(OBLIGE)
    worker = installation.start(*WORKER, str(tmp_path))
    wait_for((tmp_path / "began").exists)

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert worker.poll() is None
    (tmp_path / "go").touch()

    assert worker.wait(15) == 0
    assert events(installation) == 1
    assert done(installation)
