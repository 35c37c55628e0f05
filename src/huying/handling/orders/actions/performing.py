"""A move by its name, with values as a person filled them in. The API and the tests act through these."""

from importlib import import_module
from typing import Any

from huying.base.errors import NotFound
from huying.base.org.models import Person
from huying.handling.orders.forms import filled_in
from huying.handling.orders.hooks import OVERRIDES
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.permissions import ASSIGNMENT_ACTIONS, ORDER_ACTIONS, moves_named
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE, Move


def perform_order(
    *, actor: Person, order: WorkOrder, action: str, values: dict[str, Any], expected_version: int | None = None
) -> WorkOrder:
    """Make a move of the order table. Raises what the engine raises, and ``Invalid`` for values that can't be right."""
    move = _move(ORDER_TABLE, order.state, action, ORDER_ACTIONS)
    chosen = OVERRIDES.get(action) or _function(action)
    chosen(actor=actor, order=order, expected_version=expected_version, **filled_in(move, values))
    return order


def perform_assignment(
    *, actor: Person, assignment: Assignment, action: str, values: dict[str, Any], expected_version: int | None = None
) -> Assignment:
    """Make a move of the assignment table; see :func:`perform_order`."""
    move = _move(ASSIGNMENT_TABLE, assignment.state, action, ASSIGNMENT_ACTIONS)
    chosen = OVERRIDES.get(action) or _function(action)
    chosen(actor=actor, assignment=assignment, expected_version=expected_version, **filled_in(move, values))
    return assignment


def _move(table: dict, state: str, action: str, known: frozenset[str]) -> Move:
    """The move in this state, or the same move of another state: that it isn't possible here, the engine says."""
    if action not in known:
        raise NotFound("没有这个操作。", code="no_such_action")
    here = next((m for m in table[state].moves if m.action == action), None)
    return here or moves_named(table, action)[0]


def _function(action: str):
    return getattr(import_module("huying.handling.orders.actions"), action)
