"""What goes wrong while somebody writes: a clear message in place, and nothing typed is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_agent_day import begin, filed_number, write_down
from tests.browser.test_unit_day import ask, given

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Sitting = Callable[..., Desk]
MOST = 10_000
FAMILY = "👨‍👩‍👧"  # one sign to the reader, five to a machine
COPY = """async ([html, text]) => navigator.clipboard.write([new ClipboardItem({
  'text/html': new Blob([html], {type: 'text/html'}), 'text/plain': new Blob([text], {type: 'text/plain'})})])"""
FILL = """() => { let size = 200000, n = 0
  while (size) { try { localStorage.setItem(`other.${n++}`, 'x'.repeat(size)) } catch { size = Math.floor(size / 2) } } }"""


def test_what_is_pasted_is_plain_text_and_ten_thousand_signs_are_filed(sit_down: Sitting) -> None:
    desk = sit_down("agent1")
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = begin(desk)
    words = page.get_by_label("诉求人原话")
    words.focus()
    page.evaluate(COPY, ["<b>路灯</b>&nbsp;不亮<img src=x>", f"路灯\u00a0不亮\r\n\r\n\r\n三天了\u200b{FAMILY}"])
    page.keyboard.press("Control+v")
    expect(words).to_have_value(f"路灯 不亮\n\n三天了{FAMILY}")

    page.keyboard.insert_text("灯" * (MOST - len(words.input_value().encode("utf-16-le")) // 2 + 1))
    expect(page.get_by_text("超出 1 字")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="10000")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+Enter")
    number = filed_number(page)
    page.locator(".filed a").click()
    expect(page.locator("article.order")).to_contain_text(f"三天了{FAMILY}", timeout=PATIENCE)
    expect(page.locator(".head__marks")).to_contain_text(number)


def test_a_photo_of_fifty_megabytes_is_refused_before_it_travels(sit_down: Sitting, tmp_path: Path) -> None:
    order = given(sit_down, "东湖路口夜市占道经营，油烟很大，请处理。")
    desk = sit_down("chengguan_clerk", width=390)
    part = ask(desk, "GET", f"/orders/{order}")["assignments"][-1]
    signed = ask(desk, "POST", f"/assignments/{part['id']}/actions/sign", {"version": part["version"], "values": {}})
    assert signed["assignments"][-1]["state"] == "handling"
    large = tmp_path / "现场.jpg"
    large.write_bytes(b"\xff\xd8\xff\xe0" + bytes(50 * 1024 * 1024))
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url) if "attachments" in request.url else None)
    page = desk.visit(f"/unit/{order}/{part['id']}").page
    page.get_by_label("添加办理后照片").set_input_files(large)
    expect(page.get_by_role("alert").filter(has_text="50 MB，最大 12 MB")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("选择附件").set_input_files(large)
    expect(page.get_by_role("alert").filter(has_text="单个文件最大 12 MB")).to_be_visible(timeout=PATIENCE)
    assert sent == []
    desk.picture("承办任务-照片太大-390-浅", whole=False)


def test_a_role_taken_away_while_writing_is_told_in_place(sit_down: Sitting) -> None:
    desk = sit_down("agent1").expecting(403)
    page = begin(desk)
    words = "河西路路灯坏了三天，晚上看不清路，请派人来修。"
    write_down(page, "13911116666", words)
    keeper = sit_down("security_admin1")
    person = next(row for row in ask(keeper, "GET", "/org/people?words=agent1")["items"] if row["username"] == "agent1")
    path = f"/org/people/{person['id']}/roles"
    changed = ask(keeper, "PUT", path, {"roles": ["analyst"], "version": person["version"]})
    try:
        page.keyboard.press("Control+Enter")
        told = page.locator(".intake__refusal")
        expect(told).to_contain_text("坐席", timeout=PATIENCE)  # who may do this
        expect(told).to_contain_text("内容已保存在本机")
        expect(page.get_by_label("诉求人原话")).to_have_value(words)
        expect(page.get_by_role("navigation", name="主菜单")).not_to_contain_text("受理台", timeout=PATIENCE)
        desk.picture("受理台-角色被收回-1280-浅", whole=False)
    finally:
        ask(keeper, "PUT", path, {"roles": ["agent"], "version": changed["version"]})
    page.keyboard.press("Control+Enter")
    filed_number(page)


def test_a_browser_that_keeps_nothing_more_says_so_and_still_files(sit_down: Sitting) -> None:
    desk = sit_down("agent1")
    page = begin(desk)
    page.evaluate(FILL)
    write_down(page, "13911117777", "翡翠园小区从昨晚起停水，物业电话没人接，请核实。")
    expect(page.get_by_role("alert").filter(has_text="本机存不下了")).to_be_visible(timeout=PATIENCE)
    desk.picture("受理台-本机存满-1280-浅", whole=False)
    page.keyboard.press("Control+Enter")
    filed_number(page)
