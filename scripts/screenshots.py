"""Every page of the walks as it looks in light and dark, 1280 and 1920 wide, and on a phone: for people to look at.

``scripts/screenshots.py`` on a demo city of its own, ``scripts/screenshots.py URL DATA`` on one that is being served.
The pictures go to ``var/screenshots/matrix``; each page is also asked by axe, and grave findings are told at the end.
"""

from itertools import product
from pathlib import Path

from guide import ROOT, city  # the folder of this script comes first among the paths
from playwright.sync_api import sync_playwright

from tests.browser.accessibility import grave_findings
from tests.browser.conftest import QUIET, chromium
from tests.browser.desk import Desk
from tests.browser.walks import WALKS, walk

FOLDER = ROOT / "var/screenshots/matrix"
ON_PHONES = {"", "chengguan_clerk", "grid1"}  # citizens, and units whose people stand outside


def looks(username: str) -> list[tuple[int, bool]]:
    widths = (390, 1280) if username in ON_PHONES else (1280, 1920)
    return list(product(widths, (False, True)))


def name_of(path: str, username: str, width: int, dark: bool) -> str:
    return f"{path.strip('/').replace('/', '-')}-{username or '市民'}-{width}-{'深' if dark else '浅'}.png"


def visit(desk: Desk, username: str, stops: tuple, width: int, dark: bool, found: dict[str, list[str]]) -> None:
    for stop in stops:
        walk(desk, (stop,))
        name = name_of(stop.path, username, width, dark)
        desk.page.screenshot(path=str(FOLDER / name), animations="disabled")
        if findings := grave_findings(desk.page):
            found[name] = findings


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    with city() as centre, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for route in WALKS:
            desk = Desk(browser, centre.url, width=route.width)
            if route.username:
                code = centre.code(route.username) if route.username == "system_admin1" else ""
                desk.log_in(route.username, centre.password, code)
            for width, dark in looks(route.username):
                desk.page.set_viewport_size({"width": width, "height": 844 if width < 600 else 1080})
                desk.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
                visit(desk, route.username, route.stops, width, dark, found)
            desk.leave()
        browser.close()
    for name, findings in found.items():
        print(name, *findings, sep="\n  ")
    print(f"{len(list(Path(FOLDER).glob('*.png')))} 张在 {FOLDER.relative_to(ROOT)}，{len(found)} 张有严重的无障碍问题")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
