"""Accessibility as axe-core sees a page: what it calls serious or critical fails a test (WCAG 2.1 A and AA).

axe is injected from the development packages of the web application; nothing is loaded from elsewhere.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
GRAVE = {"serious", "critical"}
RUN = """async ([rules, scope]) => (await axe.run(scope || document, {
    runOnly: rules, resultTypes: ['violations'], elementRef: false,
})).violations"""


def grave_findings(page: Page, scope: str = "") -> list[str]:
    """One line for each serious or critical finding: rule, what is wrong, and the first places where it is so."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN, [RULES, scope])
    return [_line(one) for one in found if one["impact"] in GRAVE]


def _line(finding: dict[str, Any]) -> str:
    places = [" ".join(map(str, node["target"])) for node in finding["nodes"]]
    first = "; ".join(
        f"{place} {node['html'][:160]}" for place, node in list(zip(places, finding["nodes"], strict=True))[:4]
    )
    return f"{finding['id']} ({len(places)}): {finding['help']} | {first}"


def assert_accessible(page: Page, scope: str = "") -> None:
    """No serious or critical finding on the page, or in the part of it that the selector ``scope`` names."""
    found = grave_findings(page, scope)
    assert not found, f"{page.url}\n" + "\n".join(found)
