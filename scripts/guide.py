"""Take the pictures of the user's guide on a demo city, and put each behind its ``<!-- picture name: words -->`` line.

``scripts/guide.py`` makes a small demo city of its own and serves it; ``scripts/guide.py URL DATA`` takes the pictures
of a demo city that is being served already, whose accounts lie in the folder DATA. Pictures are WebP of at most 200 kB,
1,280 pixels wide; the clock, the screen and the seed of the city are fixed, animations stand still.
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.conftest import QUIET, Centre, chromium  # noqa: E402
from tests.browser.desk import Desk  # noqa: E402
from tests.browser.walks import WALKS, walk  # noqa: E402
from tests.installation import RUN, Installation, fetch, free_port, wait_for  # noqa: E402

GUIDE = ROOT / "docs/guide"
IMAGES = GUIDE / "images"
MOST_BYTES = 200_000
PLACE = re.compile(r"(<!-- picture ([\w-]+): (.+?) -->\n)(?:!\[[^\]]*\]\(images/[\w-]+\.webp\)\n)?")


def keep(name: str, png: bytes) -> None:
    """The picture as WebP, coarser until it is small enough."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (82, 70, 55, 40):
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            break
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.webp").write_bytes(buffer.getvalue())


def place_pictures() -> list[str]:
    """Behind each picture's line the picture, where it has been taken; the names of those that are missing."""
    missing = []

    def shown(found: re.Match[str]) -> str:
        if not (IMAGES / f"{found[2]}.webp").exists():
            missing.append(found[2])
            return found[1]
        return f"{found[1]}![{found[3]}](images/{found[2]}.webp)\n"

    for path in sorted(GUIDE.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(PLACE.sub(shown, text), encoding="utf-8")
    return missing


@contextmanager
def city() -> Iterator[Centre]:
    """The demo city to be looked at: the one named on the command line, or a new one that ends with us."""
    if len(sys.argv) == 3:
        yield Centre(sys.argv[1], password_in(Path(sys.argv[2])), Installation(Path(sys.argv[2])))
        return
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        place = Installation(Path(folder) / "data", {"HUYING_PUBLIC_URL": url, "HUYING_LOG_LEVEL": "WARNING"})
        place.huying("demo", "--no-serve", "--days", "20")
        place.start(sys.executable, *RUN[1:], "serve", "--port", str(port))
        try:
            wait_for(lambda: fetch(f"{url}/readyz"), 120)
            yield Centre(url, password_in(place.data), place)
        finally:
            place.end_all()


def password_in(data: Path) -> str:
    lines = (data / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    return next(line.partition("：")[2] for line in lines if line.startswith("统一密码"))


def main() -> int:
    with city() as centre, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for route in WALKS:
            desk = Desk(browser, centre.url, width=route.width)
            if route.username:
                admin = route.username.endswith("_admin1") and route.username != "firm_admin1"
                desk.log_in(route.username, centre.password, centre.code(route.username) if admin else "")
            walk(desk, route.stops, lambda name, page=desk.page: keep(name, page.screenshot(animations="disabled")))
            desk.leave()
            print(f"{route.username or '市民'}：{sum(bool(stop.picture) for stop in route.stops)} 张", flush=True)
        browser.close()
    missing = place_pictures()
    if missing:
        print("没有拍到：" + "、".join(missing), file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    os.environ.setdefault("HUYING_LOG_LEVEL", "WARNING")
    raise SystemExit(main())
