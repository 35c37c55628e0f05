"""The benchmark runner: what it prints last, what it writes, how it ends."""

import json
import sys

import pytest

from benchmarks.harness import runner, shared


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of benchmarks that is imported as the package `benchmarks` is."""
    monkeypatch.setattr(runner, "FOLDER", tmp_path)
    monkeypatch.setattr(runner, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(sys.modules["benchmarks"], "__path__", [*sys.modules["benchmarks"].__path__, str(tmp_path)])
    return tmp_path


def test_last_line_is_the_result_and_it_is_written_down(folder, capsys):
    (folder / "counting_things.py").write_text(
        '"""How many are there?\n\nMore."""\n\nfrom benchmarks.harness.runner import Result\n\n\n'
        'def run():\n    print("working")\n    return Result({"things": 3}, {"other": {"things": 2}})\n'
    )

    code = runner.run_one("counting_things")

    last = capsys.readouterr().out.splitlines()[-1]
    result = json.loads(last)
    assert code == runner.OK
    assert result["name"] == "counting_things"
    assert result["figures"] == {"things": 3}
    assert result["peers"] == {"other": {"things": 2}}
    assert result["machine"]["cores"] >= 1
    assert json.loads((folder / "results/counting_things.json").read_text()) == result


def test_a_missed_target_ends_with_code_one(folder, capsys):
    (folder / "too_slow.py").write_text(
        '"""Is it fast?"""\nfrom benchmarks.harness.runner import Result\n\n\n'
        'def run():\n    return Result({"seconds": 9}, failed=("9 s, at most 5 s",))\n'
    )

    code = runner.run_one("too_slow")

    assert code == runner.FAILED
    assert "missed: 9 s, at most 5 s" in capsys.readouterr().out


def test_without_the_public_data_it_says_so_and_ends_with_code_three(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUYING_SHARED", str(tmp_path / "nowhere"))
    (folder / "needs_data.py").write_text(
        '"""What about real data?"""\nfrom benchmarks.harness.shared import shared\n\n\n'
        'def run():\n    shared("data/haikou/orders_train.csv")\n'
    )

    code = runner.run_one("needs_data")

    assert code == runner.NO_SHARED_DATA == 3
    assert "data/haikou/orders_train.csv" in capsys.readouterr().err


def test_list_shows_the_first_line_of_each_docstring(folder, capsys):
    (folder / "counting_things.py").write_text('"""How many are there?\n\nMore."""\n')

    runner.print_list()

    assert "counting_things      How many are there?" in capsys.readouterr().out


def test_an_unknown_name_is_refused(folder):
    assert runner.run_one("nothing") == runner.UNKNOWN


def test_shared_data_is_looked_for_where_the_variable_says(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("HUYING_SHARED", str(tmp_path))
    assert shared.shared("data") == tmp_path / "data"
