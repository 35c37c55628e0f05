"""A dispatcher's day: the queue by keyboard, a decision taken back, two orders word by word, Ctrl-K, columns, the export."""

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.desk import PATIENCE

pytestmark = pytest.mark.browser


def settle(desk) -> None:
    """Whoever is new is walked through the desk first; a dispatcher of this test is not."""
    skip = desk.page.get_by_role("button", name="跳过")
    desk.page.wait_for_load_state("networkidle")
    if skip.count():
        skip.first.click()


def test_the_queue_is_worked_by_keyboard_and_a_decision_can_be_taken_back(sit_down):
    desk = sit_down("dispatcher1").visit("/dispatch")
    page = desk.page
    expect(page.locator(".queue .row.on, .empty").first).to_be_visible(timeout=PATIENCE)
    settle(desk)
    expect(page.locator(".bench__units .unit").first).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("1")
    expect(page.get_by_text("派往").first).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.locator(".row.done")).to_have_count(0, timeout=PATIENCE)

    page.keyboard.press("x")
    expect(page.get_by_role("toolbar")).to_contain_text("已选 1 件")
    page.get_by_role("button", name="按首选派出").click()
    expect(page.get_by_role("dialog")).to_contain_text("→")
    desk.picture("dispatch-bulk", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.get_by_role("button", name="取消选择").click()
    desk.picture("dispatch-desk", whole=False)

    page.get_by_role("button", name=re.compile("^退单待审")).click()
    expect(page.locator(".dispute, .empty").first).to_be_visible(timeout=PATIENCE)
    if page.locator(".dispute").count():
        expect(page.locator(".dispute")).to_contain_text("申请退单")
        expect(page.get_by_role("button", name=re.compile("维持派单"))).to_be_visible()
    desk.picture("dispatch-dispute", whole=False)


def test_one_field_finds_orders_pages_and_units(sit_down):
    desk = sit_down("dispatcher1").visit("/orders")
    page = desk.page
    expect(page.locator("tr.row").first).to_be_visible(timeout=PATIENCE)
    settle(desk)
    number = page.locator("tr.row .what__under .num").first.inner_text()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="查找")
    expect(field).to_be_focused(timeout=PATIENCE)
    page.keyboard.type(number)
    expect(page.locator(".found [role=option]").first).to_contain_text(number, timeout=PATIENCE)
    desk.picture("search", whole=False)
    page.keyboard.press("Enter")
    expect(page.locator(".head__marks")).to_contain_text(number, timeout=PATIENCE)
    with page.expect_download() as paper:
        page.get_by_text("办理单", exact=True).click()
    assert paper.value.suggested_filename == f"{number}.docx"
    page.get_by_role("button", name="修改记录").click()
    # Orders of the demo were brought in as a batch: the log knows changes of those that were worked on since.
    expect(page.locator(".versions li").or_(page.get_by_text("没有逐项的修改记录")).first).to_be_visible(
        timeout=PATIENCE
    )
    desk.picture("order-detail")


def test_a_list_reads_on_while_scrolling_keeps_the_choice_and_is_exported_as_shown(sit_down):
    desk = sit_down("dispatcher1").visit("/orders?sort=newest")
    page = desk.page
    expect(page.locator("tr.row").first).to_be_visible(timeout=PATIENCE)
    settle(desk)
    page.get_by_role("button", name="选择列").click()
    page.get_by_role("list", name="显示的列").get_by_text("承诺时间", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="承诺时间")).to_be_visible()
    page.reload()
    expect(page.get_by_role("columnheader", name="承诺时间")).to_be_visible(timeout=PATIENCE)

    expect(page.locator("tr.row").first).to_be_visible(timeout=PATIENCE)
    drawn = page.locator("tr.row").count()
    page.locator(".box").first.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(page.locator(".foot")).to_contain_text("已显示 200", timeout=PATIENCE)
    assert page.locator("tr.row").count() <= drawn + 30, "only rows in sight are drawn"

    desk.visit("/orders?state=to_dispatch,consulting,in_hand")
    expect(page.locator("tr.row").first).to_be_visible(timeout=PATIENCE)
    with page.expect_download(timeout=60_000) as table:
        page.get_by_role("button", name="导出").click()
    head = next(load_workbook(io.BytesIO(table.value.path().read_bytes())).active.iter_rows(values_only=True))
    assert "承诺时间" in head
    assert "诉求人" not in head
    desk.picture("list", whole=False)
    desk.is_accessible()
