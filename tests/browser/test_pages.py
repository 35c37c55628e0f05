"""Every page as somebody sees it first: it opens without a complaint, in light and dark, wide and narrow."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Centre
from tests.browser.desk import PATIENCE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SYSTEM = ("people", "units", "categories", "places", "calendar", "notices")


def opened(browser: Browser, centre: Centre, username: str, **look: object) -> Desk:
    desk = Desk(browser, centre.url, **look)  # type: ignore[arg-type]
    code = centre.code(username) if username == "system_admin1" else ""
    if username:
        desk.log_in(username, centre.password, code)
    return desk


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)])
def test_the_desks(browser: Browser, centre: Centre, width: int, dark: bool) -> None:
    look = f"{width}-{'深' if dark else '浅'}"
    desk = opened(browser, centre, "dispatcher1", width=width, dark=dark)
    desk.visit("/orders")
    expect(desk.page.locator("tr.row").first).to_be_visible(timeout=PATIENCE)
    desk.picture(f"工单列表-{look}", whole=False)
    desk.page.locator("tr.row").nth(1).click()
    expect(desk.page.locator("article.order")).to_be_visible(timeout=PATIENCE)
    desk.picture(f"工单详情-{look}")
    desk.visit("/orders?state=to_dispatch")
    desk.page.locator("tr.row").first.click()
    desk.page.get_by_role("button", name="派单", exact=True).click()
    expect(desk.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    desk.picture(f"派单-{look}", whole=False)
    assert desk.complaints == []
    desk.leave()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True)])
def test_the_administrators_pages(browser: Browser, centre: Centre, width: int, dark: bool) -> None:
    """With a password and the code of the second factor."""
    desk = opened(browser, centre, "system_admin1", width=width, dark=dark)
    for name in SYSTEM:
        desk.visit(f"/system/{name}")
        expect(desk.page.locator("main")).not_to_be_empty(timeout=PATIENCE)
        desk.picture(f"系统-{name}-{width}-{'深' if dark else '浅'}", whole=False)
        assert "/system/" in desk.page.url
    assert desk.complaints == []
    desk.leave()


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_without_login(browser: Browser, centre: Centre, dark: bool) -> None:
    desk = opened(browser, centre, "", width=390, dark=dark)
    for path, name in (("/login", "登录"), ("/q", "查询"), ("/nowhere", "没有这一页")):
        desk.visit(path).picture(f"{name}-390-{'深' if dark else '浅'}")
    assert desk.complaints == []
    desk.leave()


def test_a_wrong_password_is_told_in_words(browser: Browser, centre: Centre) -> None:
    desk = Desk(browser, centre.url).expecting(401)
    desk.visit("/login").page.get_by_label("账号").fill("agent2")
    desk.page.get_by_label("密码").fill("wrong-password")
    desk.page.get_by_role("button", name="登录").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("密码", timeout=PATIENCE)
    assert desk.complaints == []
    desk.leave()


def test_words_are_never_markup(browser: Browser, centre: Centre) -> None:
    """Script in a citizen's words stands on the page as text and does nothing."""
    desk = opened(browser, centre, "agent1")
    page = desk.visit("/contacts/new").page
    page.get_by_label("来电号码").fill("13912340000")
    page.get_by_label("诉求人原话").fill(
        "<img src=x onerror=\"document.title='hacked'\"><script>alert(1)</script> 路灯坏了"
    )
    page.get_by_role("button", name="提交").click()
    page.locator(".filed a").click()
    expect(page.locator("article.order")).to_contain_text("<script>alert(1)</script>", timeout=PATIENCE)
    assert page.title() != "hacked"
    assert page.locator("article.order img").count() == 0
    assert desk.complaints == []
    desk.leave()


def test_the_pages_of_dispatching(browser: Browser, centre: Centre) -> None:
    desk = opened(browser, centre, "model_manager1")
    for name in ("rules", "automation"):
        desk.visit(f"/system/{name}").picture(f"系统-{name}-1280-浅", whole=False)
        assert f"/system/{name}" in desk.page.url
    assert desk.complaints == []
    desk.leave()
