"""What the documents promise is there: linked files, make targets, the two commands of the README."""

import re

from huying.handling.orders.states import ORDER_TABLE, order_move
from tests.project.tracked import ROOT, tracked

LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
MAKE = re.compile(r"`make ([a-z][a-z-]*)")


def test_links_between_documents_resolve():
    broken = []
    for path in tracked("*.md"):
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} → {target}")
    assert broken == []


def test_make_targets_named_in_documents_exist():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for path in tracked("*.md") for name in MAKE.findall(path.read_text(encoding="utf-8"))}
    assert named - targets == set()


def test_readme_opens_with_chinese_and_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme
    assert readme.index("市民") < readme.index("## English")


def test_every_decision_record_is_listed():
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    for path in tracked("docs/adr/0*.md"):
        assert path.name in index, path.name


def test_the_picture_of_an_orders_life_agrees_with_the_state_table():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    picture = text.partition("stateDiagram-v2")[2].partition("```")[0]
    arrows = re.findall(r"^ +(\w+) --> (\w+) : (\w+)$", picture, re.MULTILINE)
    automatic = {("in_hand", "to_audit", "units_done")}
    for source, target, action in arrows:
        move = order_move(source, action)
        assert (source, target, action) in automatic or (move is not None and target in move.to), (source, action)
    assert {state for arrow in arrows for state in arrow[:2]} == set(ORDER_TABLE) - {"withdrawn"}
