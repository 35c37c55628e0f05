"""A worker process for ``test_worker``: its handler writes, says that it began, and holds until the file ``go`` is there."""

import signal
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from huying.base.calendars import clock  # noqa: E402  (needs the apps loaded)
from huying.base.events import obligations  # noqa: E402
from huying.base.events.models import Event  # noqa: E402
from huying.base.events.runtime import Worker  # noqa: E402

folder = Path(sys.argv[1])


@obligations.handler("fault.slow")
def slow(obligation) -> None:
    Event.objects.create(type="fault.done", at=clock.now(), subject_type="", payload={"key": obligation.key})
    (folder / "began").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)


stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
worker = Worker(threads=1, external_threads=0)
worker.start()
stopping.wait()
sys.exit(0 if worker.stop() else 1)
