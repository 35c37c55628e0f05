"""What happens elsewhere is seen at once, and nothing moves under the reader's eyes until it is asked for."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_unit_day import ask, given

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Sitting = Callable[..., Desk]
VAGUE = "您好，有件事想反映一下，电话里说不清楚，想请工作人员联系我再详细说。"  # no unit can be told from this


def test_an_urgent_order_is_announced_and_counted_and_waits_for_a_click(sit_down: Sitting) -> None:
    desk = sit_down("dispatcher1", width=1920)
    page = desk.visit("/dispatch").page
    rows = page.locator(".queue .row")
    expect(rows.first.or_(page.locator(".empty"))).to_be_visible(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    shown, chosen = rows.count(), page.locator(".queue .row.on").inner_text()
    before = ask(desk, "GET", "/orders/lists/pressing")["urgent"]

    agent = sit_down("agent1")
    filed = ask(agent, "POST", "/contacts/orders", {"text": VAGUE, "phone": "13912340001", "urgency": "urgent"})
    assert filed["state"] == "to_dispatch"
    news = page.locator("button.news")
    expect(news).to_contain_text("1 条新工单（1 条紧急）", timeout=PATIENCE)
    assert rows.count() == shown
    assert page.locator(".queue .row.on").inner_text() == chosen
    entry = page.get_by_role("link", name=re.compile("^派单台"))
    expect(entry).to_contain_text(f"急件 {before + 1}", timeout=60_000)
    desk.picture("派单台-新到紧急-1920-浅", whole=False)
    news.click()
    expect(rows).to_have_count(shown + 1, timeout=PATIENCE)
    expect(page.locator(".queue .row.on")).to_contain_text(chosen.splitlines()[-1], timeout=PATIENCE)


def test_an_objection_is_announced_at_its_queue_and_shows_both_sides(sit_down: Sitting) -> None:
    order = given(sit_down, "东湖路口有人占道摆摊卖水果，挡住了盲道，请处理。")
    desk = sit_down("dispatcher1")
    page = desk.visit("/dispatch").page
    page.get_by_role("button", name=re.compile("^退单待审")).click()
    page.wait_for_load_state("networkidle")
    clerk = sit_down("chengguan_clerk")
    part = ask(clerk, "GET", f"/orders/{order}")["assignments"][-1]
    values = {"clause": "城管条例第三条", "reason": "盲道由市政部门负责"}
    path = f"/assignments/{part['id']}/actions/object_to_dispatch"
    ask(clerk, "POST", path, {"version": part["version"], "values": values})
    news = page.locator("button.news")
    expect(news).to_contain_text("1 条新工单", timeout=PATIENCE)
    news.click()
    page.locator(".queue .row").filter(has_text="占道摆摊").first.click()
    expect(page.locator(".theirs")).to_contain_text("盲道由市政部门负责", timeout=PATIENCE)
    expect(page.locator(".ours")).to_contain_text("在办", timeout=PATIENCE)  # what the unit carries now
    desk.picture("派单台-退单裁定-1280-浅", whole=False)
    page.keyboard.press("u")
    expect(page.get_by_text("维持派单：").first).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")


def test_who_else_is_writing_is_shown(sit_down: Sitting) -> None:
    order = given(sit_down, "公园北门有人乱停车堵住消防通道，已经两天了。")
    clerk = sit_down("chengguan_clerk")
    part = ask(clerk, "GET", f"/orders/{order}")["assignments"][-1]
    leader = sit_down("chengguan_leader")
    seen = leader.visit(f"/unit/{order}/{part['id']}").page
    page = clerk.visit(f"/unit/{order}/{part['id']}").page
    expect(seen.get_by_text("也在看")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="退单", exact=True).click()
    sheet = page.get_by_role("dialog", name="退单")
    sheet.get_by_label("依据条款").fill("城管条例第三条")
    expect(seen.get_by_text("正在办理这一件")).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(1000)  # a draft is kept within a second
    page.reload()
    page.get_by_role("button", name="退单", exact=True).click()
    expect(sheet.get_by_label("依据条款")).to_have_value("城管条例第三条", timeout=PATIENCE)
