"""What each role does on a day, as steps of a browser. Tests and the pictures of the user's guide share them.

A walk takes ``show(name)`` where the guide has a picture. In a test nothing is taken; ``scripts/guide.py`` hands in a
camera. Names are those of the ``<!-- picture name: words -->`` lines in docs/guide.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.desk import PATIENCE, Desk

Show = Callable[[str], object]


@dataclass(frozen=True)
class Stop:
    """One page of a walk: where it is, what proves that it has come, and its picture in the guide, if it has one.

    ``click``: what is opened on it first (the proof is then of what it opens).
    """

    path: str
    proof: str
    picture: str = ""
    click: str = ""


@dataclass(frozen=True)
class Walk:
    """Who walks (empty: a citizen), on a screen of which width, past which pages."""

    username: str
    stops: tuple[Stop, ...]
    width: int = 1280


OPENS = "#main a[href^='/orders/']"

WALKS = (
    Walk("", (Stop("/login", "form", "login"), Stop("/q", "form", "citizen"))),
    Walk("agent1", (Stop("/contacts/new", "textarea", "agent-desk"),)),
    Walk("team_leader1", (Stop("/seats", "#main table, #main .empty, #main .card", "seats"),)),
    Walk(
        "dispatcher1",
        (
            Stop("/dispatch", "#main > *", "dispatch-desk"),
            Stop("/orders", OPENS, "orders"),
            Stop("/orders", "article.order", "order", OPENS),
        ),
    ),
    Walk(
        "duty_leader1", (Stop("/linkage/network", "figure, .empty", "network"), Stop("/linkage/transfers", "#main > *"))
    ),
    Walk("chengguan_clerk", (Stop("/unit", "#main > *", "unit-desk"),)),
    Walk("grid1", (Stop("/unit", "#main > *", "unit-phone"),), width=390),
    Walk("auditor1", (Stop("/queue/audit", "#main > *", "queue"),)),
    Walk(
        "model_manager1",
        (
            Stop("/system/rules", "table", "rules"),
            Stop("/system/automation", ".promise", "automation"),
            Stop("/system/labels", "table, .empty"),
            Stop("/system/proposals", ".proposal, .empty", "proposals"),
            Stop("/system/responsibilities", "table, .empty"),
        ),
    ),
    Walk(
        "system_admin1",
        (
            Stop("/system/units", "tr.opens", "units"),
            Stop("/system/people", "tr.opens", "people"),
            Stop("/system/limits", ".purpose", "limits"),
            Stop("/system/policies", "li"),
            Stop("/system/declines", ".item"),
            Stop("/system/calendar", ".month", "calendar"),
            Stop("/system/roles", ".one"),
            Stop("/system/categories", "table"),
            Stop("/system/places", "table"),
            Stop("/system/notices", ".item"),
            Stop("/system/webhooks", ".empty, .hook"),
        ),
    ),
)


def walk(desk: Desk, stops: tuple[Stop, ...], show: Show | None = None) -> None:
    """Go past each page and wait for its proof."""
    for stop in stops:
        desk.visit(stop.path)
        if stop.click:
            desk.page.locator(stop.click).first.click()
        expect(desk.page.locator(stop.proof).first).to_be_visible(timeout=PATIENCE)
        desk.page.wait_for_load_state("networkidle")
        if show is not None and stop.picture:
            show(stop.picture)
