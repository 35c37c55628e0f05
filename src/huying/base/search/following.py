"""The process that owns the index: whichever worker holds the writer's lock; another takes over when it ends."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huying.base.events.followers import join
from huying.base.search import building, store
from huying.base.search.sources import sources
from huying.engines.search.index import Busy, Reader, Unreadable, Writer

log = logging.getLogger(__name__)

ROWS = 500  # rows of a build taken in one step beside a running service
ROWS_ALONE = 10_000  # the same where nothing else runs in the process
MEMORY_ALONE_MB = 128


class Follower:
    """Keeps the index up with events. ``step`` does a bounded piece of work and says how much; 0: nothing to do."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._writer: Writer | None = None
        self._note: dict[str, Any] = {}

    def step(self) -> int:
        writer = self._owned()
        if writer is None:
            return 0
        try:
            if self._note["building"]:
                self._note = building.build_step(writer, self._note, ROWS)
                return ROWS
            self._note, passed = building.follow_step(writer, self._note)
            return passed
        except building.Discontinued as reason:
            self._start_over(str(reason))
            return 1
        except Exception:
            self.close()  # what was put and not committed must not come with a later commit
            raise

    def close(self) -> None:
        """Free the writer's lock."""
        if self._writer is not None:
            self._writer.close()
        self._writer, self._folder = None, None

    def _owned(self) -> Writer | None:
        """The writer of the index in use; None while another process has it or nothing is to be found."""
        folder = store.current()
        if self._writer is not None and folder == self._folder:
            return self._writer
        self.close()
        if not sources():
            return None
        try:
            return self._open(folder) if folder is not None else self._start_over("no index")
        except Busy:
            return None

    def _open(self, folder: Path) -> Writer | None:
        self._writer, self._folder = Writer(folder), folder
        try:
            self._note = building.with_new_kinds(Reader(folder).note)
            building.require_continuous(self._note)
        except (building.Discontinued, Unreadable, KeyError) as reason:
            return self._start_over(str(reason))
        store.tidy()
        return self._writer

    def _start_over(self, reason: str) -> Writer:
        """Begin an empty index in a new folder and put it into use: what it holds is right, and it says what it lacks."""
        log.info("search index is built anew", extra={"reason": reason})
        self.close()
        folder = store.new()
        writer = Writer(folder)
        self._note = building.beginning()
        writer.commit(self._note)
        store.use(folder)
        store.tidy()
        self._writer, self._folder = writer, folder
        return writer


def join_the_worker() -> None:
    join("search", Follower)


def catch_up() -> int:
    """Bring the index up to the last event in order, in this process; the number of rows and events taken in."""
    follower, done = Follower(), 0
    try:
        while passed := follower.step():
            done += passed
    finally:
        follower.close()
    return done


def rebuild(told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Build a new index beside the one in use, then put it into use; the number of rows. ``told(done, total)``."""
    total = sum(source.count() for source in sources().values())
    folder = store.new()
    writer = Writer(folder, memory_mb=MEMORY_ALONE_MB)
    note = building.beginning()
    while note["building"]:
        note = building.build_step(writer, note, ROWS_ALONE)
        told(note["done"], total)
    writer.close()
    store.use(folder)
    return note["done"]
