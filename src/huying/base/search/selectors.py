"""Searching, and how far the index is."""

import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from huying.base.events.webhooks import latest_position
from huying.base.search import store
from huying.base.search.sources import sources
from huying.engines.search.index import Hits, Reader, Unreadable, Wanted

LATE = 30.0  # seconds without a commit while events wait
MANY = 5000  # events waiting that are late whenever the last commit was


class State(StrEnum):
    READY = "ready"
    BUILDING = "building"
    BEHIND = "behind"
    ABSENT = "absent"


@dataclass(frozen=True)
class Standing:
    """How far the index is: ``share`` of rows while it is built, ``waiting`` events that it does not know."""

    state: State
    share: float = 1.0
    waiting: int = 0

    @property
    def told(self) -> str:
        """What a person is to know before relying on the answer; empty where all is well."""
        if self.state is State.ABSENT:
            return "全文检索还没有建立，现在只能按编号和电话查找；请告知系统管理员。"
        if self.state is State.BUILDING:
            return f"全文检索正在建立（已完成 {self.share:.0%}），结果可能不全。"
        if self.state is State.BEHIND:
            return "全文检索没有跟上，刚刚受理或改动的可能查不到；请告知系统管理员。"
        return ""


_lock = threading.Lock()
_held: tuple[Path, Reader] | None = None


def _reader() -> Reader | None:
    """The reader of the index in use, brought up to its last commit."""
    global _held
    folder = store.current()
    if folder is None:
        return None
    with _lock:
        try:
            if _held is None or _held[0] != folder:
                _held = (folder, Reader(folder))
            else:
                _held[1].refresh()
        except Unreadable:  # it was just replaced, or is damaged; the worker makes a new one
            _held = None
            return None
        return _held[1]


def find(wanted: Wanted) -> Hits:
    """What fits; nothing where there is no index. Whoever shows it to a person asks for the standing too."""
    reader = _reader()
    return reader.search(wanted) if reader is not None else Hits((), 0)


def standing() -> Standing:
    """How far the index is now, in one statement."""
    reader = _reader()
    return Standing(State.ABSENT) if reader is None else _standing(reader)


def documents() -> int:
    """How many documents the index holds."""
    reader = _reader()
    return reader.documents if reader is not None else 0


def _standing(reader: Reader) -> Standing:
    note = reader.note
    if note.get("building"):
        total = sum(source.count() for source in sources().values())
        return Standing(State.BUILDING, share=min(0.99, note["done"] / max(1, total)))
    waiting = latest_position() - note["position"]
    late = waiting > 0 and time.time() - reader.committed_at > LATE
    return Standing(State.BEHIND if late or waiting > MANY or waiting < 0 else State.READY, waiting=waiting)
