"""A notice is written once and sent once, by the chosen adapter, to a number opened at that moment."""

import json

import httpx
import pytest

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.events import obligations
from huying.base.events.models import Event, Obligation
from huying.base.events.obligations import TryAgain
from huying.base.notices import actions, adapters
from huying.base.notices.adapters import HttpSmsAdapter, LogAdapter
from huying.base.notices.delivery import Refused
from huying.base.notices.models import Notice
from huying.base.parties.models import Citizen
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
FIELDS = {"order_no": "20250616000123", "query_code": "246810", "title": "路灯不亮", "promised": "6月20日17时"}


class Recording:
    """An adapter that answers as told and remembers what it was given."""

    name = "recording"

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, str]] = []

    def send(self, *, phone: str, text: str, message_id: str) -> None:
        self.sent.append((phone, text, message_id))
        if self.answers and (answer := self.answers.pop(0)):
            raise answer


@pytest.fixture
def adapter(monkeypatch):
    recording = Recording()
    monkeypatch.setattr(adapters, "chosen", lambda: recording)
    return recording


def due(citizen: Citizen | None, number: int = 1) -> obligations.Due:
    order = factories.order(factories.person("agent"), citizen=citizen)
    return actions.prepare(
        citizen=citizen, subject=order, code="accepted", channel="phone", fields=FIELDS, number=number
    )


def test_a_due_notice_is_rendered_sent_and_marked(adapter):
    citizen = factories.citizen("+8613800001234")
    obligations.oblige_many([due(citizen)])
    assert obligations.run_due() == 1
    notice = Notice.objects.get()
    phone, text, message_id = adapter.sent[0]
    assert (phone, message_id) == ("+8613800001234", notice.public_id)
    assert "查询码246810" in text
    assert "246810" not in notice.body, "the query code is a key and is not kept in the row"
    assert (notice.adapter, notice.error, notice.sent_at is not None) == ("recording", "", True)
    assert Event.objects.get().type == AuditEntry.objects.get().verb == "notice.sent"
    assert "13800001234" not in notice.body + str(Event.objects.get().payload)


def test_sending_again_with_the_same_key_does_nothing(adapter):
    one = due(factories.citizen())
    for _ in range(3):
        actions.send(key=one.key, payload=one.payload)
    assert (Notice.objects.count(), len(adapter.sent)) == (1, 1)


def test_a_gateway_that_is_down_is_tried_again_under_the_same_id(adapter, frozen_now):
    adapter.answers = [TryAgain("短信网关没有应答")]
    obligations.oblige_many([due(factories.citizen())])
    obligations.run_due()
    waiting = Notice.objects.get()
    assert (waiting.sent_at, waiting.error) == (None, "短信网关没有应答")
    assert Event.objects.count() == 0
    obligations.drain(frozen_now, frozen_now().replace(hour=9))
    notice = Notice.objects.get()
    assert (notice.error, notice.sent_at is not None) == ("", True)
    assert adapter.sent[0][2] == adapter.sent[1][2]
    assert Obligation.objects.get().attempts == 2


def test_a_refusal_for_good_is_written_down_and_not_repeated(adapter):
    adapter.answers = [Refused("短信网关拒收（400）")]
    one = due(factories.citizen())
    actions.send(key=one.key, payload=one.payload)
    notice = actions.send(key=one.key, payload=one.payload)
    assert (notice.sent_at, notice.error) == (None, "短信网关拒收（400）")
    assert len(adapter.sent) == 1
    assert Event.objects.get().type == "notice.refused"


@pytest.mark.parametrize(
    ("citizen", "why"),
    [
        (lambda: None, "匿名"),
        (lambda: factories.citizen("+869992234567"), "手机号"),
        (lambda: _unwilling(), "不愿"),
    ],
)
def test_who_cannot_be_reached_is_noted(adapter, citizen, why: str):
    one = due(citizen())
    notice = actions.send(key=one.key, payload=one.payload)
    assert why in notice.error
    assert adapter.sent == []


def _unwilling() -> Citizen:
    citizen = factories.citizen()
    citizen.preferences = {"sms": False}
    citizen.save()
    return citizen


def test_without_a_gateway_notices_are_only_recorded():
    assert isinstance(adapters.chosen(), LogAdapter)
    one = due(factories.citizen())
    assert actions.send(key=one.key, payload=one.payload).adapter == "log"


def test_fields_are_prepared_as_words_and_unknown_ones_are_a_mistake():
    citizen = factories.citizen()
    order = factories.order(factories.person("agent"))
    made = actions.prepare(citizen=citizen, subject=order, code="extended", fields={"promised": clock.now()})
    assert json.dumps(made.payload)
    with pytest.raises(AssertionError):
        actions.prepare(citizen=citizen, subject=order, code="extended", fields={"phone": "1"})


class TestHttpGateway:
    """The contract with an SMS gateway over HTTP."""

    def gateway(self, status: int, seen: list[httpx.Request]) -> HttpSmsAdapter:
        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(status)

        return HttpSmsAdapter("https://sms.example.org/send", "secret", httpx.MockTransport(answer))

    def send(self, adapter: HttpSmsAdapter) -> None:
        adapter.send(phone="+8613800001234", text="您好", message_id="abc")

    @pytest.mark.parametrize("status", [200, 202, 409])
    def test_accepted_now_or_before(self, status: int):
        seen: list[httpx.Request] = []
        self.send(self.gateway(status, seen))
        assert seen[0].headers["Authorization"] == "Bearer secret"
        assert seen[0].headers["Idempotency-Key"] == "abc"
        assert json.loads(seen[0].content) == {"id": "abc", "phone": "13800001234", "text": "您好"}

    @pytest.mark.parametrize(("status", "raised"), [(503, TryAgain), (429, TryAgain), (400, Refused), (302, Refused)])
    def test_refused_for_now_or_for_good(self, status: int, raised: type[Exception]):
        with pytest.raises(raised) as told:
            self.send(self.gateway(status, []))
        assert "13800001234" not in str(told.value)

    def test_a_gateway_that_does_not_answer(self):
        def silent(request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectTimeout("timed out", request=request)

        with pytest.raises(TryAgain, match="没有应答"):
            self.send(HttpSmsAdapter("https://sms.example.org", "", httpx.MockTransport(silent)))
