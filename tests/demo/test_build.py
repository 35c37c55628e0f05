"""A small demo is legal from end to end, has somebody for every role, and is the same for the same seed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction

from huying.base.audit.selectors import check_chain
from huying.base.calendars import clock
from huying.base.events.models import Event
from huying.base.notices.models import Notice
from huying.base.org.models import Person, Unit
from huying.base.org.roles import ROLES
from huying.base.places.models import Division, Place
from huying.base.search.selectors import State, documents, standing
from huying.base.taxonomy.models import Category
from huying.demo import accounts, marker
from huying.demo.build import Built, build
from huying.demo.measures import Measures
from huying.demo.situations import telling
from huying.demo.situations.reading import situations
from huying.handling.dispatch.models import Precedent
from huying.handling.orders.models import Assignment, Outreach, Petition, Step, WorkOrder
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE
from huying.handling.visits.models import Visit
from huying.intake.contacts.models import Contact
from tests import remembered

pytestmark = pytest.mark.timeout(300)  # the first test waits for the demo to be made

REMINDERS = {
    "file",
    "overdue",
    "contact_overdue",
    "sign_overdue",
    "assignment_overdue",
    "due_soon",
    "decision_overdue",
    "redo_supervised",
}  # told, not moved
NOW = datetime(2026, 3, 18, 15, 20, tzinfo=clock.SHANGHAI)  # a Wednesday afternoon


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def centre(django_db_setup, django_db_blocker, folder: Path) -> Iterator[Built]:
    """Eight days of the demo, the last two of them lived step by step; built once for this file, then taken back."""
    from django.conf import settings

    kept, settings.DATA = settings.DATA, folder
    remembered.forget()
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(NOW):
            yield build(seed=7, days=8, lived=2, learn=False)
        transaction.set_rollback(True)
    settings.DATA = kept
    remembered.forget()


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.mark.postgres
def test_the_centre_has_its_size(centre: Built) -> None:
    assert Unit.objects.filter(kind__in=("bureau", "enterprise", "street"), active_until=None).count() == 45
    assert Division.objects.filter(level="village").count() == 160
    assert Place.objects.count() >= 300
    assert Category.objects.filter(depth=3).count() >= 300
    assert centre.contacts > 500
    assert 300 < centre.orders < 800
    assert centre.orders == WorkOrder.objects.count()


@pytest.mark.postgres
def test_everything_is_found_at_once(centre: Built) -> None:
    assert standing().state is State.READY
    assert documents() >= centre.orders


def test_every_role_has_a_ready_account(centre: Built, folder: Path) -> None:
    rows = accounts.known_accounts()
    assert [row.role for row in rows] == [role.name for role in ROLES.values()]
    people = Person.objects.exclude(password__startswith="!").filter(is_system=False)
    assert people.count() == 60
    agent = Person.objects.get(username="agent1")
    assert agent.check_password(centre.password)
    assert not agent.must_change_password
    telephone = accounts.telephone("system_admin1")
    assert telephone is not None
    assert len(telephone.shown()) == 6
    assert accounts.telephone("agent1") is None
    written = folder / accounts.FILE
    assert written.stat().st_mode & 0o777 == 0o600
    assert accounts.kept_password(folder) == centre.password
    assert centre.password not in (folder / "demo.json").read_text()


@pytest.mark.postgres
def test_every_timeline_follows_the_state_tables(centre: Built) -> None:
    orders: dict[int, str] = {}
    parts: dict[int, str] = {}
    for step in Step.objects.order_by("order_id", "id"):
        known, table, key = (
            (parts, ASSIGNMENT_TABLE, step.assignment_id)
            if step.assignment_id
            else (orders, ORDER_TABLE, step.order_id)
        )
        before = known.get(key)
        if before is not None:
            assert step.from_state == before, step
        if step.from_state and step.action not in REMINDERS:
            move = next((m for m in table[step.from_state].moves if m.action == step.action), None)
            assert move is not None, (step.action, step.from_state)
            assert step.to_state in (move.to or (step.from_state,)), (step.action, step.from_state, step.to_state)
        known[key] = step.to_state
    assert orders == dict(WorkOrder.objects.values_list("pk", "state"))
    untouched = Assignment.objects.exclude(pk__in=parts)
    assert set(untouched.values_list("state", flat=True)) <= {"to_sign"}


def test_nothing_happens_before_its_filing_or_after_now(centre: Built) -> None:
    for order in WorkOrder.objects.prefetch_related("steps"):
        times = [step.at for step in order.steps.all()]
        assert all(order.filed_at <= at <= NOW for at in times), order
        assert order.promised_at is None or order.promised_at > order.filed_at


def test_every_state_has_something_to_show(centre: Built) -> None:
    assert set(WorkOrder.objects.values_list("state", flat=True)) >= set(ORDER_TABLE)
    assert set(Assignment.objects.values_list("state", flat=True)) >= {
        "to_sign", "objected", "handling", "extending", "suspended", "ruling", "unit_approval", "submitted",
    }  # fmt: skip


def test_nothing_hangs_in_the_air(centre: Built) -> None:
    assert not WorkOrder.objects.exclude(contacts__isnull=False).exists()
    assert not WorkOrder.objects.filter(state__in=("in_hand", "to_audit", "to_visit"), lead_unit=None).exists()
    assert not Contact.objects.filter(result="order", order=None).exists()
    assert not Contact.objects.filter(request_type="").exclude(result__in=("silent", "nuisance")).exists()
    assert Visit.objects.filter(reached=True).exists()
    assert Outreach.objects.filter(connected=False).exists()


def test_every_situation_is_found_by_its_source_number(centre: Built) -> None:
    listed = list(telling.listed())
    assert len(listed) == len(situations()) >= 23
    for name, first, count, look, number in listed:
        order = WorkOrder.objects.get(source_no=number)
        assert (order.order_no, count > 0) == (first, True), name
        told = " ".join(row.text + row.title + row.incident_place for row in WorkOrder.objects.filter(source="demo"))
        told += " ".join(Contact.objects.values_list("text", flat=True))
        told += " ".join(WorkOrder.objects.filter(source="demo").values_list("reply", flat=True))
        assert any(word in told for word in look.split()), (name, look)


def test_the_threads_of_situations_end_as_told(centre: Built) -> None:
    def order(code: str, serial: int = 1) -> WorkOrder:
        return WorkOrder.objects.get(source_no=telling.source_no(code, serial))

    burst = order("爆管")
    assert set(burst.children.values_list("state", "satisfied")) == {("closed", "satisfied")}
    assert burst.children.count() == 59
    told = Notice.objects.filter(
        code="concluded", subject_id__in=[burst.pk, *burst.children.values_list("pk", flat=True)]
    )
    assert len({notice.citizen_id for notice in told}) == told.count() == 60, "everybody who called is told once"
    assert all("供水" in notice.body for notice in told)
    assert order("转接").handovers.get().outcome == "refused"
    border = order("边界路")
    assert border.reassign_count == 3
    assert Precedent.objects.filter(order=border, unit__short_name="综合执法局").exists()
    assert (order("转接").urgency, order("转接").state) == ("urgent", "closed")
    assert order("不合理").unreasonable
    assert Petition.objects.filter(assignment__order=order("剔除"), kind="ruling", granted=False).exists()
    assert (order("跨省").redo_count, order("跨省").satisfied) == (2, "satisfied")
    assert order("欠薪").supervision_level == 3
    assert order("电梯").difficult_case.milestones.filter(done_at=None).count() == 0
    assert order("集市").repeat
    gone = Unit.objects.get(short_name="园林管护中心")
    assert gone.active_until is not None
    assert order("合并").lead_unit == gone


def test_figures_are_worked_out_anew(centre: Built, folder: Path) -> None:
    made = marker.read(folder)
    assert made is not None
    rows = list(Measures(made).all())
    assert {row.source for row in rows} <= {"report", "estimate"}
    assert [row.name for row in rows if abs(row.found - row.wanted) > 3 * row.tolerance] == []


def test_the_audit_chain_is_sound(centre: Built) -> None:
    assert check_chain().sound
    assert not Event.objects.filter(position=None).exists()


def test_the_folder_says_that_it_is_a_demo(centre: Built, folder: Path) -> None:
    found = marker.read(folder)
    assert found is not None
    assert found.finished
    assert (found.seed, found.days, found.size) == (7, 8, "town")
    assert not marker.clear_unfinished(folder)


def test_what_was_cut_off_is_cleared(tmp_path: Path) -> None:
    marker.write(tmp_path, seed=1, days=2, size="town", made_at=NOW, finished=False)
    (tmp_path / "huying.sqlite3").touch()
    assert marker.clear_unfinished(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.timeout(400)  # two demos are made
@pytest.mark.django_db
def test_the_same_seed_gives_the_same_life(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert _lived(seed=3) == _lived(seed=3)


def _lived(seed: int) -> str:
    """A digest of everything that people would read, after which all is taken back."""
    remembered.forget()
    sums = hashlib.sha256()
    with transaction.atomic():
        build(seed=seed, days=2, lived=0, learn=False)
        orders = WorkOrder.objects.order_by("order_no").values_list(
            "order_no", "text", "state", "lead_unit__name", "category__code", "filed_at", "promised_at"
        )
        steps = Step.objects.order_by("order__order_no", "id").values_list(
            "action", "at", "to_state", "by__username", "note"
        )
        contacts = Contact.objects.order_by("started_at", "id").values_list("started_at", "text", "result", "answer")
        for row in (*orders, *steps, *contacts):
            sums.update(repr(row).encode())
        transaction.set_rollback(True)
    return sums.hexdigest()
