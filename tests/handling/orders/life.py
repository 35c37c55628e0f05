"""A machine that lives orders through both state tables as people of the roles, and watches what must always hold."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from huying.base.audit.models import AuditEntry
from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.models import Event
from huying.base.events.obligations import run_due
from huying.base.org.models import Person
from huying.handling.orders import actions
from huying.handling.orders.guards import ASSIGNMENT_GUARDS, ORDER_GUARDS
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS, Case, permitted
from huying.handling.orders.states import (
    ASSIGNMENT_TABLE,
    OPEN_ASSIGNMENT_STATES,
    ORDER_TABLE,
    TERMINAL_STATES,
    FormField,
    Move,
)
from tests.conftest import MONDAY_TEN
from tests.handling.orders import town as towns

OURS = ("order.", "milestone.", "assignment.", "objection.", "petition.", "suspension.", "shelved.")
MAY_MOVE_PROMISE = {
    "submit", "transfer_refused", "supplement", "give_up_info", "decline", "withdraw", "merge", "reopen",
    "decide_extension", "resume", "decide_suspension", "amend", "reassign", "accept_objection",
}  # fmt: skip
WORDS = ["情况属实，已处理。", "请尽快办理", "联系电话 13800138000，请回电"]
LUCK = st.integers(0, 2**32 - 1)


class Life(RuleBasedStateMachine):
    """Orders are filed, time passes, and people do what they may, or try what they may not."""

    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.clock = clock.ManualClock(MONDAY_TEN)
        self._clock = clock.use(self.clock)
        self._clock.__enter__()
        self._rollback = transaction.atomic()
        self._rollback.__enter__()
        self.orders: list[WorkOrder] = []
        self.touched: set[int] = set()
        self.step = 0
        self.tried: Counter[str] = Counter()

    def _chance(self, luck: int) -> Random:
        """Random choices of this step; the same luck twice in one life is not the same choice twice."""
        self.step += 1
        return Random(luck * 1_000_003 + self.step)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._rollback.__exit__(None, None, None)
        self._clock.__exit__(None, None, None)

    @initialize()
    def town_is_built(self) -> None:
        self.town = towns.build()
        everybody = [*self.town.people.values(), *self.town.clerks.values(), *self.town.leaders.values()]
        self.everybody = [*everybody, self.town.system]
        self.units = [self.town.units.police, self.town.units.housing, self.town.units.street, self.town.units.heating]

    @rule(luck=LUCK)
    @precondition(lambda self: len([o for o in self.orders if o.state not in TERMINAL_STATES]) < 3)
    def an_order_is_filed(self, luck: int) -> None:
        self._file(self._chance(luck))

    def _file(self, luck: Random) -> None:
        begin = luck.choice([self.town.file, self.town.file, *self.town.further])
        order = begin(
            submit=begin != self.town.file or luck.random() < 0.8,
            channel="phone" if begin in self.town.further else luck.choice(["phone", "web"]),
            urgency=luck.choice(["general", "general", "urgent", "emergency"]),
            request_type="help" if begin in self.town.further else luck.choice(["help", "complaint", "consult"]),
            anonymous=begin not in self.town.further and luck.random() < 0.2,
            confidential=luck.random() < 0.2,
        )
        self.orders.append(order)
        self.touched.add(order.pk)

    @rule(hours=st.sampled_from([0.1, 1, 5, 24, 24 * 8]))
    def time_passes(self, hours: float) -> None:
        self.clock.advance(timedelta(hours=hours))
        kinds = [k for k in _kinds() if k.startswith(OURS) and k != "order.auto_dispatch"]
        run_due(100, kinds=kinds)
        self.touched.update(order.pk for order in self.orders)

    @rule(luck=LUCK)
    @precondition(lambda self: self.orders)
    def the_work_goes_on(self, luck: int) -> None:
        self._lawful(self._chance(luck), aside=False)

    @rule(luck=LUCK)
    @precondition(lambda self: self.orders)
    def the_work_goes_on_again(self, luck: int) -> None:
        self._lawful(self._chance(luck), aside=False)

    @rule(luck=LUCK)
    @precondition(lambda self: self.orders)
    def something_aside_happens(self, luck: int) -> None:
        self._lawful(self._chance(luck), aside=True)

    def _lawful(self, luck: Random, *, aside: bool) -> None:
        """One of the moves that are open now, by somebody who may make it."""
        found = [(subject, move) for subject in self._subjects(luck) for move in _open_moves(subject)]
        chosen = [(s, m) for s, m in found if (m.action in ASIDE) is aside]
        if not chosen:
            return
        if luck.random() < 0.6:  # rather what has seldom been tried in this life
            seldom = min(self.tried[move.action] for _, move in chosen)
            chosen = [(s, m) for s, m in chosen if self.tried[m.action] == seldom]
        subject, move = luck.choice(chosen)
        self.tried[move.action] += 1
        unit = subject.unit if isinstance(subject, Assignment) else None
        people = [person for person in self.everybody if permitted(person, move, unit)]
        if people:
            self._try(luck, luck.choice(people), subject, move.action, move.fields, lawful=True)

    @rule(luck=LUCK)
    @precondition(lambda self: self.orders)
    def somebody_tries_anything(self, luck: int) -> None:
        self._anything(self._chance(luck))

    def _anything(self, luck: Random) -> None:
        subject = luck.choice(self._subjects(luck))
        is_order = isinstance(subject, WorkOrder)
        action = luck.choice(sorted(ORDER_ACTIONS if is_order else ASSIGNMENT_ACTIONS))
        table = ORDER_TABLE if is_order else ASSIGNMENT_TABLE
        move = next(m for row in table.values() for m in row.moves if m.action == action)
        self._try(luck, luck.choice(self.everybody), subject, action, move.fields, lawful=False)

    def _subjects(self, luck: Random) -> list[WorkOrder | Assignment]:
        for each in self.orders:
            each.refresh_from_db()
        if len(self.orders) > 5:  # what has long ended is let go, so that a long life stays quick to look at
            self.orders = [o for o in self.orders if o.state not in TERMINAL_STATES] or self.orders[-1:]
        order = luck.choice([o for o in self.orders if o.state not in TERMINAL_STATES] or self.orders)
        parts = order.assignments.select_related("unit", "order").order_by("id")
        return [order, *(part for part in parts if ASSIGNMENT_TABLE[part.state].moves)]

    def _try(self, luck, person: Person, subject, action: str, fields: tuple[FormField, ...], *, lawful: bool) -> None:
        values = {f.name: self._value(luck, f, subject) for f in fields if f.required or luck.random() < 0.5}
        stale = not lawful and luck.random() < 0.5
        version = subject.version - 1 if stale else subject.version
        before, rows = self._counts(), _rows(subject)
        promised = _promises(self.orders)
        perform = actions.perform_order if isinstance(subject, WorkOrder) else actions.perform_assignment
        name = "order" if isinstance(subject, WorkOrder) else "assignment"
        try:
            with transaction.atomic():
                perform(actor=person, action=action, values=values, expected_version=version, **{name: subject})
        except (NotAllowed, Conflict, Invalid):
            assert self._counts() == before, f"{action} refused, yet written down"
            assert _rows(subject) == rows, f"{action} refused, yet changed"
            return
        assert not stale
        self._done(person, subject, name, action, before, promised)

    def _done(self, person, subject, name, action, before, promised) -> None:
        self.done[action] += 1
        events, audits = self._counts()
        assert (events, audits) == (before[0] + 1, before[1] + 1), f"{action}: {events - before[0]} events"
        assert Event.objects.latest("id").type == f"{name}.{action}"
        table = ORDER_TABLE if name == "order" else ASSIGNMENT_TABLE
        unit = None if name == "order" else subject.unit
        moves = [m for row in table.values() for m in row.moves if m.action == action]
        assert any(permitted(person, m, unit) for m in moves), f"{person.roles} did {action}"
        if action not in MAY_MOVE_PROMISE:
            assert _promises(self.orders) == promised, f"{action} moved a promise"
        self.touched.update(order.pk for order in self.orders)

    def _counts(self) -> tuple[int, int]:
        return Event.objects.count(), AuditEntry.objects.count()

    def _value(self, luck: Random, field: FormField, subject) -> Any:
        units = [unit.public_id for unit in self.units]
        order = subject.order if isinstance(subject, Assignment) else subject
        below = [self.town.units.community.public_id, self.town.units.other_community.public_id]
        mine = list(order.assignments.values_list("unit__public_id", flat=True)) or units
        later = clock.today() + timedelta(days=luck.randint(1, 30))
        choices: dict[str, Any] = {
            "unit": luck.choice([*below, *mine] if "下级" in field.label else [*units, *mine]),
            "units": luck.sample(units, luck.randint(0, 2)),
            "choice": luck.choice(sorted(field.choices) or [""]),
            "decline_rule": luck.choice(["litigation", "vague"]),
            "order": luck.choice([o.order_no for o in self.orders]),
            "date": later.isoformat(),
            "datetime": (clock.now() + timedelta(days=9)).isoformat(),
            "number": luck.randint(0, 12),
            "bool": luck.random() < 0.7,
            "category": None,
            "division": None,
        }
        if field.name == "title" and order.difficult:
            return "完成勘查"
        if field.name == "milestones":
            return f"{later.isoformat()} 完成勘查"
        return choices[field.kind] if field.kind in choices else luck.choice(WORDS)

    @invariant()
    def what_must_always_hold(self) -> None:
        for order in WorkOrder.objects.filter(pk__in=self.touched):
            parts = list(order.assignments.order_by("id"))
            check_order(order, parts)
            for part in parts:
                check_assignment(order, part)
            check_timeline(order)
        self.touched.clear()


ASIDE = {
    "amend",
    "reach_milestone",
    "withdraw", "decline", "answer", "comfort", "mark_sensitive", "urge", "add_words", "supervise", "merge", "transfer",
    "ask_info", "give_up_info", "escalate_difficult", "archive", "unclear", "add_assist", "suspend", "ask_ruling",
}  # fmt: skip


def _open_moves(subject: WorkOrder | Assignment) -> list[Move]:
    """The moves that state and guards leave open, whoever may make them."""
    if isinstance(subject, WorkOrder):
        row, guards, case = ORDER_TABLE[subject.state], ORDER_GUARDS, Case(subject)
    else:
        row, guards, case = ASSIGNMENT_TABLE[subject.state], ASSIGNMENT_GUARDS, Case(subject.order, subject)
    moves = [m for m in row.moves if not m.consequence]
    return [m for m in moves if m.action not in guards or not guards[m.action](case)]


def _kinds() -> list[str]:
    from huying.base.events.obligations import known_kinds

    return known_kinds()


def _rows(subject) -> dict[str, Any]:
    row = type(subject).objects.get(pk=subject.pk)
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def _promises(orders: list[WorkOrder]) -> dict[int, Any]:
    return dict(WorkOrder.objects.filter(pk__in=[o.pk for o in orders]).values_list("pk", "promised_at"))


def check_order(order: WorkOrder, parts: list[Assignment]) -> None:
    """The order's own invariants."""
    assert order.state in ORDER_TABLE
    leads = [p for p in parts if p.part == "lead" and not p.parent_id and p.state not in ("released", "cancelled")]
    open_parts = [p for p in parts if p.state in OPEN_ASSIGNMENT_STATES]
    assert len(leads) <= 1
    for name in ("promised_at", "first_promised_at", "due_at"):
        assert getattr(order, name) is None or getattr(order, name) > order.filed_at, name
    if order.state in TERMINAL_STATES or order.state == "closed":
        assert not open_parts, order.state
        assert order.closed_at is not None
    if order.state in ("to_audit", "to_visit", "to_judge"):
        assert not [p for p in open_parts if p.parent_id is None], order.state
    if order.state == "in_hand":
        assert leads, "in hand without a lead"
        assert open_parts, "in hand, yet nobody works on it"
        assert order.lead_unit_id == leads[0].unit_id
    if order.dispatched_at is not None:
        assert order.answerable_unit_id is not None
    if order.clock_stopped_at is not None:
        suspended = any(p.clock_stopped_at and p.part == "lead" and not p.parent_id for p in parts)
        assert order.state == "need_info" or suspended, "a clock stands still without a reason"
    if order.dispatched_at is not None:
        assert order.promised_at is not None, order.state


def check_assignment(order: WorkOrder, part: Assignment) -> None:
    """An assignment's own invariants."""
    assert part.state in ASSIGNMENT_TABLE
    assert part.due_at >= part.dispatched_at
    assert part.sign_due_at >= part.dispatched_at
    assert part.contact_due_at is None or part.contact_due_at >= part.dispatched_at
    if part.clock_stopped_at is not None:
        assert part.state == "suspended"
    if part.state == "submitted":
        assert part.conclusion
        assert part.submitted_at is not None
    if part.parent_id and part.state in OPEN_ASSIGNMENT_STATES:
        assert part.parent.state in OPEN_ASSIGNMENT_STATES, "a child outlives its parent"


def check_timeline(order: WorkOrder) -> None:
    """Every line of the timeline is a move of the tables, and each begins where the one before it ended."""
    here = {None: ""}
    for step in Step.objects.filter(order=order).order_by("id"):
        table = ASSIGNMENT_TABLE if step.assignment_id else ORDER_TABLE
        if step.action == "filed" or step.action.endswith("overdue"):
            here.setdefault(step.assignment_id, step.to_state)
            here[step.assignment_id] = step.to_state
            continue
        known = here.get(step.assignment_id) or ("to_sign" if step.assignment_id else "draft")
        assert step.from_state == known, (step.action, step.from_state, known)
        move = next((m for m in table[step.from_state].moves if m.action == step.action), None)
        assert move is not None, (step.from_state, step.action)
        assert step.to_state in (move.to or (step.from_state,)), (step.action, step.from_state, step.to_state)
        here[step.assignment_id] = step.to_state
    assert here[None] == order.state
