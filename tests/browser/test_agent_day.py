"""An agent's day at the 受理台 without a mouse, and what may go wrong while writing: nothing typed is lost, nothing is filed twice."""

import math
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.desk import PATIENCE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WORDS = "我住在东湖街道滨河社区，楼下夜市烧烤摊占道经营，油烟很大，每天晚上吵到两点，希望尽快处理。"
PHONE = "13911112222"
CUT = 5000  # ms without a network
KEY = 0.2  # seconds between two keys
KEYS_A_SIGN = 2.5  # pinyin by whole words, the choice among readings included
FIELDS = 8  # from the words to the last field, each taken with Tab
Sitting = Callable[..., Desk]


def begin(desk: Desk) -> Page:
    """The desk with the cursor where a call begins: in the number."""
    page = desk.visit("/contacts/new").page
    expect(page.get_by_label("来电号码")).to_be_focused(timeout=PATIENCE)
    expect(page.get_by_role("button", name="班长求助")).to_be_visible(timeout=PATIENCE)  # the head bar hears its keys
    return page


def write_down(page: Page, phone: str, words: str) -> None:
    """Number, Enter, words: as a call goes, by keys alone."""
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    expect(page.get_by_label("诉求人原话")).to_be_focused(timeout=PATIENCE)
    page.keyboard.insert_text(words)
    expect(page.locator(".insight .unit__share").first).to_be_visible(timeout=PATIENCE)


def filed_number(page: Page) -> str:
    note = page.locator(".filed a")
    expect(note).to_be_visible(timeout=PATIENCE)
    return note.inner_text()


def test_a_day_by_keys_alone(sit_down: Sitting) -> None:
    desk = sit_down("agent1")
    page = begin(desk)

    # a new caller: words, a suggestion taken with Tab, submitted
    write_down(page, PHONE, WORDS)
    place = page.get_by_role("group", name="事发地")
    page.get_by_role("textbox", name="事发地").focus()
    expect(place.locator(".suggest__star")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="事发地")).not_to_have_value("")
    expect(place.locator(".suggest__star")).to_have_count(0)
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    first = filed_number(page)
    expect(page.get_by_label("来电号码")).to_be_focused()
    expect(page.locator(".seat__state")).to_have_text(re.compile("话后"))

    # the same number again: what is open stands first, 1 urges it without a new order
    page.keyboard.type(PHONE)
    page.keyboard.press("Enter")
    mine = page.get_by_role("listbox", name="本号码在办")
    expect(mine).to_be_focused(timeout=PATIENCE)
    expect(mine.get_by_role("option")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.get_by_label("诉求人说了什么")).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("三天了还没有人来")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"{first}：已催办，来话已登记")).to_be_visible(timeout=PATIENCE)

    # a seat rests and comes back
    page.keyboard.press("F7")
    page.keyboard.press("3")
    expect(page.locator(".seat__state")).to_have_text(re.compile("小休"), timeout=PATIENCE)


def test_a_draft_survives_a_reload_and_is_written_in_one_tab(sit_down: Sitting) -> None:
    desk = sit_down("agent1")
    page = begin(desk)
    write_down(page, "13911113333", WORDS)
    page.reload()
    expect(page.get_by_label("诉求人原话")).to_have_value(WORDS, timeout=PATIENCE)
    expect(page.get_by_text(re.compile("已恢复"))).to_be_visible()

    other = desk.context.new_page()
    other.goto(f"{desk.url}/contacts/new")
    expect(other.get_by_role("heading", name="您在另一个标签页里登记着")).to_be_visible(timeout=PATIENCE)
    other.get_by_role("button", name="改在这里写").press("Enter")
    expect(other.get_by_label("诉求人原话")).to_have_value(WORDS, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="您在另一个标签页里登记着")).to_be_visible(timeout=PATIENCE)
    other.keyboard.press("Alt+n")
    expect(other.get_by_label("诉求人原话")).to_have_value("")
    other.close()


def test_a_cut_line_loses_nothing_and_files_once(sit_down: Sitting) -> None:
    desk = sit_down("agent1").expecting(0)
    page = begin(desk)
    write_down(page, "13911114444", f"{WORDS}第二次。")
    keys: list[str] = []

    def swallow(route: Route) -> None:
        """The server files it, but its answer never arrives: the worst moment for a line to break."""
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort("connectionreset")

    page.route("**/api/v1/contacts/orders", swallow, times=1)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("已保存在本机，网络恢复后自动登记"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("诉求人原话")).to_have_value("")  # the next caller can be heard
    page.on(
        "request",
        lambda sent: (
            keys.append(sent.headers.get("idempotency-key", "")) if sent.url.endswith("/contacts/orders") else None
        ),
    )
    number = filed_number(page)
    assert len(set(keys)) == 1
    page.keyboard.type("13911114444")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="本号码在办").get_by_role("option")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_role("listbox", name="本号码在办")).to_contain_text(number)


def test_a_network_cut_while_writing_loses_nothing(sit_down: Sitting) -> None:
    desk = sit_down("agent1").expecting(0)
    page = begin(desk)
    page.keyboard.type("13911118888")
    desk.context.set_offline(True)
    page.keyboard.press("Enter")
    page.get_by_label("诉求人原话").focus()
    page.keyboard.insert_text(f"{WORDS}断网时写的。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("已保存在本机，网络恢复后自动登记"))).to_be_visible(timeout=PATIENCE)
    page.keyboard.type("13911119999")  # the next caller, while the line is still cut
    page.wait_for_timeout(CUT)
    expect(page.get_by_text(re.compile("已保存在本机，网络恢复后自动登记"))).to_be_visible()
    desk.context.set_offline(False)
    filed_number(page)
    expect(page.get_by_label("来电号码")).to_have_value("13911119999")


def test_a_practised_hand_files_a_median_order_within_a_minute(sit_down: Sitting) -> None:
    """Waits for the page as they are, and for each key the time a practised hand takes."""
    desk = sit_down("agent1")
    page = desk.visit("/orders").page
    listed = page.evaluate("fetch('/api/v1/orders?limit=60').then(answer => answer.json())")["items"]
    of_one = "id => fetch(`/api/v1/orders/${id}`).then(answer => answer.json())"
    texts = sorted((page.evaluate(of_one, row["id"])["text"] for row in listed), key=len)
    words = texts[len(texts) // 2]
    begin(desk)
    began = time.monotonic()
    write_down(page, "13911110000", words)
    page.keyboard.press("Tab")
    for _ in range(FIELDS):
        page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="标题")).not_to_have_value("")
    page.keyboard.press("Control+Enter")
    filed_number(page)
    waited = time.monotonic() - began
    keys = len("13911110000") + 1 + math.ceil(KEYS_A_SIGN * len(words)) + 1 + FIELDS + 2
    seconds = waited + keys * KEY
    print(f"{len(words)} signs, {keys} keys at {KEY} s, page and server {waited:.1f} s: {seconds:.1f} s")
    assert seconds <= 60


def test_a_session_that_ran_out_is_renewed_in_place(sit_down: Sitting, centre) -> None:
    desk = sit_down("agent1").expecting(401)
    page = begin(desk)
    write_down(page, "13911115555", f"{WORDS}第三次。")
    desk.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    again = page.get_by_role("dialog", name="登录已过期")
    expect(again).to_be_visible(timeout=PATIENCE)
    page.keyboard.type(centre.password)
    page.keyboard.press("Enter")
    expect(again).to_be_hidden(timeout=PATIENCE)
    expect(page.get_by_label("诉求人原话")).to_have_value(f"{WORDS}第三次。")
    page.keyboard.press("Control+Enter")
    filed_number(page)


def test_the_team_leader_hears_a_call_for_help_and_answers_it(sit_down: Sitting) -> None:
    agent, leader = sit_down("agent1"), sit_down("team_leader1", width=1920)
    floor = leader.visit("/seats").page
    page = begin(agent)
    page.keyboard.press("F9")
    expect(page.get_by_label("要班长帮什么")).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("来电人要求见领导")
    page.keyboard.press("Enter")
    call = floor.locator(".call").filter(has_text="来电人要求见领导")
    expect(call).to_be_visible(timeout=PATIENCE)  # without a reload
    assert_accessible(floor)
    call.get_by_role("textbox").fill("请他留下诉求，我来回电")
    call.get_by_role("textbox").press("Enter")
    expect(page.locator(".seat__reply")).to_contain_text("我来回电", timeout=PATIENCE)
    call.get_by_role("button", name="结束").press("Enter")
    expect(call).to_have_count(0, timeout=PATIENCE)


def test_a_bulletin_stands_on_the_open_desk_and_is_confirmed_by_keys(sit_down: Sitting) -> None:
    agent, leader = sit_down("agent1"), sit_down("team_leader1", width=1920)
    page = begin(agent)
    keeper = leader.visit("/knowledge").page
    keeper.get_by_role("button", name="发布口径").first.click()
    keeper.get_by_label("标题").fill("河西片区停水")
    keeper.get_by_label("对外怎么说").fill("因主管道抢修停水，预计 18 时恢复。")
    keeper.keyboard.press("Control+Enter")
    expect(keeper.get_by_role("heading", name="河西片区停水")).to_be_visible(timeout=PATIENCE)
    assert_accessible(keeper, "main")
    board = page.get_by_role("region", name="统一口径")
    expect(board).to_contain_text("河西片区停水", timeout=PATIENCE)  # without a reload
    page.keyboard.press("F2")
    page.keyboard.press("Enter")
    told = board.get_by_role("option").filter(has_text="河西片区停水")
    expect(told).to_contain_text("已阅", timeout=PATIENCE)
    assert_accessible(page)
    card = keeper.get_by_role("article").filter(has=keeper.get_by_role("heading", name="河西片区停水"))
    card.get_by_role("button", name="撤下").click()
    keeper.get_by_role("dialog").get_by_role("button", name="撤下").click()
    expect(page.get_by_text("河西片区停水")).to_have_count(0, timeout=PATIENCE)
