"""How soon can an agent work at the desk, and do suggestions keep up with the typing while fifty desks are open?

One real desk in Chromium beside forty-nine that only talk to the server as its page does: a live socket each, the words
so far sent for analysis whenever the writer pauses, and a look at a list now and then. On the real desk: what the first
load of 受理台 weighs as it is sent, when the cursor stands in it (an empty cache, a warm server), how long a change
between 受理台 and the list of orders takes until its rows are there, and how long after the last key the suggestion
stands on the page. ``HUYING_DESKS=10`` opens fewer.
"""

import os
import random
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness.crowd import Crowd
from benchmarks.harness.runner import Result
from benchmarks.harness.site import SQLITE, Colleague, Site
from benchmarks.harness.steady import p95_ms

DESKS = 50
MOST = {"first_load_kb": 350.0, "interactive_ms": 1500.0, "page_change_ms": 200.0, "suggest_p95_ms": 300.0}
WEBAPP = Path(__file__).resolve().parents[1] / "src/huying/webapp/index.html"
DESK, LIST = "/contacts/new", "/orders"
LOADS, CHANGES, SENTENCES = 5, 10, 30
SEES_A_PAUSE = (1.0, 3.0)  # seconds between two pauses in which a writer's words are analysed
KEY_MS = 60  # between two keys of a practised hand
SAID = (
    "河西路{n}号门口路灯坏了三天，晚上看不清路，老人摔了一跤。",
    "东风社区{n}号楼夜里十二点工地还在施工，噪声很大睡不着。",
    "翡翠园小区{n}栋从昨晚起停水，物业电话没人接。",
    "人民路{n}号的饭店油烟直排，窗户都不敢开。",
    "我在{n}路公交站等了一个小时车也没来，想问问怎么回事。",
)
# What stands when a page is ready for work, and its kind of file by the name a server gives it.
READY = {DESK: ".intake textarea", LIST: "tr.row"}
WEIGHT = """() => performance.getEntriesByType('resource')
  .filter(each => /\\.(js|css)(\\?|$)/.test(each.name))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
# The clock starts with the click itself and ends with the first frame that shows the other page.
CHANGE = """([from, path, ready]) => new Promise((done, failed) => {
  const link = document.querySelector(`a[href="${path}"]`)
  if (!link) return failed(new Error(`no link to ${path} at ${from}`))
  const began = performance.now()
  link.click()
  const look = () => document.querySelector(ready) && location.pathname === path
    ? requestAnimationFrame(() => done(performance.now() - began))
    : performance.now() - began > 10000 ? failed(new Error(`${path} did not come`)) : requestAnimationFrame(look)
  look()
})"""
# The moments at which the suggestions on the page change; the last of them counts.
WATCH = """() => { window.__shown = []; new MutationObserver(() => window.__shown.push(performance.now()))
  .observe(document.querySelector('.insight'), { subtree: true, childList: true, characterData: true }) }"""


class Writers(Crowd):
    """Agents who write, as the server sees them: the words so far are sent for analysis whenever a writer pauses."""

    def __init__(self, site: Site, number: int) -> None:
        agents = [one for one in site.people if "agent" in one.roles]
        super().__init__(site, [agents[n % len(agents)] for n in range(number)])

    def work(self, number: int, who: Colleague) -> None:
        chance = random.Random(number)
        while not self.rests(chance.uniform(*SEES_A_PAUSE)):
            words = chance.choice(SAID).format(n=chance.randint(1, 199))
            for share in (0.3, 0.6, 1.0):
                text = words[: int(len(words) * share)]
                body = {"text": text, "channel": "phone", "phone": "", "category": None, "urgency": ""}
                self.ask("analyse", "POST", "/dispatch/analyse", who, body)
                if self.rests(chance.uniform(*SEES_A_PAUSE)):
                    return
            self.ask("list", "GET", "/orders?limit=100", who)


def run() -> Result:
    chromium = os.environ.get("HUYING_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not WEBAPP.exists() or chromium is None:
        raise RuntimeError("desk_load needs the built pages (make web) and Chromium (scripts/install-system-packages)")
    desks = int(os.environ.get("HUYING_DESKS", DESKS))
    with Site(SQLITE, days=20) as site, sync_playwright() as playwright:
        site.serve()
        site.work()
        site.await_quiet()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        loads = [_load(browser, site) for _ in range(LOADS + 1)][1:]  # the first one warms the server
        writers = Writers(site, desks - 1)
        with writers.at_work():
            page = _open(browser, site)
            changes = _changes(page)
            waits = _suggestions(page)
        browser.close()
    analyses = [seconds for _, seconds in writers.taken["analyse"]]
    figures = {
        "desks": desks,
        "first_load_kb": round(max(weight for weight, _ in loads) / 1000, 1),
        "interactive_ms": round(statistics.median(ready for _, ready in loads)),
        "page_change_ms": round(statistics.median(changes)),
        "page_change_p95_ms": p95_ms([each / 1000 for each in changes]),
        "suggest_p50_ms": round(statistics.median(waits)),
        "suggest_p95_ms": p95_ms([each / 1000 for each in waits]),
        "analyses": len(analyses),
        "analyse_p95_ms": p95_ms(analyses),
    }
    missed = [f"{name} is {figures[name]}, more than {most:g}" for name, most in MOST.items() if figures[name] > most]
    return Result(figures, failed=(*missed, *writers.errors[:5]))


def _open(browser: Browser, site: Site) -> Page:
    """A browser without cache in which an agent is logged in, at the desk."""
    who = site.colleague("agent")
    assert who is not None, "the demo has an agent"
    url = f"http://127.0.0.1:{site.port}"
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": who.cookie, "url": url}])
    context.add_init_script("localStorage.setItem('huying.first-walk', 'off')")  # nobody is new at this desk
    page = context.new_page()
    page.goto(url + DESK, wait_until="commit")
    page.locator(READY[DESK]).first.wait_for(timeout=60_000)
    return page


def _load(browser: Browser, site: Site) -> tuple[float, float]:
    """Bytes of script and style as sent until the desk is at rest, and the milliseconds until the cursor can be set."""
    page = _open(browser, site)
    page.locator(READY[DESK]).first.focus()
    ready = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    weight = page.evaluate(WEIGHT)
    page.context.close()
    return weight, ready


def _changes(page: Page) -> list[float]:
    """Milliseconds of each change to the list of orders and back, after each page was seen once."""
    taken = []
    for _ in range(CHANGES + 1):
        for here, there in ((DESK, LIST), (LIST, DESK)):
            taken.append(page.evaluate(CHANGE, [here, there, READY[there]]))
            page.wait_for_timeout(300)
    return taken[2:]


def _suggestions(page: Page) -> list[float]:
    """Milliseconds from the last key of a sentence to the last change that its suggestions make on the page."""
    page.evaluate(WATCH)
    field = page.locator(READY[DESK]).first
    waits = []
    for number in range(SENTENCES):
        words = SAID[number % len(SAID)].format(n=number + 3)
        field.fill("")
        page.wait_for_timeout(600)
        field.press_sequentially(words[:-8], delay=5)  # the hand is at work; the clock runs from its last key
        page.wait_for_timeout(500)
        field.press_sequentially(words[-8:], delay=KEY_MS)
        last_key = page.evaluate("performance.now()")
        page.wait_for_timeout(1500)
        shown = [at for at in page.evaluate("window.__shown.splice(0)") if at > last_key]
        if shown:
            waits.append(shown[-1] - last_key)
    assert len(waits) > SENTENCES // 2, "the desk offers no suggestions"
    return waits
