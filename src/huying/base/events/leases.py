"""Who holds a lease: a name that tells, after a crash, whether the process behind it still lives on this host."""

import os
import socket
from functools import lru_cache
from pathlib import Path


def worker_name() -> str:
    """``host:pid:start``; the start time tells a process from a later one that was given the same number."""
    return _name_of(os.getpid())


@lru_cache(maxsize=4)
def _name_of(pid: int) -> str:
    return f"{_host()}:{pid}:{_started(pid)}"


def _host() -> str:
    return socket.gethostname()[:30]


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot; empty where there is no such process (``man 5 proc``)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return stat.rpartition(")")[2].split()[19]


def is_dead(name: str) -> bool:
    """Whether ``name`` was a process of this host and no longer lives. Other hosts can't be judged from here."""
    host, _, rest = name.rpartition(":")
    host, _, pid = host.rpartition(":")
    return host == _host() and pid.isdigit() and _started(int(pid)) != rest
