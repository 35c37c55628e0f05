"""Huying as a centre runs it: server and worker as processes of their own, on SQLite or PostgreSQL, to be killed and begun
again. Everything lies in a scratch folder and a private cluster, and is gone at the end.

    with Site("postgresql") as site:
        site.serve(); site.work(); people = site.people(); site.kill("server"); site.serve()
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from benchmarks.harness.http import Client
from benchmarks.harness.huying import HUYING, Scratch, free_port
from benchmarks.harness.postgres import Cluster

SQLITE, POSTGRES = "sqlite", "postgresql"
SERVER, WORKER = "server", "worker"

PEOPLE = """
import json, sys
import django; django.setup()
from django.conf import settings
from django.test import Client
from huying.base.org import actions
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
found = []
for person in Person.objects.filter(is_active=True, is_system=False).select_related("unit").order_by("id"):
    if person.needs_second_factor:
        continue
    browser = Client()
    browser.force_login(person, backend="huying.base.org.backends.PersonBackend")
    found.append({
        "roles": sorted(person.roles),
        "unit": person.unit.public_id if person.unit else "",
        "token": actions.issue_token(actor=system_person(), person=person, name="load", scopes=["read", "write"]),
        "cookie": browser.cookies[settings.SESSION_COOKIE_NAME].value,
    })
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in the centre or in a unit; ``headers`` show who asks, ``cookie`` is a browser's session."""

    roles: frozenset[str]
    unit: str
    headers: dict[str, str]
    cookie: str


class Site(Scratch):
    """``processes``: of the web server, more than one only on PostgreSQL. ``disk``: the data folder's, where SQLite is to
    meet a small one."""

    def __init__(
        self,
        database: str = POSTGRES,
        *,
        processes: int = 1,
        days: int = 2,
        cluster: Cluster | None = None,
        disk: Path | None = None,
    ) -> None:
        self.database, self.processes, self.days, self.disk = database, processes, days, disk
        self.running: dict[str, subprocess.Popen] = {}
        self.port = free_port()
        self._cluster, self._own_cluster = cluster, cluster is None

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            if self.database == POSTGRES:
                if self._cluster is None:
                    self._cluster = Cluster().__enter__()
                self.environment["HUYING_DATABASE_URL"] = self._cluster.create("huying")
            self.run("demo", "--no-serve", "--days", str(self.days), "--seed", "7")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        for name in list(self.running):
            self.stop(name)
        if self._cluster is not None and self._own_cluster:
            self._cluster.__exit__()
        super().__exit__()

    def make_folder(self) -> Path:
        return self.disk or super().make_folder()

    @property
    def cluster(self) -> Cluster:
        assert self._cluster is not None, "only on PostgreSQL"
        return self._cluster

    @property
    def log(self) -> str:
        """What server and worker have written so far."""
        return "".join(
            path.read_text(errors="replace")
            for path in sorted(self.folder.glob("*.log"))
            if path.stem in (SERVER, WORKER)
        )

    def serve(self, *words: str) -> float:
        """Begin the web server, without background work; the seconds until it was ready."""
        began = time.monotonic()
        numbered = ("--processes", str(self.processes)) if self.processes > 1 else ()
        self._begin(SERVER, "serve", "--no-worker", "--port", str(self.port), *numbered, *words)
        self.await_ready()
        return time.monotonic() - began

    def work(self) -> None:
        """Begin the worker."""
        self._begin(WORKER, "worker")

    def _begin(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [HUYING, *words], env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def await_ready(self, seconds: float = 90) -> None:
        probe = Client(self.port)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.running[SERVER].poll() is not None:
                break
            try:
                probe.json("GET", "/readyz")
                return
            except (OSError, ValueError, RuntimeError):
                time.sleep(0.1)
        raise RuntimeError(f"the server is not ready:\n{self.log[-3000:]}")

    def kill(self, *names: str) -> None:
        """``kill -9``, with every process they began."""
        for name in names:
            process = self.running.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self, name: str) -> None:
        """End a process as a service manager does."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def memory(self) -> dict[str, float]:
        """Resident MiB of each process that runs, by name and, where there are several, number."""
        found = {}
        for name, process in self.running.items():
            for number, pid in enumerate(_group(process.pid)):
                found[f"{name}{number or ''}"] = _resident(pid)
        return found

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple]:
        """Read the database beside the server; ``%s`` stands for a value."""
        if self.database == SQLITE:
            address = f"file:{self.folder}/huying.sqlite3?mode=ro"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
                return database.execute(sql.replace("%s", "?"), values).fetchall()
        import psycopg

        with psycopg.connect(self.environment["HUYING_DATABASE_URL"]) as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[call-overload]

    def write(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Change a row behind Huying's back, as only a harness may."""
        if self.database == SQLITE:
            with contextlib.closing(sqlite3.connect(self.folder / "huying.sqlite3", timeout=30)) as database, database:
                database.execute(sql.replace("%s", "?").replace("%%", "%"), values)
            return
        import psycopg

        with psycopg.connect(self.environment["HUYING_DATABASE_URL"]) as connection:
            connection.execute(sql, values)  # type: ignore[call-overload]

    def number(self, sql: str, *values: Any) -> int:
        return int(self.query(sql, values)[0][0] or 0)

    @cached_property
    def people(self) -> list[Colleague]:
        """Everybody who works here without a second factor."""
        return [
            Colleague(frozenset(one["roles"]), one["unit"], {"Authorization": f"Bearer {one['token']}"}, one["cookie"])
            for one in json.loads(self.python(PEOPLE).splitlines()[-1])
        ]

    def colleague(self, role: str, unit: str = "") -> Colleague | None:
        """The first with a role, of a unit where one is given."""
        return next((one for one in self.people if role in one.roles and unit in ("", one.unit)), None)

    @cached_property
    def units(self) -> list[str]:
        """Units that have both a clerk and a leader, so that an order can go its whole way there."""
        having = [{one.unit for one in self.people if role in one.roles} for role in ("unit_clerk", "unit_leader")]
        return sorted(having[0] & having[1])

    def await_quiet(self, seconds: float = 300) -> float:
        """Wait until no event is unplaced and no obligation is due; the seconds it took."""
        began = time.monotonic()
        while sum(self.backlog().values()):
            if time.monotonic() - began > seconds:
                raise RuntimeError(f"the worker does not come to an end: {self.backlog()}\n{self.log[-3000:]}")
            time.sleep(0.3)
        return time.monotonic() - began

    def backlog(self) -> dict[str, int]:
        """Rows without position or seal, obligations that are due."""
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now')" if self.database == SQLITE else "now()"
        return {
            "events": self.number("SELECT count(*) FROM events_event WHERE position IS NULL"),
            "audit": self.number("SELECT count(*) FROM audit_auditentry WHERE position IS NULL"),
            "obligations": self.number(
                "SELECT count(*) FROM events_obligation"
                f" WHERE done_at IS NULL AND given_up_at IS NULL AND due_at <= {now}"
            ),
        }


def _group(leader: int) -> list[int]:
    """Processes of a group, the leader first."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == leader:
            members.append(int(stat.parent.name))
    return sorted(members, key=lambda pid: (pid != leader, pid))


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)
