"""The wheel alone serves everything: installed into an empty environment, with no Node and no checkout in reach."""

import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.project.tracked import ROOT

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(300)]

UV = [sys.executable, "-m", "uv"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    assert (ROOT / "src/huying/webapp/index.html").exists(), "build the web application first: make web"
    out = tmp_path_factory.mktemp("wheel")
    build = [*UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", str(out)]
    subprocess.run([*build, str(ROOT)], check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Folder of the programs of an environment that holds the pinned dependencies and the wheel, nothing else."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([*UV, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    install = [*UV, "pip", "install", "--quiet", "--python", str(environment / "bin/python")]
    subprocess.run([*install, "--require-hashes", "-r", str(ROOT / "requirements/base.txt")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    return environment / "bin"


@pytest.fixture(scope="module")
def surroundings(installed, tmp_path_factory) -> dict[str, str]:
    """An environment without the checkout, without Node, with an empty data folder."""
    data = tmp_path_factory.mktemp("data")
    return {
        "PATH": str(installed),
        "HOME": str(data),
        "LANG": "C.UTF-8",
        "HUYING_DATA": str(data),
    }


@pytest.fixture(scope="module")
def address(installed, surroundings) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(surroundings["HUYING_DATA"]) / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [installed / "huying", "serve", "--port", str(port)],
            env=surroundings,
            cwd=surroundings["HOME"],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{address}/healthz", timeout=5)
            break
        except httpx.TransportError:
            running = server.poll() is None and time.monotonic() < deadline
            assert running, log.read_text()[-3000:]
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait(timeout=30)


def test_wheel_holds_the_web_application_and_every_migration(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    here = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src/huying").glob("**/migrations/*.py")
        if "__pycache__" not in path.parts
    }
    assert here
    assert here <= inside
    assert "huying/webapp/index.html" in inside
    assert any(name.startswith("huying/webapp/assets/") and name.endswith(".js") for name in inside)
    assert not [name for name in inside if name.startswith(("tests/", "web/", "var/")) or "/__pycache__/" in name]


def test_command_runs_from_anywhere(installed, surroundings):
    shown = subprocess.run(
        [installed / "huying", "--help"], env=surroundings, cwd=os.sep, capture_output=True, text=True, check=True
    )
    assert "serve" in shown.stdout
    assert "replay" in shown.stdout


def test_server_answers_with_page_interface_and_health(address):
    page = httpx.get(f"{address}/")
    assert page.status_code == 200
    assert 'id="app"' in page.text
    script = page.text.partition('src="')[2].partition('"')[0]
    assert httpx.get(address + script).headers["content-type"].startswith("text/javascript")
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert httpx.get(f"{address}/readyz").status_code == 200
    refused = httpx.get(f"{address}/api/v1/orders")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
