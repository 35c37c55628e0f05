"""An order told again in bulk, move by move, leaves the same rows as the actions by which it was lived."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from huying.base.calendars import clock
from huying.base.events.models import Obligation
from huying.base.org.models import Unit
from huying.handling.orders import actions
from huying.handling.orders.imports import ImportedOrder, import_orders
from huying.handling.orders.models import Assignment, Objection, Outreach, Petition, Step, WorkOrder
from huying.handling.orders.pasts import IllegalPast, PastMove, played
from tests.handling.orders.town import Town

pytestmark = pytest.mark.postgres

OF_ORDER = [
    "state",
    "promised_at",
    "first_promised_at",
    "due_from",
    "due_at",
    "clock_stopped_at",
    "dispatched_at",
    "concluded_at",
    "closed_at",
    "closing",
    "conclusion",
    "reply",
    "contacted",
    "solved",
    "satisfied",
    "redo_count",
    "reassign_count",
    "upheld_objections",
    "urge_count",
    "extension_count",
    "supervision_level",
    "sensitive",
    "unreasonable",
    "overdue",
    "lead_unit_id",
    "answerable_unit_id",
    "state_since",
    "dispatched_by",
]
OF_PART = [
    "unit_id",
    "part",
    "state",
    "due_from",
    "due_at",
    "sign_due_at",
    "contact_due_at",
    "signed_at",
    "first_contact_at",
    "submitted_at",
    "ended_at",
    "conclusion",
    "answer",
    "redo_round",
    "must_sign",
    "clock_stopped_at",
    "dispatched_at",
    "dispatched_by",
]


def extended(town: Town, later: Callable[[float], None]) -> WorkOrder:
    order = town.handling(assists=[town.units.police])
    lead = town.lead(order)
    clerk = town.clerks[lead.unit_id]
    actions.urge(actor=town.people["agent"], order=order, words="还没人来")
    later(2)
    actions.record_outreach(actor=clerk, assignment=lead, connected=True, summary="已联系")
    actions.extend(actor=clerk, assignment=lead, reason="需检测", days=3)
    later(1)
    actions.decide_extension(actor=town.people["dispatcher"], assignment=lead, granted=True, reason="同意")
    later(5)
    town.submit_part(town.of(order, town.units.police), "explained")
    town.submit_part(town.lead(order))
    return order


def redone(town: Town, later: Callable[[float], None]) -> WorkOrder:
    order = town.to_visit()
    later(20)
    town.dissatisfied(order)
    later(1)
    actions.judge(actor=town.people["judge"], order=order, verdict="reasonable", reason="确未解决")
    later(1)
    town.submit_part(town.lead(order))
    later(1)
    actions.pass_audit(actor=town.people["auditor"], order=order)
    later(1)
    answers = {"reached": True, "contacted": "yes", "solved": "solved", "satisfied": "basic"}
    actions.record_visit(actor=town.people["visitor"], order=order, **answers)
    return order


def objected(town: Town, later: Callable[[float], None]) -> WorkOrder:
    order = town.dispatched()
    wrong = town.lead(order)
    later(0.5)
    clerk = town.clerks[wrong.unit_id]
    actions.object_to_dispatch(actor=clerk, assignment=wrong, clause="1.5", reason="非我职责")
    later(2)
    dispatcher = town.people["dispatcher"]
    actions.accept_objection(actor=dispatcher, assignment=wrong, unit=town.units.police, reason="同意")
    later(1)
    actions.sign(actor=town.clerks[town.units.police.pk], assignment=town.lead(order))
    later(1)
    actions.reassign(actor=dispatcher, order=order, unit=town.units.heating, reason="应由供热单位办理")
    later(1)
    actions.supervise(actor=town.people["supervisor"], order=order, level="2", note="尽快办结")
    town.submit_part(town.lead(order))
    later(1)
    actions.fail_audit(actor=town.people["auditor"], order=order, reason="未正面回应")
    town.submit_part(town.lead(order))
    actions.pass_audit(actor=town.people["auditor"], order=order)
    return order


def shelved(town: Town, later: Callable[[float], None]) -> WorkOrder:
    order = town.suspended()
    later(72)
    lead = town.lead(order)
    actions.resume(actor=town.clerks[lead.unit_id], assignment=lead, note="条件具备")
    return order


@pytest.mark.parametrize("lived", [extended, redone, objected, shelved])
def test_told_again_it_leaves_the_same_rows(town: Town, frozen_now, lived) -> None:
    order = lived(town, lambda hours: frozen_now.advance(timedelta(hours=hours)))
    again = told_again(order)
    assert columns(again, OF_ORDER) == columns(order, OF_ORDER)
    assert parts(again, OF_PART) == parts(order, OF_PART)
    for model in (Objection, Petition, Outreach):
        assert beside(model, again) == beside(model, order)
    assert timers(again) == timers(order)


def test_a_child_of_a_unit_is_told_with_it(town: Town, frozen_now) -> None:
    order = town.handling(unit=town.units.street)
    lead = town.lead(order)
    clerk = town.clerks[lead.unit_id]
    actions.delegate(actor=clerk, assignment=lead, unit=town.units.community)
    frozen_now.advance(timedelta(hours=2))
    town.submit_part(town.of(order, town.units.community), "partly_solved")
    town.submit_part(town.lead(order), "solved")
    order.refresh_from_db()
    again = told_again(order)
    assert parts(again, OF_PART) == parts(order, OF_PART)
    assert again.conclusion == order.conclusion == "solved"
    child = Assignment.objects.get(order=again, unit=town.units.community)
    assert child.parent is not None
    assert child.parent.unit == town.units.street


@pytest.mark.parametrize(
    "moves",
    [
        [("reassign", None, ())],  # to nobody
        [("reassign", None, ("other",))],  # while the first unit still leads
        [("add_assist", None, ("other",)), ("finish", 0, ()), ("sign_off", 0, ()), ("units_done", None, ())],
    ],
)
def test_a_past_without_exactly_one_lead_is_refused(moves) -> None:
    now = clock.now()
    begin = [
        PastMove("submit", now, to="to_dispatch"),
        PastMove("dispatch", now, gives=("first",)),
        PastMove("sign", now, 0),
    ]
    rest = [PastMove(action, now, part, to="in_hand" if action == "reassign" else "", gives=gives)
            for action, part, gives in moves]  # fmt: skip
    with pytest.raises(IllegalPast):
        played([*begin, *rest], parts=0, start=now)


def told_again(order: WorkOrder) -> WorkOrder:
    """The same past, brought in as a list of moves."""
    order.refresh_from_db()
    keys = list(Assignment.objects.filter(order=order).order_by("id").values_list("pk", flat=True))
    moves = [
        PastMove(
            step.action,
            step.at,
            None if step.assignment_id is None else keys.index(step.assignment_id),
            to=step.to_state,
            note=step.note,
            by=step.by,
            data=step.data,
            gives=_gives(step),
        )
        for step in Step.objects.filter(order=order).select_related("by").order_by("id")
    ]
    given = ImportedOrder(
        source="again",
        source_no=order.order_no,
        text=order.text,
        filed_at=order.filed_at,
        citizen=order.citizen,
        category=order.category,
        moves=moves,
    )
    made = import_orders(actor=order.filed_by, batch=[given]).orders[0]
    made.refresh_from_db()
    return made


def _gives(step: Step) -> tuple[Unit, ...]:
    if step.action == "accept_objection":
        later = Assignment.objects.filter(order=step.order, pk__gt=step.assignment_id, dispatched_at=step.at)
        return tuple(part.unit for part in later.order_by("id"))
    if step.action not in ("dispatch", "designate", "reassign", "add_assist", "delegate"):
        return ()
    return tuple(Unit.objects.get(pk=pk) for pk in [step.data["unit"], *step.data.get("assists", [])])


def columns(row, names) -> dict:
    return {name: getattr(row, name) for name in names}


def parts(order: WorkOrder, names) -> list[dict]:
    return [columns(part, names) for part in Assignment.objects.filter(order=order).order_by("id")]


def beside(model, order: WorkOrder) -> list[dict]:
    same = {field.attname for field in model._meta.concrete_fields} - {"id", "assignment_id"}
    return [columns(row, sorted(same)) for row in model.objects.filter(assignment__order=order).order_by("id")]


def timers(order: WorkOrder) -> list[tuple]:
    """What is still waited for by the clock: kinds and due times."""
    own = Assignment.objects.filter(order=order).values_list("pk", flat=True)
    rows = Obligation.objects.filter(done_at=None, due_at__gt=clock.now())
    rows = rows.exclude(kind__in=("notice.send", "order.auto_dispatch", "visit.invite"))
    mine = [
        row for row in rows if row.payload.get("workorder") == order.pk or row.payload.get("assignment") in set(own)
    ]
    return sorted((row.kind, row.due_at) for row in mine)
