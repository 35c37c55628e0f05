"""Other systems are told of events: signed, once each, again where they did not answer, and never inside our network."""

import hashlib
import hmac
import json
import socket
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events import actions, deliveries, obligations, recorder, selectors, targets, webhooks
from huying.base.events.models import Event, Obligation, Webhook, WebhookDelivery
from huying.base.events.sequencer import sequence_pending
from tests import factories
from tests.base.events.receiver import receiving

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def private_allowed(monkeypatch):
    monkeypatch.setattr(settings.OPTIONS, "webhook_private_targets", True)


@pytest.fixture
def receiver(private_allowed):
    with receiving() as opened:
        yield opened


@pytest.fixture
def admin():
    return factories.person("system_admin")


def happens(verb: str = "unit.test", **payload) -> None:
    with transaction.atomic():
        recorder.record(actor=factories.person("agent"), verb=verb, subject=factories.unit(), payload=payload)
    sequence_pending()


def hook(admin, receiver, types=("unit",)) -> Webhook:
    return actions.create_webhook(actor=admin, name="接收方", url=receiver.url, types=list(types))


def deliver() -> None:
    webhooks.fan_out()
    obligations.run_due(kinds=[webhooks.KIND])


def test_a_matching_event_is_sent_once_signed_and_without_personal_data(admin, receiver):
    happens()  # before the webhook: not sent
    made = hook(admin, receiver)
    happens(to="in_hand", words="某市民的话", citizen=7)
    happens("order.dispatch")
    sequence_pending()

    deliver()
    deliver()

    ((headers, body),) = receiver.heard
    event = Event.objects.filter(type="unit.test").latest("position")
    document = json.loads(body)
    assert document["event_id"] == headers["X-Huying-Event-Id"] == str(event.event_id)
    assert document["type"] == headers["X-Huying-Event"] == "unit.test"
    assert document["payload"] == {"to": "in_hand"}
    assert document["subject_id"] == factories.Unit.objects.get(pk=event.subject_id).public_id
    moment, given = (part.split("=", 1)[1] for part in headers["X-Huying-Signature"].split(","))
    secret = selectors.secret_of(made).encode()
    assert given == hmac.new(secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert WebhookDelivery.objects.get().delivered_at is not None


def test_one_that_does_not_answer_is_tried_again_and_given_up_in_the_end(admin, receiver, frozen_now):
    receiver.status = 500
    hook(admin, receiver)
    happens()
    deliver()

    row = WebhookDelivery.objects.get()
    assert (row.attempts, row.status, row.delivered_at) == (1, 500, None)

    obligations.drain(frozen_now, clock.now() + timedelta(days=1))
    row.refresh_from_db()
    assert row.attempts == len(receiver.heard) == obligations.MAX_ATTEMPTS
    assert row.given_up_at is not None
    assert Obligation.objects.get(kind=webhooks.KIND).given_up_at is not None


def test_one_that_answers_later_gets_it_with_the_same_id(admin, receiver, frozen_now):
    receiver.status = 503
    hook(admin, receiver)
    happens()
    deliver()
    receiver.status = 200
    obligations.drain(frozen_now, clock.now() + timedelta(minutes=1))

    assert len({headers["X-Huying-Event-Id"] for headers, _ in receiver.heard}) == 1
    assert WebhookDelivery.objects.get().delivered_at is not None


def test_what_was_given_up_is_sent_once_more_when_somebody_asks(admin, receiver, frozen_now):
    receiver.status = 500
    made = hook(admin, receiver)
    happens()
    deliver()
    obligations.drain(frozen_now, clock.now() + timedelta(days=1))
    receiver.status = 200

    assert actions.retry_deliveries(actor=admin, webhook=made) == 1
    deliver()

    row = WebhookDelivery.objects.get()
    assert (row.delivered_at is not None, row.given_up_at) == (True, None)
    assert actions.retry_deliveries(actor=admin, webhook=made) == 0


def test_a_redirect_is_not_followed(admin, receiver):
    with receiving() as elsewhere:
        receiver.status, receiver.location = 302, elsewhere.url
        outcome = actions.test_webhook(actor=admin, webhook=hook(admin, receiver))

        assert (outcome.delivered, outcome.status) == (False, 302)
        assert elsewhere.heard == []


def test_one_that_hangs_is_left_after_the_time_allowed(admin, receiver, monkeypatch):
    monkeypatch.setattr(deliveries, "TIMEOUT", 0.3)
    receiver.wait = threading.Event()

    outcome = actions.test_webhook(actor=admin, webhook=hook(admin, receiver))

    assert outcome.delivered is False
    assert "没有回应" in outcome.error or "Timeout" in outcome.error


PRIVATE = [
    "http://127.0.0.1/",
    "http://localhost:8000/",
    "http://10.1.2.3/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1]/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://2130706433/",
    "ftp://example.org/",
    "http://user:word@8.8.8.8/",
    "http:///nothing",
    "http://8.8.8.8:99999/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_nobody_makes_the_server_call_its_own_network(admin, url):
    with pytest.raises(Invalid):
        actions.create_webhook(actor=admin, name="内网", url=url, types=["*"])
    assert Webhook.objects.count() == 0


def test_a_name_that_begins_to_point_inside_is_not_called(admin, monkeypatch):
    answers = {"outside.example": "93.184.216.34"}
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda host, port, **_: [(*entry, (answers[host], port))])
    made = actions.create_webhook(actor=admin, name="外部", url="https://outside.example/hook", types=["*"])
    assert targets.resolve(made.url).url == "https://93.184.216.34:443/hook"

    answers["outside.example"] = "127.0.0.1"
    outcome = actions.test_webhook(actor=admin, webhook=made)
    assert (outcome.status, "内网" in outcome.error) == (None, True)


def test_one_switched_off_gets_nothing_and_switched_on_again_only_what_is_new(admin, receiver):
    made = hook(admin, receiver)
    happens()
    webhooks.fan_out()
    stopped = actions.update_webhook(actor=admin, webhook=made, expected_version=1, active=False)
    obligations.run_due(kinds=[webhooks.KIND])
    happens()
    assert receiver.heard == []

    actions.update_webhook(actor=admin, webhook=stopped, active=True)
    deliver()
    assert receiver.heard == []
    happens()
    deliver()
    assert len(receiver.heard) == 1


def test_a_stale_version_changes_nothing(admin, receiver):
    made = hook(admin, receiver)
    actions.rotate_secret(actor=admin, webhook=made, expected_version=1)

    with pytest.raises(Conflict):
        actions.update_webhook(actor=admin, webhook=made, expected_version=1, name="另一名")


def test_a_new_secret_signs_from_then_on(admin, receiver):
    made = hook(admin, receiver)
    old = selectors.secret_of(made)
    renewed = actions.rotate_secret(actor=admin, webhook=made)

    assert selectors.secret_of(renewed) != old
    assert old not in renewed.secret_sealed


@pytest.mark.parametrize(
    ("types", "event_type", "wanted"),
    [
        (["*"], "order.close", True),
        (["order"], "order.close", True),
        (["order.close"], "order.close", True),
        (["order.close"], "order.closed", False),
        (["order"], "orders.close", False),
        (["webhook"], "order.close", False),
    ],
)
def test_types_are_whole_words(types, event_type, wanted):
    assert webhooks.wants(types, event_type) is wanted
