"""Who may make which move: role, reach, and the system's own moves."""

from dataclasses import dataclass, field
from datetime import datetime

from huying.base.calendars import clock
from huying.base.org.models import Person, Unit
from huying.base.org.roles import CENTRE_ROLES, ROLES
from huying.handling.orders.guards import ASSIGNMENT_GUARDS, ORDER_GUARDS, Situation
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE, Move


def moves_named(table: dict, action: str) -> list[Move]:
    return [move for row in table.values() for move in row.moves if move.action == action]


ORDER_ACTIONS = frozenset(move.action for row in ORDER_TABLE.values() for move in row.moves if not move.consequence)
ASSIGNMENT_ACTIONS = frozenset(
    move.action for row in ASSIGNMENT_TABLE.values() for move in row.moves if not move.consequence
)


def within(person: Person, unit: Unit) -> bool:
    """Whether ``unit`` is the person's own or below it."""
    return person.unit is not None and unit.path.startswith(person.unit.path)


def permitted(person: Person, move: Move, unit: Unit | None = None) -> bool:
    """Whether the person may make the move; a unit's people only on assignments of their unit and below it."""
    if move.consequence:
        return False
    if person.is_system:
        return move.system
    held = move.roles.intersection(person.roles)
    if held & CENTRE_ROLES:
        return True
    return bool(held) and unit is not None and within(person, unit)


def only_its_filer(person: Person, move: Move, order: WorkOrder) -> bool:
    """Whether the move is closed to a person who may make it on what they filed themselves, and did not file this."""
    held = move.roles.intersection(person.roles)
    return bool(held) and held <= move.own_only and order.filed_by_id != person.pk


def who_may(moves: list[Move]) -> str:
    """The roles in words, for a refusal."""
    codes = frozenset().union(*(move.roles for move in moves))
    return "、".join(role.name for code, role in ROLES.items() if code in codes) or "系统"


@dataclass
class Case:
    """An order or assignment as a guard sees it, for listing what is allowed. Reads other assignments when asked."""

    order: WorkOrder
    assignment: Assignment | None = None
    at: datetime = field(default_factory=clock.now)
    known: list[Assignment] | None = None

    @property
    def assignments(self) -> list[Assignment]:
        if self.known is None:
            self.known = list(self.order.assignments.select_related("unit").order_by("id"))
        return self.known


def unguarded_moves(person: Person, assignment: Assignment) -> list[Move]:
    """Of the allowed moves those that no guard has to look at first: what a list can say of many rows without reading more."""
    return [
        move
        for move in ASSIGNMENT_TABLE[assignment.state].moves
        if move.action not in ASSIGNMENT_GUARDS
        and permitted(person, move, assignment.unit)
        and not only_its_filer(person, move, assignment.order)
    ]


def allowed_moves(person: Person, case: Situation) -> list[Move]:
    """The moves this person may make now on the order, or on the assignment where the case has one."""
    if case.assignment is None:
        row, guards, unit = ORDER_TABLE[case.order.state], ORDER_GUARDS, None
    else:
        row, guards, unit = ASSIGNMENT_TABLE[case.assignment.state], ASSIGNMENT_GUARDS, case.assignment.unit
    return [
        move
        for move in row.moves
        if permitted(person, move, unit)
        and not only_its_filer(person, move, case.order)
        and not (move.action in guards and guards[move.action](case))
    ]
