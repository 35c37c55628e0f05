"""A small demo centre, served by the real command, and people who open it in Chromium.

Each person has a browser context of their own, so that nobody sees another's session. Whatever a page complains of
(errors in its console, requests that the server refused) is gathered and must be empty when the test ends.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk
from tests.installation import RUN, Installation, fetch, free_port, wait_for

ROOT = Path(__file__).parents[2]
WEBAPP = ROOT / "src/huying/webapp/index.html"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


@dataclass(frozen=True)
class Centre:
    """Where the demo centre answers, and what its people type to get in."""

    url: str
    password: str
    installation: Installation

    def code(self, username: str) -> str:
        """What the administrator's telephone shows."""
        return self.installation.huying("demo", "code", username).split()[-1]


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    if not WEBAPP.exists():
        subprocess.run(["make", "web"], cwd=ROOT, check=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"HUYING_PUBLIC_URL": url, "HUYING_LOG_LEVEL": "WARNING"}
    installation = Installation(tmp_path_factory.mktemp("centre") / "data", settings)
    made = subprocess.run(
        [*RUN, "demo", "--no-serve", "--days", "20"],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    told = (installation.data / "demo-accounts.txt").read_text(encoding="utf-8")
    password = next(line.partition("：")[2] for line in told.splitlines() if line.startswith("统一密码"))
    installation.start(sys.executable, *RUN[1:], "serve", "--port", str(port))
    try:
        wait_for(lambda: fetch(f"{url}/readyz"), 60)
        yield Centre(url, password, installation)
    finally:
        installation.end_all()


def chromium() -> str:
    """Where the system's browser lies."""
    path = os.environ.get("HUYING_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium was not found: run scripts/install-system-packages, or set HUYING_CHROMIUM")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def sit_down(centre: Centre, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """``sit_down("agent1")``: that person's desk, logged in through the page. ``sit_down()``: a citizen's browser."""
    desks: dict[str, Desk] = {}

    def at(username: str = "", *, width: int = 1280, dark: bool = False) -> Desk:
        if username in desks:
            return desks[username]
        desk = desks[username] = Desk(browser, centre.url, width=width, dark=dark)
        if username:
            code = centre.code(username) if username.endswith("_admin1") and username != "firm_admin1" else ""
            desk.log_in(username, centre.password, code)
        return desk

    yield at
    complaints = [line for desk in desks.values() for line in desk.complaints]
    for desk in desks.values():
        desk.leave()
    assert complaints == []
