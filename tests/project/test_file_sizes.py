"""A file is a chapter: under 400 lines of Python, under 250 of a Vue component. A name says what is inside."""

from tests.project.tracked import ROOT, tracked

LIMITS = {"*.py": 400, "web/*.ts": 400, "web/*.vue": 250}


def test_no_file_is_longer_than_a_chapter():
    too_long = []
    for pattern, limit in LIMITS.items():
        for path in tracked(pattern):
            if "migrations" in path.parts:
                continue
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines >= limit:
                too_long.append(f"{path.relative_to(ROOT)}: {lines} lines, limit {limit}")
    assert too_long == []


def test_no_file_is_called_utils():
    assert [str(path.relative_to(ROOT)) for path in tracked("*utils.py", "*helpers.py", "*utils.ts")] == []


def test_no_large_file_is_committed():
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > 1024 * 1024] == []
