"""The commands: quick to help, clear about what is wrong, careful with what can't be undone."""

import subprocess
import sys
import time

from huying.cli import COMMANDS

PASSWORD = {"HUYING_ADMIN_PASSWORD": "Hu-ying-2025!"}


def test_help_is_quick_and_needs_no_django():
    script = (
        "import sys\nfrom huying.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: print('django' in sys.modules)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)

    assert done.stdout.strip().endswith("False")
    assert time.monotonic() - began < 5
    for command in COMMANDS:
        assert f" {command} " in done.stdout


def test_a_fresh_installation_has_nothing_wrong(installation):
    said = installation.huying("check", "all")

    assert "✗" not in said
    for name in ("数据库", "数据库表", "密钥", "磁盘", "时钟", "待履行事项", "审计链"):
        assert f" {name}　" in said


def test_what_is_wrong_is_said_with_what_to_do(installation):
    (installation.data / "keys.json").chmod(0o644)

    said = installation.huying("check", code=1, HUYING_DEBUG="true", HUYING_ALLOWED_HOSTS='["*"]')

    for mend in ("chmod 600", "HUYING_DEBUG", "HUYING_ALLOWED_HOSTS"):
        assert mend in said


def test_administrators_are_made_with_good_passwords_and_the_log_tells_of_it(installation):
    arguments = ("createadmin", "--username", "admin", "--name", "管理员")
    assert "密码" in installation.huying(*arguments, code=1, HUYING_ADMIN_PASSWORD="123456")
    installation.huying(*arguments, **PASSWORD)
    installation.huying(*arguments, code=1, **PASSWORD)

    installation.python("from huying.base.events.sequencer import sequence_pending; sequence_pending()")
    assert "未被改动" in installation.huying("check", "audit")
    installation.query("UPDATE audit_auditentry SET verb = 'other' WHERE position = 1")
    assert "第 1 条" in installation.huying("check", "audit", code=1)


def test_purge_counts_before_it_removes_and_rekey_renews(installation):
    installation.python(
        "from datetime import timedelta\n"
        "from huying.base import vault\n"
        "from huying.base.calendars import clock\n"
        "from huying.base.events.models import Obligation\n"
        "from huying.base.parties.models import Citizen\n"
        "old = clock.now() - timedelta(days=100)\n"
        "Obligation.objects.create(kind='x', key='old', due_at=old, created_at=old, done_at=old)\n"
        "Obligation.objects.create(kind='x', key='open', due_at=clock.now() + timedelta(days=9), created_at=old)\n"
        "Citizen.objects.create(name_sealed=vault.seal('某市民', 'citizen.name'), created_at=clock.now())"
    )
    assert "到期条数" in installation.huying("purge", "--dry-run")
    assert len(installation.query("SELECT 1 FROM events_obligation WHERE kind = 'x'")) == 2

    installation.huying("purge")
    assert installation.query("SELECT key FROM events_obligation WHERE kind = 'x'") == [("open",)]

    assert "重新加密 1 个值" in installation.huying("rekey", "--new-key")
    ((sealed,),) = installation.query("SELECT name_sealed FROM parties_citizen")
    assert sealed.startswith("k2.")
    assert "重新加密 0 个值" in installation.huying("rekey")


def test_the_interface_is_described(installation, tmp_path):
    installation.huying("openapi", str(tmp_path / "openapi.json"))

    assert '"/api/v1/webhooks"' in (tmp_path / "openapi.json").read_text("utf-8")
