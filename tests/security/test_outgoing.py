"""API7 Server side request forgery: a webhook makes the server call nobody inside."""

import socket

import pytest

from huying.base.events import actions, deliveries
from huying.base.events.models import Webhook
from huying.base.events.targets import ForbiddenTarget, resolve
from tests.security.surface import Stage

pytestmark = pytest.mark.django_db
INSIDE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://0.0.0.0/", "http://localhost/", "http://localhost./", "http://10.0.0.1/", "http://172.16.0.1/",
    "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://[::1]/",
    "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[2002:7f00:1::]/",
    "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://198.18.0.1/", "http://192.0.2.1/",
]  # fmt: skip
ODD = [
    "file:///etc/passwd", "gopher://127.0.0.1:25/", "ftp://example.org/", "http://user:pass@example.org/", "http:///x",
    "http://example.org:0/", "http://example.org:99999/", "http://[::1", "//example.org/", "javascript:alert(1)",
    "http://example.org\r\nHost: inner/", "http://exa mple.org/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_no_webhook_points_inside(stage: Stage, client_for, url):
    keeper = client_for(stage.town.people["integrator"])
    answer = keeper.post("/webhooks", {"name": "某平台", "url": url, "types": ["order"]})
    assert answer.status_code == 422, url
    with pytest.raises(ForbiddenTarget):
        resolve(url)


@pytest.mark.parametrize("url", ODD)
def test_nothing_but_http_with_a_host(stage: Stage, client_for, url):
    keeper = client_for(stage.town.people["integrator"])
    assert keeper.post("/webhooks", {"name": "某平台", "url": url, "types": ["order"]}).status_code == 422


def test_an_edit_is_held_to_the_same(stage: Stage, client_for):
    body = {"version": stage.webhook.version, "url": "http://127.0.0.1/"}
    assert (
        client_for(stage.town.people["integrator"]).patch(f"/webhooks/{stage.webhook.public_id}", body).status_code
        == 422
    )


def test_a_name_that_answers_otherwise_the_second_time_is_asked_only_once(stage: Stage, monkeypatch):
    """DNS rebinding: the address that was judged is the address that is called."""
    asked = []

    def answers(host, port, **_):
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    target = resolve("http://rebinding.example/hook")
    assert (target.address, target.url) == ("93.184.216.34", "http://93.184.216.34:80/hook")
    with pytest.raises(ForbiddenTarget):
        resolve("http://rebinding.example/hook")


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch):
    both = ["93.184.216.34", "10.0.0.1"]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in both],
    )
    with pytest.raises(ForbiddenTarget):
        resolve("http://two-faced.example/")


def test_a_webhook_that_came_to_point_inside_is_not_called(stage: Stage, monkeypatch):
    async def never(*_):
        raise AssertionError("the server called somebody inside")

    monkeypatch.setattr(deliveries, "_call", never)
    Webhook.objects.filter(pk=stage.webhook.pk).update(url="http://169.254.169.254/")
    changed = Webhook.objects.get(pk=stage.webhook.pk)
    trial = actions.test_webhook(actor=stage.town.people["system_admin"], webhook=changed)
    assert (trial.delivered, trial.status) == (False, None)


def test_inner_targets_are_the_operators_choice(settings, monkeypatch):
    monkeypatch.setattr(settings.OPTIONS, "webhook_private_targets", True)
    assert resolve("http://127.0.0.1:9/").address == "127.0.0.1"
