"""Carrying out one action: checks, lock, moves, timeline, event and audit row, obligations — all in one transaction.

Locks are always taken in the same sequence: the order (of several orders the lower id first), then its assignments by
id. On PostgreSQL rows are locked; SQLite's immediate transactions let one writer in at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from huying.base import vault
from huying.base.calendars import clock
from huying.base.errors import Conflict, NotAllowed, NotFound
from huying.base.events.obligations import Due, hold_again, oblige_many, release
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.parties.texts import tokenise
from huying.handling.orders import timers
from huying.handling.orders.guards import ASSIGNMENT_GUARDS, ORDER_GUARDS
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.permissions import allowed_moves, moves_named, only_its_filer, permitted, who_may
from huying.handling.orders.states import ASSIGNMENT_TABLE, OPEN_ASSIGNMENT_STATES, ORDER_TABLE, Move

Subject = WorkOrder | Assignment
ENDED = ("released", "cancelled")
WORDY = {"title", "caller_place_sealed", "incident_place", "respondent_place", "waived", "query_code"}


class IllegalMove(RuntimeError):
    """The code tried a move that the state tables do not have: a fault of ours, never a person's."""


class Act:
    """One action while it is carried out. Actions change ``order`` and ``assignment``; leaving the block saves all."""

    def __init__(
        self, actor: Person, action: str, order: WorkOrder, assignment: Assignment | None, at: datetime
    ) -> None:
        self.actor, self.action, self.order, self.assignment, self.at = actor, action, order, assignment, at
        self.subject: Subject = assignment or order
        self.from_state = self.to_state = self.subject.state
        self.payload: dict[str, Any] = {}
        self.note = self.sealed = ""
        self.data: dict[str, Any] = {}
        self.changes: dict[str, Any] = {}
        self.dues: list[Due] = []
        self.order_timers = timers.keys_of_order(order)  # as they run before the action
        self.released: list[str] = []
        self.followers: list[Step] = []
        self._assignments: list[Assignment] | None = None
        self._before: list[tuple[Subject, dict[str, Any]]] = []
        self.track(order)

    @property
    def assignments(self) -> list[Assignment]:
        """All assignments of the order, locked, in order of id."""
        if self._assignments is None:
            rows = Assignment.objects.select_for_update(of=("self",)).select_related("unit")
            self._assignments = list(rows.filter(order=self.order).order_by("id"))
            for row in self._assignments:
                row.order = self.order
                self.track(row)
        return self._assignments

    @property
    def open_assignments(self) -> list[Assignment]:
        return [a for a in self.assignments if a.state in OPEN_ASSIGNMENT_STATES]

    @property
    def lead(self) -> Assignment | None:
        """The order's present lead assignment, submitted or not."""
        leads = (a for a in self.assignments if a.part == "lead" and not a.parent_id and a.state not in ENDED)
        return next(leads, None)

    def track(self, subject: Subject) -> None:
        """Save this row's changes with the action."""
        self._before.append((subject, _snapshot(subject)))

    def tracked_order(self, pk: int) -> WorkOrder:
        """An order locked together with this one."""
        return next(row for row, _ in self._before if isinstance(row, WorkOrder) and row.pk == pk)

    def add(self, assignment: Assignment) -> Assignment:
        """Insert a new assignment of this action."""
        known = self.assignments
        assignment.save(force_insert=True)
        known.append(assignment)
        self.track(assignment)
        return assignment

    def words(self, text: str) -> str:
        """Take a text a person wrote into the timeline; returned with identifiers as tokens, the originals sealed."""
        self.note, self.sealed = tokenise(text.strip())
        return self.note

    def go(self, to: str = "") -> None:
        """Move the action's subject on."""
        self._move(self.subject, self.action, to)
        self.to_state = self.subject.state

    def carry(self, subject: Subject, action: str, to: str = "", note: str = "", **data: Any) -> None:
        """Make a consequence of this action on another row: its own line in the timeline, no event of its own."""
        before = subject.state
        self._move(subject, action, to)
        self.followers.append(self._step(subject, action, (before, subject.state), note, data))

    def _move(self, subject: Subject, action: str, to: str) -> None:
        table = ORDER_TABLE if isinstance(subject, WorkOrder) else ASSIGNMENT_TABLE
        move = next((m for m in table[subject.state].moves if m.action == action), None)
        target = to or (move.to[0] if move and len(move.to) == 1 else "")
        if move is None or target not in move.to:
            raise IllegalMove(f"{type(subject).__name__} {subject.state} --{action}--> {to or '?'}")
        if target != subject.state:
            subject.state_since = self.at
        subject.state = target
        if target in ENDED:
            # at once: the database lets only one lead be open, and the next one is inserted before this is saved
            Assignment.objects.filter(pk=subject.pk).update(state=target)

    def _step(
        self, subject: Subject, action: str, states: tuple[str, str], note: str, data: dict[str, Any], sealed: str = ""
    ) -> Step:
        is_order = isinstance(subject, WorkOrder)
        return Step(
            order=subject if is_order else self.order,
            assignment=None if is_order else subject,
            action=action,
            at=self.at,
            by=self.actor,
            from_state=states[0],
            to_state=states[1],
            note=note,
            identifiers_sealed=sealed,
            data=data,
        )

    def save(self) -> dict[str, Any]:
        """Write rows, timeline and obligations; returns ``{field: [old, new]}`` of what changed, for the audit."""
        changes: dict[str, Any] = {}
        for subject, before in self._before:
            changed = _difference(before, subject)
            if changed or subject is self.subject:
                subject.version += 1
                subject.save(update_fields=[*changed, "version"])
            own = subject is self.subject
            for name, pair in changed.items():
                changes[name if own else f"{subject._meta.model_name}:{subject.pk}.{name}"] = pair
        main = self._step(
            self.subject, self.action, (self.from_state, self.to_state), self.note, self.data, self.sealed
        )
        Step.objects.bulk_create([main, *self.followers])
        renewed = {due.key for due in self.dues}
        gone = [key for key in self.released if key not in renewed]
        if gone:
            release(*gone)
        if self.dues:
            hold_again(*renewed)
            oblige_many(self.dues)
        return changes

    def event(self) -> dict[str, Any]:
        """The event's payload: ids and codes, what moved from where to where."""
        base = {
            "order": self.order.public_id,
            "from": self.from_state,
            "to": self.to_state,
            "order_state": self.order.state,
        }
        if self.assignment is not None:
            base |= {"assignment": self.assignment.public_id, "unit": self.assignment.unit_id}
        return base | self.payload


@contextmanager
def on_order(
    actor: Person,
    order: WorkOrder,
    action: str,
    expected_version: int | None = None,
    *,
    recorded: bool = True,
    with_orders: tuple[WorkOrder, ...] = (),
) -> Iterator[Act]:
    """Carry out ``action`` on an order. ``recorded=False``: the caller, in whose transaction it runs, records.

    ``with_orders`` are locked and saved with it. The order given is brought up to date when the action is done.
    """
    with transaction.atomic():
        fresh, *others = _locked_orders(order, *with_orders)
        act = Act(actor, action, fresh, None, clock.now())
        for other in others:
            act.track(other)
        check(act, expected_version)
        yield act
        changes = act.save()
        if recorded:
            record(actor=actor, verb=f"order.{action}", subject=fresh, payload=act.event(), changes=changes)
        act.changes = changes
    _take_over(order, fresh)
    for known, other in zip(with_orders, others, strict=True):
        _take_over(known, other)


@contextmanager
def on_assignment(
    actor: Person, assignment: Assignment, action: str, expected_version: int | None = None
) -> Iterator[Act]:
    """Carry out ``action`` on an assignment; its order is locked first, then all the order's assignments."""
    with transaction.atomic():
        (fresh,) = _locked_orders(WorkOrder(pk=assignment.order_id))
        act = Act(actor, action, fresh, None, clock.now())
        own = next((a for a in act.assignments if a.pk == assignment.pk), None)
        if own is None:
            raise NotFound("承办任务不存在。")
        act.assignment = act.subject = own
        act.from_state = act.to_state = own.state
        check(act, expected_version)
        yield act
        changes = act.save()
        record(actor=actor, verb=f"assignment.{action}", subject=own, payload=act.event(), changes=changes)
    _take_over(assignment, own)
    assignment.order = fresh


def check(act: Act, expected_version: int | None) -> None:
    """Refuse what isn't this person's, is stale, or can't be done in the present state; nothing is changed."""
    table, guards, unit = ORDER_TABLE, ORDER_GUARDS, None
    if act.assignment is not None:
        table, guards, unit = ASSIGNMENT_TABLE, ASSIGNMENT_GUARDS, act.assignment.unit
    named = moves_named(table, act.action)
    if not any(permitted(act.actor, move, unit) for move in named):
        if act.actor.roles and any(move.roles.intersection(act.actor.roles) for move in named):
            raise NotAllowed("这件任务不在您单位的范围内。", code="scope")
        raise NotAllowed(f"此操作由{who_may(named)}进行。", code="role")
    if expected_version is not None and expected_version != act.subject.version:
        raise Conflict("别人刚刚改过这件工单，请看过最新内容再操作。", code="stale", **_present(act))
    row = table[act.subject.state]
    move = next((m for m in row.moves if m.action == act.action), None)
    if move is None:
        detail = f"现在的状态是“{row.label}”，不能“{named[0].label}”。"
        raise Conflict(detail, code="not_in_state", title="当前状态不能这样做", **_present(act))
    if not permitted(act.actor, move, unit):
        raise NotAllowed(f"此操作由{who_may([move])}进行。", code="role")
    if only_its_filer(act.actor, move, act.order):
        raise NotAllowed(f"坐席只能“{move.label}”自己受理的工单，其他工单请由审核员或派单员办。", code="own_only")
    reason = guards[act.action](act) if act.action in guards else ""
    if reason:
        raise Conflict(reason, code="not_now", title="现在不能这样做", **_present(act))


def _present(act: Act) -> dict[str, Any]:
    return {
        "current": {"state": act.subject.state, "version": act.subject.version},
        "allowed_actions": [_named(move) for move in allowed_moves(act.actor, act)],
    }


def _named(move: Move) -> dict[str, str]:
    return {"action": move.action, "label": move.label}


def _locked_orders(*orders: WorkOrder) -> list[WorkOrder]:
    """The rows anew under lock, in the sequence given, locked in order of id."""
    rows = WorkOrder.objects.select_for_update().filter(pk__in=[o.pk for o in orders]).order_by("id")
    found = {row.pk: row for row in rows}
    if len(found) != len({o.pk for o in orders}):
        raise NotFound("工单不存在。")
    return [found[order.pk] for order in orders]


def _take_over(known: Subject, fresh: Subject) -> None:
    """Let the caller's object show what is now in the database."""
    if known is not fresh:
        known.__dict__.update({k: v for k, v in fresh.__dict__.items() if k != "_state"})
        known._state.fields_cache = dict(fresh._state.fields_cache)


def _snapshot(subject: Subject) -> dict[str, Any]:
    return {f.attname: getattr(subject, f.attname) for f in subject._meta.concrete_fields}


def _difference(before: dict[str, Any], subject: Subject) -> dict[str, list]:
    """``{field: [old, new]}``; words of people only as keyed digests."""
    changed = {}
    for column in subject._meta.concrete_fields:
        old, new = before[column.attname], getattr(subject, column.attname)
        if old != new:
            wordy = isinstance(column, models.TextField) or column.name in WORDY
            changed[column.name] = [_shown(old, wordy), _shown(new, wordy)]
    return changed


def _shown(value: Any, wordy: bool) -> Any:
    if wordy and value:
        return "#" + vault.fingerprint(str(value), "audit.value")[:16]
    return value.isoformat() if isinstance(value, datetime | date) else value
