"""Whatever comes in, what goes out is a problem in Chinese with the right status, and nothing is told of the inside."""

import pytest
from django.test import override_settings
from django.urls import path

from huying.base.audit.models import AuditEntry
from huying.config import urls, views
from tests import factories
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db
KINDS = ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""]


@pytest.fixture
def client_in(client_for):
    return client_for(factories.person("model_manager"))


def problem(answer, status: int) -> dict:
    """The problem in an answer, after the marks that every problem bears."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    told = answer.json()
    assert told["status"] == status
    assert told["type"] == f"urn:huying:problem:{told['code']}"
    assert any("一" <= sign <= "鿿" for sign in told["title"] + told["detail"])
    return told


def test_an_unknown_address(client_in):
    assert problem(client_in.get("/nothing/here"), 404)["code"] == "not_found"


def test_an_unknown_thing(client_in):
    assert problem(client_in.get("/org/people/xyz"), 404)["code"] == "not_found"


def test_a_method_that_is_not_offered(client_in):
    answer = client_in.put("/org/units", {})
    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("body", ["{", "[1", '{"name": NaN}', '{"name": "\\ud800"}', '{"name": "a\\u0000b"}', "\udcff"])
def test_unreadable_json(client_in, body):
    raw = body.encode("utf-8", "surrogateescape")
    assert problem(client_in.post("/org/units", raw), 400)["code"] == "unreadable"


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"'])
def test_json_of_another_shape(client_in, body):
    problem(client_in.post("/org/units", body), 422)


def test_a_missing_body(client_in):
    told = problem(client_in.post("/org/units", b""), 422)
    assert told["errors"] == [{"field": "body", "message": "必填"}]


@pytest.mark.parametrize("kind", KINDS)
def test_another_content_type(client_in, kind):
    assert problem(client_in.post("/org/units", '{"name": "某局"}', content_type=kind), 415)["code"] == "media_type"


def test_an_oversized_body_is_refused_before_it_is_read(client_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(client_in.post("/org/units", {"name": "x" * 2000}), 413)["code"] == "too_large"


def test_nul_characters_in_the_address(client_in):
    problem(client_in.get("/org/units?words=%00"), 400)
    problem(client_in.get("/org/people/a%00b"), 400)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=99999999999999999999", "cursor=%%%", "cursor=W10", "active=maybe"]
)
def test_a_bad_query(client_in, query):
    told = problem(client_in.get(f"/org/people?{query}"), 422)
    assert told["code"] in {"invalid", "bad_cursor"}


def test_a_stranger(db):
    assert problem(ApiClient().get("/org/units"), 401)["code"] == "unauthenticated"
    assert problem(ApiClient().post("/org/units", {}), 401)["code"] == "unauthenticated"


def test_what_was_typed_is_not_repeated(client_in):
    answer = client_in.post("/org/units", {"name": "某局", "staff": "13812345678 张"})
    assert "13812345678" not in answer.content.decode()


def _broken(request):
    raise RuntimeError("secret inner detail")


class BrokenUrls:
    urlpatterns = [path("api/v1/broken", _broken), *urls.urlpatterns]
    handler404, handler500 = views.not_found, views.server_error


@override_settings(ROOT_URLCONF=BrokenUrls)
def test_an_error_inside_tells_only_the_request_id(caplog):
    answer = ApiClient().get("/broken", HTTP_X_REQUEST_ID="request-12345678")
    told = problem(answer, 500)
    assert told["request_id"] == "request-12345678" == answer["X-Request-ID"]
    assert "secret" not in answer.content.decode()
    assert any("secret inner detail" in str(record.exc_info) for record in caplog.records)


def test_every_answer_bears_a_request_id_and_is_not_stored(client_in):
    answer = client_in.get("/org/units", HTTP_X_REQUEST_ID="<script>alert(1)</script>")
    assert len(answer["X-Request-ID"]) == 32
    assert answer["Cache-Control"] == "no-store"


def test_the_callers_address_is_believed_from_trusted_proxies_only(settings, monkeypatch):
    def address(**headers: str) -> str:
        ApiClient().post("/session", {"username": "nobody", "password": "x"}, **headers)
        return AuditEntry.objects.latest("id").address

    forwarded = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.1.1.9, 10.0.0.2"}
    assert address(REMOTE_ADDR="10.0.0.1", **forwarded) == "10.0.0.1"
    monkeypatch.setattr(settings.OPTIONS, "trusted_proxies", ["10.0.0.1", "10.0.0.2"])
    assert address(REMOTE_ADDR="10.0.0.1", **forwarded) == "10.1.1.9"
    assert address(REMOTE_ADDR="10.0.0.7", **forwarded) == "10.0.0.7"
    assert address(REMOTE_ADDR="10.0.0.1") == "10.0.0.1"


def test_the_session_cookie_is_guarded():
    factories.person("agent", username="li")
    client = ApiClient()
    client.post("/session", {"username": "li", "password": factories.PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
