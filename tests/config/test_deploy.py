"""What `deploy/` and the pages for operators name is really there: commands, options, settings, folders, event types."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from huying.cli import app
from huying.config.options import Options
from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer")])
PAGES = [ROOT / "docs" / "operate.md", ROOT / "docs" / "security.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
SETTINGS = {f"HUYING_{name.upper()}" for name in Options.model_fields} | {"HUYING_ADMIN_PASSWORD"}
COMMANDS = typer.main.get_command(app)
SECRET = {"HUYING_KEYS_FILE", "HUYING_DATABASE_URL", "HUYING_SMS_GATEWAY_TOKEN", "HUYING_METRICS_TOKEN"}


class Unit(configparser.RawConfigParser):
    """A systemd unit: keys may come twice, which a plain parser refuses."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#", ";"), interpolation=None)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read(path, "utf-8")


def spoken(line: str) -> list[str] | None:
    """The words after `huying` of a line of shell; ``None`` where it is no such command."""
    found = re.search(r"(?:^|[\s/'\"])huying +([a-z][^|;&'>\n]*|--version|--help)", line)
    return shlex.split(found.group(1), comments=True) if found else None


def wrong(words: list[str]) -> str:
    """What is not there of a command line; empty where all is."""
    command, path = COMMANDS, ["huying"]
    while words and not words[0].startswith("-") and hasattr(command, "get_command"):
        found = command.get_command(None, words[0])
        if found is None:
            return f"no command {' '.join([*path, words[0]])}"
        command, path, words = found, [*path, words[0]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help"
    }
    strange = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"{' '.join(path)} has no {' '.join(strange)}" if strange else ""


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_whole_and_starts_what_there_is(path):
    unit = Unit(path)
    assert unit.has_section("Unit")
    if path.suffix == ".timer":
        assert path.with_suffix(".service").exists()
        assert "Asia/Shanghai" in unit["Timer"]["OnCalendar"]
        return
    starts = [value for line, value in _lines(path) if line.startswith("Exec")]
    assert starts
    for start in starts:
        words = spoken(start)
        if "huying" in start and words is None:
            assert start.startswith("/usr/bin/find")
        elif words is not None:
            assert wrong(words) == ""


def _lines(path: Path) -> list[tuple[str, str]]:
    return [tuple(line.split("=", 1)) for line in path.read_text("utf-8").splitlines() if re.match(r"^\w+=", line)]  # type: ignore[misc]


@pytest.mark.parametrize("path", [p for p in UNITS if p.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_may_touch_its_own_only(path):
    service = Unit(path)["Service"]
    assert service["User"] == "huying"
    assert (service["ProtectSystem"], service["ProtectHome"]) == ("strict", "true")
    for guard in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID", "LockPersonality"):
        assert service[guard] == "true", guard
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_but_the_program_that_is_not_installed(tmp_path):
    for path in UNITS:
        shutil.copy(path, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if line and "is not executable" not in line]
    assert not [line for line in said if "huying-" in line], said


def test_the_environment_file_names_settings_and_marks_every_secret():
    lines = (DEPLOY / "huying.env.example").read_text("utf-8").splitlines()
    named = [line.split("=", 1)[0] for line in lines if re.match(r"^[A-Z_]+=", line)]
    assert set(named) <= SETTINGS
    assert len(named) == len(set(named))
    for number, line in enumerate(lines):
        if line.split("=", 1)[0] in SECRET:
            before = []
            for above in reversed(lines[:number]):
                if not above.startswith("#"):
                    break
                before.append(above)
            assert any("SECRET" in above for above in before), line


def test_the_environment_file_is_understood(monkeypatch):
    """Every line as the program reads it: lists as JSON, numbers as numbers."""
    for line in (DEPLOY / "huying.env.example").read_text("utf-8").splitlines():
        if re.match(r"^[A-Z_]+=", line):
            monkeypatch.setenv(*line.split("=", 1))
    read = Options(_env_file=None)
    assert read.https
    assert read.metrics_allowed == ["127.0.0.1", "::1"]


def test_the_compose_file_starts_what_there_is_and_opens_only_the_web_server():
    compose = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    for name in ("migrate", "web", "worker"):
        assert wrong([str(word) for word in services[name]["command"]]) == ""
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./") or source in compose["volumes"]
        assert set(service.get("depends_on", [])) <= set(services)


def test_the_image_runs_as_nobody_special_and_copies_what_there_is():
    text = (DEPLOY / "docker" / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["huying"]
    for name in set(re.findall(r"\b(HUYING_[A-Z_]+)=", text)):
        assert name in SETTINGS
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE):
        assert source.startswith("dist/") or (ROOT / source).exists()
    command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1])
    assert wrong(command) == ""


def test_the_web_server_passes_sockets_on_and_believes_no_callers_address():
    text = (DEPLOY / "nginx" / "huying.conf").read_text("utf-8")
    assert text.count("{") == text.count("}")
    assert re.search(r"proxy_set_header\s+X-Forwarded-For\s+\$remote_addr;", text)
    assert "proxy_add_x_forwarded_for" not in text
    for place in ("location /ws/", "location /api/v1/public/", "location /admin/", "metrics"):
        assert place in text
    assert not re.search(r"TLSv1(\.1)?\b(?!\.)", text.replace("TLSv1.2", "").replace("TLSv1.3", ""))


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_the_example(tmp_path):
    key, certificate = tmp_path / "key", tmp_path / "crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
         "-days", "1", "-subj", "/CN=x"], check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx" / "huying.conf").read_text("utf-8")
    text = text.replace("/etc/nginx/tls/huying.key", str(key)).replace("/etc/nginx/tls/huying.crt", str(certificate))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {text} }}", "utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_dashboard_and_alerts_ask_for_events_that_happen():
    known = {f"order.{action}" for action in ORDER_ACTIONS} | {f"assignment.{action}" for action in ASSIGNMENT_ACTIONS}
    text = (DEPLOY / "grafana" / "huying.json").read_text("utf-8")
    asked = set(re.findall(r'type=\\"([a-z_.]+)\\"', text))
    assert asked
    assert asked <= known | {"order.filed"}


def test_every_alert_is_explained_to_who_gets_it():
    rules = yaml.safe_load((DEPLOY / "prometheus" / "huying.rules.yml").read_text("utf-8"))
    page = (ROOT / "docs" / "operate.md").read_text("utf-8")
    names = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    assert [name for name in names if name not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_commands_and_settings_that_there_are(page):
    text = page.read_text("utf-8")
    assert set(re.findall(r"\bHUYING_[A-Z_]+\b(?!\*)", text)) <= SETTINGS | {"HUYING_PUBLIC_"}
    faults = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = spoken(line)
            if words is not None and (fault := wrong(words)):
                faults.append(fault)
    assert not faults
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target
