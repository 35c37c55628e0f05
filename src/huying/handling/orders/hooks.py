"""Where rooms above this one join in: called inside the transaction of the action."""

from collections.abc import Callable
from typing import Any

from huying.base.org.models import Person
from huying.handling.orders.models import Assignment, WorkOrder

Dispatched = Callable[[WorkOrder, Assignment, Person, str, str], None]

dispatched: list[Dispatched] = []
"""Called with ``(order, lead assignment, actor, kind, basis)`` whenever a lead unit was given an order; ``kind`` is the
action: dispatch, designate, accept_objection, reassign. ``basis`` is what a panel based its decision on, tokenised."""

OVERRIDES: dict[str, Callable[..., Any]] = {}
"""Actions that a room above carries out instead (visits writes its own row): ``{"record_visit": function}``."""


def tell_dispatched(order: WorkOrder, assignment: Assignment, actor: Person, kind: str, basis: str = "") -> None:
    for told in dispatched:
        told(order, assignment, actor, kind, basis)


Shown = Callable[[WorkOrder, Person], Any]

shown: dict[str, Shown] = {}
"""Parts of an order's page that belong to rooms above: ``{"analysis": function(order, reader)}``; what it returns must
fit the page's schema (``analysis``: a mapping or None)."""
