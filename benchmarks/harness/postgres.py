"""A PostgreSQL of the benchmark's own, as a centre would run it: everything acknowledged is on disk (fsync on).

It lives below the temporary folder, listens on a free port of this machine only, and is removed at the end. PostgreSQL
refuses to run as root, so that root hands it to the system's user ``postgres``.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from benchmarks.harness.huying import free_port

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
shared_buffers = 256MB
max_connections = 150
log_min_messages = fatal
"""


class PostgresMissing(RuntimeError):
    """The server's programs are not installed."""


def programs() -> Path:
    """Folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise PostgresMissing("PostgreSQL's server is not installed; run scripts/install-system-packages")
    return found[-1].parent if found else Path(str(on_path)).parent


def as_owner(*command: str | Path) -> list[str]:
    """A command as the user that a PostgreSQL may run as."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", "env", "-C", "/", *words] if os.geteuid() == 0 else words


class Cluster:
    """``with Cluster() as postgres: postgres.create("name")`` is the URL of a new empty database.

    ``tables``: a folder, empty and of its owner, where the tables lie apart from the log, for what happens when it is
    full.
    """

    def __init__(self, tables: Path | None = None) -> None:
        self.tables = tables

    def __enter__(self) -> Self:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="huying-pg-"))
        self.data = self.tables or self.folder / "data"
        self.port = free_port()
        for owned in (self.folder, self.tables):
            if owned is not None and os.geteuid() == 0:
                shutil.chown(owned, "postgres")
        flags = ["-U", "huying", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", self.data, f"--waldir={self.folder}/wal", *flags)
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS.format(port=self.port, folder=self.folder))
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "server.log", "-w", "-t", "60", "-s", "start")

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` is a crash: what was committed must come back from the log."""
        command = as_owner(self.programs / "pg_ctl", "-D", self.data, "-s", "-m", mode, "-w", "stop")
        subprocess.run(command, capture_output=True, check=False)  # it may be down already

    def create(self, name: str) -> str:
        """URL of a new, empty database."""
        self._run("createdb", "-h", self.folder, "-p", self.port, "-U", "huying", name)
        return f"postgresql://huying@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *words: object) -> None:
        command = as_owner(self.programs / program, *(str(word) for word in words))
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout[-2000:]}")
