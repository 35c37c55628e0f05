"""A real installation in a folder of its own, worked on by real processes: for tests of commands and of crashes."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RUN = [sys.executable, "-c", "from huying.cli import app; app()"]


@dataclass
class Installation:
    """``huying("check")`` runs a command to its end, ``start("worker")`` leaves one running until the test is over."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUYING_", "DJANGO_"))}
        own = {"HUYING_DATA": str(self.data), "NO_COLOR": "1", "COLUMNS": "200", "PYTHONWARNINGS": "ignore"}
        return {**kept, **own, "DJANGO_SETTINGS_MODULE": "huying.config.settings", **self.settings}

    def huying(self, *arguments: str, code: int = 0, **more: str) -> str:
        """What the command said. It must end with ``code``."""
        done = subprocess.run(
            [*RUN, *arguments],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    def python(self, script: str) -> str:
        """Run a script with Django set up."""
        setup = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", setup + script],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen:
        process = subprocess.Popen(
            list(command),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def end_all(self) -> None:
        """With all that each has started: a child left over would hold the pipe, and the test would wait for ever."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def query(self, sql: str, *values: Any) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.data / "huying.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(sql, values).fetchall()


def migrated(folder: Path) -> Path:
    """A data folder with empty tables and a key ring, made once and copied by every test."""
    Installation(folder).huying("migrate")
    return folder


@contextlib.contextmanager
def installed(template: Path, folder: Path) -> Iterator[Installation]:
    shutil.copytree(template, folder)
    installation = Installation(folder)
    try:
        yield installation
    finally:
        installation.end_all()


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


def wait_for(happened: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What ``happened`` answers as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (answer := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer


def fetch(url: str) -> tuple[int, str] | None:
    """Status and body; none while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status, reply.read().decode()
    except OSError:
        return None
