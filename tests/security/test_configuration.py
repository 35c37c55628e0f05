"""API8 Security misconfiguration: headers, cookies, origins, errors, and what a fresh installation is like."""

import re
import subprocess
import sys

import pytest
from django.test import Client, override_settings
from django.urls import path

from huying.config import urls, views
from huying.config.options import Options
from tests import factories
from tests.api_client import ApiClient
from tests.security.surface import Stage

pytestmark = pytest.mark.django_db
PAGES = ["/", "/api/v1/session", "/api/v1/orders", "/api/v1/nothing", "/healthz", "/admin/login/", "/orders/x"]


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_bears_the_headers_that_browsers_heed(page):
    answer = Client().get(page)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


def test_the_application_runs_no_script_but_its_own():
    policy = Client().get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    scripts = re.findall(r"script-src[^;]*", policy)
    assert not any("unsafe-inline" in script for script in scripts)


def test_what_the_interface_answers_is_kept_by_no_cache(stage: Stage, client_for):
    for path_ in ("/orders", "/session", f"/orders/{stage.order.public_id}"):
        assert "no-store" in client_for(stage.town.people["agent"]).get(path_)["Cache-Control"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_no_other_origin_is_let_in(client_for, origin):
    client = client_for(factories.person("agent"))
    for answer in (
        client.get("/orders", HTTP_ORIGIN=origin),
        client.options("/orders", HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST"),
    ):
        assert not [header for header in answer.headers if header.lower().startswith("access-control-")]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "TRACK"])
def test_a_strange_method_does_nothing(client_for, method):
    client = client_for(factories.person("agent"))
    answer = client.generic(method, "/org/units", HTTP_X_PROBE="echo-me")
    assert answer.status_code in (403, 405)
    assert b"echo-me" not in answer.content


def test_a_host_that_is_not_ours_is_refused():
    assert Client().get("/api/v1/session", HTTP_HOST="evil.example").status_code == 400


def _broken(request):
    secret = "inner-detail-7788"
    raise RuntimeError(secret)


class BrokenUrls:
    urlpatterns = [path("api/v1/broken", _broken), path("broken", _broken), *urls.urlpatterns]
    handler404, handler500 = views.not_found, views.server_error


@override_settings(ROOT_URLCONF=BrokenUrls)
@pytest.mark.parametrize("page", ["/api/v1/broken", "/broken"])
def test_an_error_tells_nothing_of_the_inside(page):
    answer = Client(raise_request_exception=False).get(page)
    told = answer.content.decode()
    assert answer.status_code == 500
    for trace in ("Traceback", "inner-detail-7788", "RuntimeError", "/huying/", "django"):
        assert trace not in told


def test_the_defaults_are_the_safe_ones():
    fresh = Options(_env_file=None)
    assert (fresh.debug, fresh.webhook_private_targets, fresh.metrics_token) == (False, False, "")
    assert set(fresh.allowed_hosts) <= {"127.0.0.1", "localhost", "[::1]"}
    assert (fresh.trusted_proxies, fresh.trusted_origins) == ([], [])
    assert fresh.session_idle_minutes <= 30
    assert fresh.retention_audit >= 183


def test_behind_tls_cookies_travel_by_tls_alone(tmp_path):
    """Asked of a process of its own: settings are read once."""
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    )
    env = {
        "PATH": "/usr/bin:/bin", "HUYING_HTTPS": "true", "HUYING_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "huying.config.settings", "PYTHONPATH": ":".join(sys.path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "True", "True", "True", "False"]


def test_the_description_of_the_interface_is_for_who_is_logged_in():
    for page in ("/docs", "/openapi.json"):
        assert ApiClient().get(page).status_code == 401
        assert ApiClient.for_person(factories.person("integrator")).get(page).status_code == 200


def test_the_keys_and_the_data_are_their_owners_alone(settings):
    mode = settings.OPTIONS.keyring_path.stat().st_mode & 0o777
    assert mode == 0o600
