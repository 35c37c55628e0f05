"""The project installs from whichever registry a machine is configured for, so it names none."""

import json
import re

from tests.project.tracked import ROOT, tracked

# Written in pieces, so that this file does not match itself.
ADDRESSES = re.compile(
    "|".join(
        [
            r"registry\." + r"npm",
            r"registry\." + r"yarnpkg",
            "python" + "hosted",
            r"pypi\.org/" + "simple",
            "npm" + "mirror",
            "/pypi/" + "simple",
            r"mirrors\.(?:ali" + r"yun|tuna|ustc|cloud\.ten" + "cent)",
        ]
    )
)
INDEX_OPTIONS = re.compile(r"^\s*(?:--index-url|--extra-index-url|--find-links|-i |-f )", re.MULTILINE)


def test_no_tracked_file_names_a_package_registry():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in ADDRESSES.finditer(text)]
    assert found == []


def test_requirements_are_pinned_by_hash_and_name_no_index():
    for path in tracked("requirements/*.txt"):
        text = path.read_text()
        assert not INDEX_OPTIONS.search(text), path.name
        pins = re.findall(r"^[A-Za-z0-9_.-]+(?:\[[^\]]*\])?==[^\s\\]+(.*(?:\n +--hash=.*)*)", text, re.MULTILINE)
        assert pins, path.name
        assert all("--hash=sha256:" in pin for pin in pins), path.name


def test_the_web_lock_file_holds_no_download_address():
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name and not entry.get("link"))
