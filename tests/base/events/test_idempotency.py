"""A POST that creates may be sent again, and creates once."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import RequestFactory

from huying.base.errors import Conflict, Invalid
from huying.base.events.idempotency import once
from huying.base.events.models import IdempotentReply, Webhook
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def posted(person, body: bytes = b'{"a": 1}', path: str = "/api/v1/things"):
    request = RequestFactory().post(path, body, content_type="application/json")
    request.user = person
    return request


def create(name: str = "甲"):
    from huying.base.calendars import clock

    return Webhook.objects.create(name=name, url="https://example.org", created_at=clock.now())


def load(public_id: str):
    return Webhook.objects.get(public_id=public_id)


def test_the_same_request_again_gets_the_same_thing_and_creates_nothing(django_assert_num_queries):
    person = factories.person("agent")
    first = once(posted(person), "key-1", create=create, load=load)
    second = once(posted(person), "key-1", create=create, load=load)

    assert (first.status, first.repeated) == (201, False)
    assert (second.status, second.repeated) == (201, True)
    assert second.value == first.value
    assert Webhook.objects.count() == 1


def test_it_costs_a_look_up_and_an_insert(django_assert_num_queries):
    person = factories.person("agent")
    made = create()
    with django_assert_num_queries(4):  # savepoint, look-up, insert, savepoint released
        once(posted(person), "key-1", create=lambda: made, load=load)


def test_the_same_key_with_another_body_or_address_is_refused():
    person = factories.person("agent")
    once(posted(person), "key-1", create=create, load=load)

    for other in (posted(person, b'{"a": 2}'), posted(person, path="/api/v1/others")):
        with pytest.raises(Invalid) as refused:
            once(other, "key-1", create=create, load=load)
        assert refused.value.code == "idempotency_key_reused"
    assert Webhook.objects.count() == 1


def test_keys_of_two_people_have_nothing_to_do_with_each_other():
    for _ in range(2):
        once(posted(factories.person("agent")), "key-1", create=create, load=load)

    assert Webhook.objects.count() == 2


def test_without_a_key_everything_is_new():
    person = factories.person("agent")
    for _ in range(2):
        once(posted(person), None, create=create, load=load)

    assert Webhook.objects.count() == 2


def test_a_refused_action_leaves_no_trace_and_may_be_sent_again():
    person = factories.person("agent")

    def refuse():
        create()
        raise Conflict("内容已变化。")

    with pytest.raises(Conflict):
        once(posted(person), "key-1", create=refuse, load=load)
    assert Webhook.objects.count() == 0
    assert not once(posted(person), "key-1", create=create, load=load).repeated


def test_what_is_kept_is_an_id_never_the_body():
    made = once(posted(factories.person("agent")), "key-1", create=create, load=load).value

    assert IdempotentReply.objects.get().reply == {"id": made.public_id}


def test_a_form_with_a_file_is_the_same_form_whatever_its_boundary():
    person = factories.person("agent")

    def form(content: bytes):
        request = RequestFactory().post("/x", {"name": "a", "file": SimpleUploadedFile("a.txt", content)})
        request.user = person
        return request

    once(form(b"one"), "key-1", create=create, load=load)
    assert once(form(b"one"), "key-1", create=create, load=load).repeated
    with pytest.raises(Invalid):
        once(form(b"two"), "key-1", create=create, load=load)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_creates_and_both_get_it():
    person = factories.person("agent")
    together = threading.Barrier(4)
    got: list = []

    def send():
        try:
            together.wait(5)
            got.append(once(posted(person), "key-1", create=create, load=load).value.public_id)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Webhook.objects.count() == 1
    assert got == [Webhook.objects.get().public_id] * 4
