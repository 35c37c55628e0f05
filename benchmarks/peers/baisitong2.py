"""baisitong2 (民情直通车2), the nearest open peer: request → rule or model analysis → work order → state machine.

It is installed from the package registry by hashed requirements into an environment of its own, and runs as it
ships: its own server in one process, SQLite, its built-in rule engine (no model server is configured).

    with Baisitong2() as peer:
        peer.preload(1500)
        peer.file_order("…")
        peer.list_orders(50)

`python -m benchmarks.peers.baisitong2` measures it alone.
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness import machine, texts
from benchmarks.harness.http import Client
from benchmarks.harness.measure import timed
from benchmarks.harness.shared import ROOT

REQUIREMENTS = Path(__file__).with_suffix(".txt")
VERSION = "1.0.2"
LARGEST_BATCH = 50  # its own limit


def environment() -> Path:
    """Python of an environment that holds the peer and nothing of ours; made at first use."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = ROOT / f"var/peers/baisitong2-{VERSION}-{digest}"
    python = folder / "bin/python"
    if not (folder / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        install = [*uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes"]
        subprocess.run([*install, "-r", str(REQUIREMENTS)], check=True)
        (folder / ".complete").touch()
    return python


class Baisitong2:
    """The peer's server on a free loopback port with a scratch database; a context manager."""

    def __enter__(self) -> "Baisitong2":
        self._folder = Path(tempfile.mkdtemp(prefix="baisitong2-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        database = f"sqlite:///{self._folder}/peer.db"
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("LLM_", "DATABASE_URL"))}
        with (self._folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [environment(), "-m", "baisitong2", "--host", "127.0.0.1", "--port", str(port), "--db", database],
                cwd=self._folder,
                env=keep,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.client = Client(port)
        try:
            health = self._wait_until_ready()
            if health["version"] != VERSION or health["analysis_mode"] != "rule-engine":
                raise RuntimeError(f"not the peer that was meant: {health}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.terminate()
        self._server.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_until_ready(self, seconds: float = 30) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while self._server.poll() is None and time.monotonic() < deadline:
            try:
                return self.client.json("GET", "/api/health")["data"]
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("baisitong2 did not start:\n" + (self._folder / "server.log").read_text()[-2000:])

    def file_order(self, text: str) -> str:
        """File one request to the end of what it does by itself: analysed and dispatched. Returns its order number."""
        appeal = self.client.json("POST", "/api/appeals", {"content": text, "contact": "13800000000"})["data"]
        return self.client.json("POST", f"/api/appeals/{appeal['id']}/dispatch", {})["data"]["order_no"]

    def list_orders(self, count: int = 50) -> list[dict[str, Any]]:
        """The newest orders, with the summary of the request of each, as its own page asks for them."""
        return self.client.json("GET", f"/api/workorders?page=1&page_size={count}")["data"]["items"]

    def preload(self, count: int) -> None:
        """Bring today's number of dispatched orders to `count`, by its own batch call where it has one."""
        contents = texts.requests(count, seed=7)
        for start in range(0, count, LARGEST_BATCH):
            items = [{"content": content} for content in contents[start : start + LARGEST_BATCH]]
            for appeal in self.client.json("POST", "/api/appeals/batch", {"items": items})["data"]["items"]:
                self.client.json("POST", f"/api/appeals/{appeal['id']}/dispatch", {})


def measure(present: int = 1500, filed: int = 200, listed: int = 100) -> dict[str, float]:
    """Its figures alone: filing by one and by four clients when a day holds `present` orders, listing 50."""
    with Baisitong2() as peer:
        peer.preload(present)
        timed(peer.file_order, texts.requests(10, seed=1))
        lists = timed(lambda _: peer.list_orders(50), range(listed))
        one = timed(peer.file_order, texts.requests(filed, seed=2))
        four = timed(peer.file_order, texts.requests(filed, seed=3), workers=4)
        return {
            "orders_present": present,
            "file_orders_per_s": one.per_second,
            "file_p50_ms": one.quantile_ms(0.5),
            "file_orders_per_s_4_clients": four.per_second,
            "file_p50_ms_4_clients": four.quantile_ms(0.5),
            "list_50_p50_ms": lists.quantile_ms(0.5),
            "list_50_p95_ms": lists.quantile_ms(0.95),
        }


if __name__ == "__main__":
    print(json.dumps({"baisitong2": measure(), "machine": machine.describe()}, ensure_ascii=False))
