"""The reference pages made from the code are the ones that are committed; `make docs` writes them anew."""

import importlib.util

import pytest

from tests.project.tracked import ROOT

_spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts/reference.py")
assert _spec is not None
assert _spec.loader is not None
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_reference_page_is_up_to_date(name):
    committed = ROOT / "docs/reference" / name
    assert committed.exists(), "run make docs"
    assert committed.read_text(encoding="utf-8") == reference.PAGES[name](), "run make docs"
