"""What a citizen says after the answer, and what a person makes of it."""

from datetime import timedelta

import pytest

from huying.base.audit.models import AuditEntry
from huying.base.errors import Conflict, Invalid, NotAllowed, NotFound
from huying.base.events.models import Event
from huying.handling.orders.models import WorkOrder
from huying.handling.visits import actions
from huying.handling.visits.models import Judgement, Visit, VisitLink
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {"contacted": "yes", "solved": "solved", "satisfied": "satisfied"}
BAD = {"contacted": "yes", "solved": "unsolved", "satisfied": "dissatisfied"}


@pytest.fixture
def people(db):
    return factories.people(factories.unit_tree())


@pytest.fixture
def order(people, frozen_now) -> WorkOrder:
    return factories.order(people["agent"], state="to_visit", citizen=factories.citizen())


def counted() -> tuple[int, int]:
    return Event.objects.count(), AuditEntry.objects.count()


def test_solved_and_satisfied_closes_with_one_event_and_one_audit_row(order, people):
    events, audits = counted()
    actions.record(actor=people["visitor"], order=order, reached=True, **GOOD)
    order.refresh_from_db()
    assert (order.state, order.satisfied) == ("closed", "satisfied")
    assert counted() == (events + 1, audits + 1)
    assert Visit.objects.get().attempt == 1


def test_anything_else_waits_for_a_person(order, people):
    actions.record(actor=people["visitor"], order=order, reached=True, words="还是没修好，电话13800001111", **BAD)
    order.refresh_from_db()
    assert order.state == "to_judge"
    assert "13800001111" not in Visit.objects.get().words


def test_an_answer_without_the_three_questions_is_refused(order, people):
    with pytest.raises(Invalid):
        actions.record(actor=people["visitor"], order=order, reached=True, contacted="yes")
    assert not Visit.objects.exists()


def test_three_misses_in_two_parts_of_the_day_end_it_as_an_invalid_visit(order, people, frozen_now):
    for wait in (0, 1, 5):  # 10:00, 11:00, 16:00
        frozen_now.advance(timedelta(hours=wait))
        actions.record(actor=people["visitor"], order=order, reached=False)
    order.refresh_from_db()
    assert (order.state, order.closing, order.satisfied) == ("closed", "visit_invalid", "")
    assert [v.attempt for v in Visit.objects.order_by("id")] == [1, 2, 3]


def test_three_misses_in_one_morning_are_not_enough(order, people):
    for _ in range(3):
        actions.record(actor=people["visitor"], order=order, reached=False)
    order.refresh_from_db()
    assert order.state == "to_visit"


def test_only_a_visitor_records_a_visit(order, people):
    with pytest.raises(NotAllowed):
        actions.record(actor=people["agent"], order=order, reached=False)


def test_a_judgement_is_kept_with_its_reason(people, frozen_now):
    order = factories.order(people["agent"], state="to_judge", citizen=factories.citizen())
    actions.judge(actor=people["judge"], order=order, verdict="unreasonable", reason="要求超出政策")
    order.refresh_from_db()
    assert (order.state, order.unreasonable) == ("closed", True)
    assert Judgement.objects.get().reason == "要求超出政策"


def test_the_link_answers_once(order, people):
    secret = actions.make_link(actor=people["visitor"], order=order)
    actions.answer_link(secret=secret, **GOOD)
    assert Visit.objects.get().channel == "sms"
    with pytest.raises(Conflict, match="已经评价过"):
        actions.answer_link(secret=secret, **GOOD)


def test_a_new_link_ends_the_old_one_and_a_link_ends_after_seven_days(order, people, frozen_now):
    old = actions.make_link(actor=people["visitor"], order=order)
    new = actions.make_link(actor=people["visitor"], order=order)
    with pytest.raises(Conflict, match="过期"):
        actions.open_link(old)
    frozen_now.advance(timedelta(days=8))
    with pytest.raises(Conflict, match="过期"):
        actions.open_link(new)


def test_an_unknown_link_says_nothing(db):
    with pytest.raises(NotFound):
        actions.open_link("made-up")


def test_a_link_asked_for_twice_with_one_key_stays_valid(order, people, client_for):
    visitor, path = client_for(people["visitor"]), f"/visits/orders/{order.public_id}/link"
    first, again = (visitor.post(path, HTTP_IDEMPOTENCY_KEY="link-1") for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["code"]) == (200, 409, "already_made")
    assert VisitLink.objects.count() == 1
    assert actions.open_link(first.json()["url"].rsplit("/", 1)[1]).order == order
