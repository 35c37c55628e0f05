"""A day of the three administrators: somebody begins, a unit is renamed, a limit changes, a token is given and taken."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Centre
from tests.browser.desk import PATIENCE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
Sitting = Callable[[str], Desk]


@pytest.fixture(scope="module")
def at(browser: Browser, centre: Centre) -> Iterator[Sitting]:
    """``at("system_admin1")``: logged in once for the whole day, since each code of the telephone opens only once."""
    desks: dict[str, Desk] = {}

    def sit(username: str) -> Desk:
        if username not in desks:
            desks[username] = Desk(browser, centre.url)
            if username:
                desks[username].log_in(username, centre.password, centre.code(username))
        return desks[username]

    yield sit
    complaints = [line for desk in desks.values() for line in desk.complaints]
    for desk in desks.values():
        desk.leave()
    assert complaints == []


def dialog(desk: Desk, name: str) -> Locator:
    found = desk.page.get_by_role("dialog", name=name)
    expect(found).to_be_visible(timeout=PATIENCE)
    return found


def ask(desk: Desk, button: str, fields: dict[str, object], *, within: Locator | None = None) -> None:
    """Press a button of the page or drawer, fill the form that opens, and carry it out."""
    (within or desk.page.locator("main")).get_by_role("button", name=button, exact=True).first.click()
    form = desk.page.locator(".el-dialog:visible").last
    for label, value in fields.items():
        desk.fill(form.get_by_role("group", name=label, exact=True), value)
    form.locator("footer button").last.click()
    expect(form).to_be_hidden(timeout=PATIENCE)


def find(desk: Desk, path: str, search: str, words: str) -> Locator:
    desk.visit(path).page.get_by_role("textbox", name=search).fill(words)
    row = desk.page.locator("tr.opens").filter(has_text=words).first
    expect(row).to_be_visible(timeout=PATIENCE)
    return row


def test_somebody_begins_and_leaves(at: Sitting) -> None:
    """The account is made by one administrator, the role given by another; neither can do the other's part."""
    system, security = at("system_admin1"), at("security_admin1")
    page = system.visit("/system/people").page
    page.get_by_role("button", name="新增账号").click()
    form = dialog(system, "新增账号")
    form.get_by_label("姓名").fill("试用坐席")
    form.get_by_label("登录名").fill("probation1")
    form.get_by_role("button", name="建立账号").click()
    secret = page.locator("[data-secret]")
    expect(secret).not_to_be_empty(timeout=PATIENCE)
    first_password = secret.inner_text()
    page.get_by_role("button", name="已经记下").click()
    expect(secret).to_be_hidden()

    find(security, "/system/people", "姓名、工号、登录名", "probation1").click()
    drawer = dialog(security, "试用坐席")
    drawer.locator("label.el-checkbox", has_text="坐席").first.click()
    drawer.get_by_role("button", name="保存角色").click()
    expect(security.page.get_by_text("角色已改")).to_be_visible(timeout=PATIENCE)
    assert drawer.get_by_role("button", name="停用账号").count() == 0
    security.is_accessible(".el-drawer")

    find(system, "/system/people", "姓名、工号、登录名", "probation1").click()
    drawer = dialog(system, "试用坐席")
    assert drawer.get_by_role("button", name="保存角色").count() == 0
    ask(system, "停用账号", {"原因": "试用结束"}, within=drawer)
    expect(page.get_by_text("账号已停用").first).to_be_visible(timeout=PATIENCE)

    gone = at("").expecting(401)
    gone.visit("/login").page.get_by_label("账号").fill("probation1")
    gone.page.get_by_label("密码").fill(first_password)
    gone.page.get_by_role("button", name="登录").click()
    expect(gone.page.get_by_role("alert")).to_be_visible(timeout=PATIENCE)


def test_a_unit_is_renamed_and_still_answers_to_its_old_name(at: Sitting) -> None:
    desk = at("system_admin1")
    ask(desk.visit("/system/units"), "新增单位", {"单位名称": "市临时筹备处", "类型": "职能部门"})
    find(desk, "/system/units", "名称、别名、拼音", "市临时筹备处").click()
    drawer = dialog(desk, "市临时筹备处")
    ask(desk, "更名", {"新名称": "市数据资源局", "依据": "机构改革方案"}, within=drawer)

    row = find(desk, "/system/units", "名称、别名、拼音", "市数据资源局")
    expect(row).to_contain_text("市临时筹备处", timeout=PATIENCE)
    row.click()
    expect(dialog(desk, "市数据资源局")).to_contain_text("原名“市临时筹备处”", timeout=PATIENCE)
    desk.is_accessible(".el-drawer")


def test_a_limit_is_set_for_later_and_taken_back(at: Sitting) -> None:
    desk = at("system_admin1")
    page = desk.visit("/system/limits").page
    page.get_by_role("button", name="定一条时限").click()
    form = dialog(desk, "定一条时限")
    form.get_by_label("事项代码开头").fill("0901")
    day = (date.today() + timedelta(days=40)).isoformat()  # noqa: DTZ011, TID251  (the served centre lives in real time)
    form.get_by_label("生效日期").fill(day)
    form.get_by_label("生效日期").press("Enter")
    form.get_by_role("button", name="保存").click()
    line = page.get_by_role("row").filter(has_text="0901")
    expect(line).to_contain_text("未生效", timeout=PATIENCE)
    line.get_by_role("button", name="撤回").click()
    dialog(desk, "撤回这一条").locator("footer button").last.click()
    expect(line).to_be_hidden(timeout=PATIENCE)


def test_a_token_is_shown_once_and_ends_at_once(at: Sitting) -> None:
    desk = at("security_admin1")
    page = desk.visit("/system/tokens").page
    page.get_by_role("button", name="发放令牌").click()
    form = dialog(desk, "发放令牌")
    desk.pick(form.locator("label", has_text="账号"), "接口账号")
    form.get_by_label("用途").fill("试用对接")
    form.get_by_role("button", name="发放").click()
    secret = page.locator("[data-secret]")
    expect(secret).to_contain_text("hy_", timeout=PATIENCE)
    token = secret.inner_text()
    page.get_by_role("button", name="已经记下").click()
    asked = f"{desk.url}/api/v1/orders/states"
    bearer = {"Authorization": f"Bearer {token}"}
    outside = at("")
    assert outside.context.request.get(asked, headers=bearer).status == 200

    page.get_by_role("row").filter(has_text="试用对接").get_by_role("button", name="停用").click()
    dialog(desk, "停用令牌").locator("footer button").last.click()
    expect(page.get_by_text("令牌已停用").first).to_be_visible(timeout=PATIENCE)
    assert outside.context.request.get(asked, headers=bearer).status == 401


def test_the_chain_is_checked_and_the_rename_found(at: Sitting) -> None:
    desk = at("audit_admin1")
    page = desk.visit("/system/audit").page
    page.get_by_role("button", name="核对封印").click()
    expect(page.get_by_text("封印完好")).to_be_visible(timeout=60_000)
    page.get_by_role("textbox", name="动作代码，如 order.dispatch").fill("audit.")
    expect(page.get_by_role("cell", name="核对封印", exact=True).first).to_be_visible(timeout=PATIENCE)
    desk.is_accessible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_system_are_accessible(at: Sitting, scheme: Literal["light", "dark"]) -> None:
    desk = at("system_admin1")
    desk.page.emulate_media(color_scheme=scheme)
    pages = ("people", "units", "roles", "categories", "responsibilities", "limits", "policies", "calendar", "webhooks")
    for path in (*(f"/system/{name}" for name in pages), "/help/administrators"):
        desk.visit(path).is_accessible()


def test_a_newcomer_is_walked_through_the_desk_once(browser: Browser, centre: Centre) -> None:
    """The walk begins by itself, ends with Esc or its last step, and does not come again; F1 opens the right chapter."""
    desk = Desk(browser, centre.url, walk=True)
    desk.log_in("model_manager1", centre.password)
    desk.visit("/system/automation")
    card = desk.page.get_by_role("dialog", name="欢迎使用呼应")
    expect(card).to_be_visible(timeout=PATIENCE)
    desk.is_accessible(".walk__card")
    card.get_by_role("button", name="下一步").click()
    with desk.page.expect_response(lambda reply: "first-walk" in reply.url and reply.request.method == "PUT"):
        desk.page.keyboard.press("Escape")
    expect(desk.page.locator(".walk")).to_be_hidden()
    with desk.page.expect_response(lambda reply: "first-walk" in reply.url):
        desk.visit("/system/automation")
    desk.page.wait_for_timeout(300)
    expect(desk.page.locator(".walk")).to_be_hidden()

    with desk.context.expect_page() as opened:
        desk.page.keyboard.press("F1")
    expect(opened.value.get_by_role("heading", name="派单规则与自动派单", level=1)).to_be_visible(timeout=PATIENCE)
    assert desk.complaints == []
    desk.leave()
