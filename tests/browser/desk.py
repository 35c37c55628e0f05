"""What a person does at a screen: log in, open an order, choose an action and fill its form, look at the timeline."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.browser.accessibility import assert_accessible

PICTURES = Path(__file__).parents[2] / "var/screenshots"
PATIENCE = 20_000  # ms: two cores also run the server


class Desk:
    """One person's browser. ``complaints`` gathers console errors and refused requests that nobody expected.

    ``walk``: the first walk begins by itself, as for a newcomer.
    """

    def __init__(
        self, browser: Browser, url: str, *, width: int = 1280, dark: bool = False, walk: bool = False
    ) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        self.context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            is_mobile=width < 600,
            has_touch=width < 600,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        if not walk:
            self.context.add_init_script("localStorage.setItem('huying.first-walk', 'off')")
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _answered(self, reply: Response) -> None:
        if reply.status >= 400 and reply.status not in self.expected:
            self.complaints.append(f"{reply.status} {reply.request.method} {reply.url.removeprefix(self.url)}")

    def leave(self) -> None:
        self.context.close()

    def expecting(self, *statuses: int) -> Self:
        """Refusals with these statuses are what the test is about."""
        self.expected.update(statuses)
        return self

    def log_in(self, username: str, password: str, code: str = "") -> None:
        self.page.goto(f"{self.url}/login")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(password)
        if code:
            self.expecting(401)  # the page learns from the refusal that a code is wanted
            self.page.get_by_role("button", name="登录").click()
            self.page.get_by_label("动态口令").fill(code)
            self.expected.discard(401)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.locator(".account__who")).to_be_visible(timeout=PATIENCE)

    def visit(self, path: str) -> Self:
        self.page.goto(self.url + path)
        return self

    def open_order(self, order_id: str) -> Self:
        self.visit(f"/orders/{order_id}")
        expect(self.page.locator("article.order")).to_be_visible(timeout=PATIENCE)
        return self

    def sees_state(self, word: str) -> Self:
        expect(self.page.locator(".head__marks > :first-child")).to_have_text(word, timeout=PATIENCE)
        return self

    def part(self, unit: str, which: int = -1) -> Locator:
        """The newest part of a unit in the order."""
        found = self.page.locator(".node").filter(has_text=unit)
        return found.last if which == -1 else found.nth(which)

    def act(self, label: str, fields: dict[str, Any] | None = None, *, unit: str = "") -> Self:
        """Choose an action of the order (or of a unit's part), fill its form by the labels, and carry it out."""
        bar = self.part(unit) if unit else self.page.locator(".head__actions")
        button = bar.get_by_role("button", name=label, exact=True)
        expect(bar.get_by_role("button").first).to_be_visible(timeout=PATIENCE)
        if button.count():
            button.click()
        else:
            bar.get_by_role("button", name="更多").click()
            self.page.get_by_role("menuitem", name=label, exact=True).click()
        if fields is not None:
            form = self.page.get_by_role("dialog")
            expect(form).to_be_visible(timeout=PATIENCE)
            for name, value in fields.items():
                self.fill(form.get_by_role("group", name=name, exact=True), value)
            form.locator("footer button").last.click()
            expect(form).to_be_hidden(timeout=PATIENCE)
        expect(self.page.get_by_text(f"{label}：已办").last).to_be_visible(timeout=PATIENCE)
        return self

    def fill(self, field: Locator, value: Any) -> None:
        """Fill one field of a form by its kind, as a person would."""
        if isinstance(value, bool):
            field.get_by_text("是" if value else "否", exact=True).click()
        elif isinstance(value, date | int):
            field.locator("input").fill(str(value))
            field.locator("input").press("Enter" if isinstance(value, date) else "Tab")
        elif field.locator(".el-select").count():
            self.pick(field, value)
        elif field.get_by_role("radio").count():
            field.get_by_text(value, exact=True).click()
        else:
            field.locator("input, textarea").first.fill(value)

    def pick(self, field: Locator, words: str) -> None:
        field.locator("input").first.click()
        field.locator("input").first.fill(words)
        option = self.page.locator(".el-select-dropdown__item:visible").filter(has_text=words).first
        option.click(timeout=PATIENCE)

    def timeline(self) -> list[str]:
        """The headings of the timeline, the oldest first."""
        self.page.reload()
        lines = self.page.locator(".order__time .entry strong")
        expect(lines.first).to_be_visible(timeout=PATIENCE)
        return [re.sub(r"\s+", " ", text).strip() for text in lines.all_inner_texts()][::-1]

    def is_accessible(self, scope: str = "") -> Self:
        """axe finds nothing serious or critical on the page as it stands (``scope``: in this part of it)."""
        self.page.wait_for_load_state("networkidle")
        assert_accessible(self.page, scope)
        return self

    def picture(self, name: str, *, whole: bool = True) -> Self:
        """Keep what is seen now, to be looked at: ``var/screenshots/<name>.png``."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=whole, animations="disabled")
        return self
