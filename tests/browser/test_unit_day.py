"""A unit's day on the telephone, and what follows at the desks of the centre: audit, visit, judgement, supervision."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import expect

from tests.browser.desk import PATIENCE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
UNIT = "市综合行政执法局"
SitDown = Callable[..., Desk]
ASK = """async ([method, path, body]) => {
  const session = await (await fetch('/api/v1/session')).json()
  const headers = {'Content-Type': 'application/json', 'X-CSRFToken': session.csrf}
  const answer = await fetch('/api/v1' + path, {method, headers, body: body ? JSON.stringify(body) : undefined})
  return answer.json()
}"""


def ask(desk: Desk, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The API as this person's page speaks to it, for what the test is not about."""
    return desk.page.evaluate(ASK, [method, path, body])


def at_work(sit_down: SitDown, username: str, **look: Any) -> Desk:
    """Somebody who has been shown around before."""
    desk = sit_down(username, **look)
    ask(desk, "PUT", "/org/pages/first-walk", {"document": {"seen": True}})
    return desk


def given(sit_down: SitDown, words: str) -> str:
    """An order that lies with the unit, to be signed; wherever the machine may have sent it first."""
    filed = ask(at_work(sit_down, "agent1"), "POST", "/contacts/orders", {"text": words, "phone": "13912340000"})
    dispatcher = at_work(sit_down, "dispatcher1")
    unit = next(
        row for row in ask(dispatcher, "GET", f"/org/units?words={UNIT}&limit=10")["items"] if row["name"] == UNIT
    )
    order = ask(dispatcher, "GET", f"/orders/{filed['id']}")
    if (order["lead_unit"] or {}).get("id") != unit["id"]:
        action = "dispatch" if order["state"] == "to_dispatch" else "reassign"
        values = {"unit": unit["id"]} | ({"reason": "属地"} if action == "reassign" else {})
        ask(dispatcher, "POST", f"/orders/{filed['id']}/actions/{action}", {"values": values})
    return filed["id"]


def photo() -> dict[str, Any]:
    """As a telephone held upright takes it: lying on its side, with its time inside."""
    picture = Image.new("RGB", (3000, 1500), "seagreen")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2025:06:16 10:30:00"
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def told(desk: Desk, words: str) -> None:
    expect(desk.page.get_by_text(words).last).to_be_visible(timeout=PATIENCE)


def test_a_units_day_on_the_telephone_and_what_follows_at_the_centre(sit_down: SitDown) -> None:
    first = given(sit_down, "东湖路口夜市占道经营，油烟很大，昨晚十点还在摆，请尽快处理。")
    given(sit_down, "公园北门有人乱停车堵住消防通道，已经三天了。")
    clerk = at_work(sit_down, "chengguan_clerk", width=390)
    page = clerk.visit("/unit?tab=sign").page

    page.get_by_role("button", name="批量签收").click()
    boxes = page.get_by_role("checkbox", name="选择 ")
    expect(boxes.nth(1)).to_be_visible(timeout=PATIENCE)
    page.locator(".bulk").get_by_text("全选").click()
    clerk.picture("承办台-批量签收-390-浅", whole=False)
    page.get_by_role("button", name="签收", exact=False).last.click()
    told(clerk, "已签收")

    part = ask(clerk, "GET", f"/orders/{first}")["assignments"][-1]["id"]
    clerk.visit(f"/unit/{first}/{part}")
    page.get_by_role("button", name="联系", exact=False).last.click()
    sheet = page.get_by_role("dialog", name="联系群众")
    sheet.get_by_role("button", name="由热线接通").click()
    expect(sheet.get_by_text("请拨打 12345")).to_be_visible(timeout=PATIENCE)
    sheet.get_by_role("radio", name="接通了").click()
    sheet.get_by_role("button", name="已约定现场查看时间。").click()
    clerk.picture("承办台-联系群众-390-浅", whole=False)
    sheet.get_by_role("button", name="登记联系").click()
    told(clerk, "登记联系：已办")
    expect(page.get_by_text("经中继联系群众")).to_be_visible(timeout=PATIENCE)

    page.get_by_label("添加办理后照片").set_input_files(photo())
    kept = page.get_by_role("img", name="办理后，")
    expect(kept).to_have_count(1, timeout=PATIENCE)
    kept.scroll_into_view_if_needed()
    assert kept.evaluate("async (image) => { await image.decode(); return image.naturalHeight > image.naturalWidth }")
    assert ask(clerk, "GET", f"/orders/{first}")["attachments"][0]["taken_at"].startswith("2025-06-16T02:30:00")

    page.get_by_role("button", name="办结答复").click()
    sheet = page.get_by_role("dialog", name="办结答复")
    sheet.get_by_text("已解决", exact=True).click()
    sheet.get_by_role("button", name="已办好").click()
    expect(sheet.get_by_text("处没填")).to_be_visible()
    words = "夜市已劝离，油烟摊点已暂扣设备，每晚八点到十一点安排巡查。"
    sheet.locator("textarea").fill(words)
    clerk.picture("承办台-办结答复-390-浅", whole=False)
    page.wait_for_timeout(1000)  # a draft is kept within a second
    page.reload()
    page.get_by_role("button", name="办结答复").click()
    sheet = page.get_by_role("dialog", name="办结答复")
    expect(sheet.locator("textarea")).to_have_value(words, timeout=PATIENCE)
    sheet.get_by_role("button", name="送审签").click()
    told(clerk, "办结送审签：已办")

    leader = at_work(sit_down, "chengguan_leader", width=390)
    leader.visit(f"/unit/{first}/{part}").page.get_by_role("button", name="审签同意").click()
    told(leader, "审签同意：已办")

    auditor = at_work(sit_down, "auditor1")
    row = auditor.visit("/queue/audit").page.locator("tr.row").filter(has_text="东湖路口").first
    row.click()
    expect(auditor.page.locator("article.pane")).to_contain_text(words, timeout=PATIENCE)
    auditor.picture("办结审核-1280-浅", whole=False)
    auditor.page.keyboard.press("1")
    told(auditor, "审核通过：已办")

    visitor = at_work(sit_down, "visitor1")
    visitor.visit("/queue/visit").page.locator("tr.row").filter(has_text="东湖路口").first.click()
    form = visitor.page.get_by_role("form", name="登记回访")
    form.get_by_role("button", name="已联系、解决、满意").click()
    visitor.picture("回访台-1280-浅", whole=False)
    form.locator("textarea").press("Control+Enter")
    told(visitor, "登记回访：已办")
    assert ask(visitor, "GET", f"/orders/{first}")["state"] == "closed"


@pytest.mark.parametrize("dark", [False, True])
def test_the_units_pages_can_be_used_by_everybody(sit_down: SitDown, dark: bool) -> None:
    """No serious finding of axe, on the telephone and at the desk."""
    look = "深" if dark else "浅"
    desk = at_work(sit_down, "chengguan_clerk", width=390, dark=dark)
    task = desk.visit("/unit").page.locator(".task__body").first
    expect(task).to_be_visible(timeout=PATIENCE)
    desk.picture(f"承办台-390-{look}", whole=False).is_accessible()
    task.click()
    expect(desk.page.locator("article.pane")).to_be_visible(timeout=PATIENCE)
    desk.picture(f"承办任务-390-{look}").is_accessible()
    for kind, who in (("judge", "judge1"), ("supervise", "supervisor1")):
        other = at_work(sit_down, who, dark=dark)
        other.visit(f"/queue/{kind}")
        expect(other.page.locator("tr.row, .empty").first).to_be_visible(timeout=PATIENCE)
        other.picture(f"队列-{kind}-1280-{look}", whole=False).is_accessible()


def test_a_citizen_files_with_a_photo_and_follows_it(sit_down: SitDown) -> None:
    desk = sit_down(width=390)
    page = desk.visit("/file").page
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("请写清楚什么事")).to_be_visible()
    page.get_by_label("什么事").fill("滨河公园步道的路灯连着三盏不亮，晚上看不清路。")
    page.get_by_label("在哪里").fill("滨河公园东门步道")
    page.get_by_label("您的电话").fill("13900001111")
    page.get_by_label("添加照片").set_input_files(photo())
    expect(page.get_by_role("img", name="要上传的照片")).to_be_visible(timeout=PATIENCE)
    desk.picture("市民反映-390-浅").is_accessible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible(timeout=PATIENCE)
    desk.picture("市民反映-已收到-390-浅")
    code = page.locator("dd.code").inner_text()
    page.get_by_role("link", name="查询办理进度").click()
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("路灯")).to_be_visible(timeout=PATIENCE)
    desk.picture("市民查询-390-浅").is_accessible()
