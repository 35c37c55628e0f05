"""What the documents promise is there: linked files, make targets, the two commands of the README."""

import re

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
