"""What is told of an installation whose ground is missing."""

import pytest

from huying.base import checks


@pytest.fixture
def registry(monkeypatch) -> None:
    monkeypatch.setattr(checks, "_checks", {})
    monkeypatch.setattr(checks, "autodiscover_modules", lambda _: None)


@pytest.mark.parametrize(("vital", "told"), [(True, ["数据库"]), (False, ["数据库", "账号"])])
def test_nothing_is_asked_of_what_stands_on_a_bad_database(registry, vital, told):
    @checks.check("数据库", vital=vital)
    def database():
        raise ConnectionError("refused")

    @checks.check("账号")
    def accounts():
        return checks.bad("检查没能完成。", "请看日志。")

    assert [name for name, _ in checks.run_checks(["installation"])] == told


def test_a_good_database_lets_the_others_speak(registry):
    checks.check("数据库", vital=True)(lambda: checks.good("可用。"))
    checks.check("账号")(lambda: checks.good("没有问题。"))

    assert [name for name, _ in checks.run_checks(["installation"])] == ["数据库", "账号"]
