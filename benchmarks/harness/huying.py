"""Huying itself as a benchmark runs it: a scratch installation with the demo's reference data, served by a process of its own.

with Installation(days=10) as huying:
    huying.file_order("…")
    huying.list_orders(50)
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from benchmarks.harness.http import Client

HUYING = Path(sys.executable).with_name("huying")
TOKEN_MAKER = """
import django; django.setup()
from huying.base.org import actions
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
person = next(p for p in Person.objects.filter(is_active=True).order_by("id") if p.has_role("{role}"))
print(actions.issue_token(actor=system_person(), person=person, name="benchmark", scopes=["read", "write"]))
"""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Scratch:
    """An empty data folder and the environment that points to it; a context manager."""

    def __enter__(self) -> Self:
        self.folder = self.make_folder()
        keep = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        self.environment = {
            **keep,
            "HUYING_DATA": str(self.folder),
            "HUYING_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "huying.config.settings",
        }
        return self

    def __exit__(self, *exception: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="huying-bench-"))

    def run(self, *words: str) -> None:
        """One command of the command line on this installation; raises with its output where it fails."""
        done = subprocess.run([HUYING, *words], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"huying {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")

    def python(self, script: str) -> str:
        """What a script with the installation's settings prints."""
        done = subprocess.run(
            [sys.executable, "-c", script], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return done.stdout


class Installation(Scratch):
    """A scratch installation with the demo's reference data and ``days`` of its history, served."""

    def __init__(self, days: int = 0) -> None:
        self.days = days
        self._server: subprocess.Popen | None = None
        self._serial = 0

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.run("demo", "--no-serve", "--days", str(self.days), "--seed", "7")
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=20)
        super().__exit__()

    def token(self, role: str) -> str:
        code = TOKEN_MAKER.format(role=role)
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()[-1]

    def _start(self) -> None:
        self.port = free_port()
        log = (self.folder / "server.log").open("wb")
        self._server = subprocess.Popen(
            [HUYING, "serve", "--host", "127.0.0.1", "--port", str(self.port)],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        probe = Client(self.port)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                probe.json("GET", "/readyz")
                break
            except (OSError, ValueError, RuntimeError):
                time.sleep(0.2)
        else:
            raise RuntimeError("huying serve did not start:\n" + (self.folder / "server.log").read_text()[-3000:])
        self.agent = Client(self.port, {"Authorization": f"Bearer {self.token('agent')}"})

    def file_order(self, text: str) -> dict[str, Any]:
        """File one order as an agent does: citizen, contact, order, analysis, audit and event when it returns."""
        self._serial += 1
        body = {"text": text, "channel": "phone", "phone": f"138{self._serial:08d}", "name": "示例", "submit": True}
        key = {"Idempotency-Key": f"bench-{self._serial}"}
        return self.agent.json("POST", "/api/v1/contacts/orders", body, key)

    def list_orders(self, count: int = 50) -> list[dict[str, Any]]:
        return self.agent.json("GET", f"/api/v1/orders?limit={count}&sort=newest")["items"]

    def query(self, sql: str) -> list[tuple]:
        """Read the scratch database beside the server."""
        with sqlite3.connect(f"file:{self.folder}/huying.sqlite3?mode=ro", uri=True) as database:
            return database.execute(sql).fetchall()

    def drain(self, seconds: float = 120) -> float:
        """Wait until no automatic dispatch is open; the seconds it took."""
        began = time.perf_counter()
        open_ = "SELECT count(*) FROM events_obligation WHERE kind = 'order.auto_dispatch' AND done_at IS NULL"
        while self.query(open_)[0][0]:
            if time.perf_counter() - began > seconds:
                raise RuntimeError("automatic dispatch did not drain")
            time.sleep(0.05)
        return time.perf_counter() - began

    def count_queries(self, calls: str) -> dict[str, int]:
        """Statements of named calls, counted in one process on this installation (see ``benchmarks.harness.counting``)."""
        command = [sys.executable, "-m", "benchmarks.harness.counting", calls]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return json.loads(done.stdout.splitlines()[-1])
