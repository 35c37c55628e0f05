"""Where this room joins in with orders, which know nothing of it."""

from typing import Any

from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.handling.dispatch import selectors
from huying.handling.dispatch.actions.decisions import after_dispatch
from huying.handling.orders import hooks
from huying.handling.orders.models import WorkOrder


def join() -> None:
    """Write decisions with the orders' own actions, and show the analysis on an order's page."""
    if after_dispatch not in hooks.dispatched:
        hooks.dispatched.append(after_dispatch)
    hooks.shown["analysis"] = shown_analysis


def shown_analysis(order: WorkOrder, reader: Person) -> dict[str, Any] | None:
    """The centre sees why a unit was proposed; a unit sees only that it was given the order."""
    return selectors.order_analysis(order) if reader.reach is Reach.CENTRE else None
