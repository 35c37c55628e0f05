"""Where this room joins in with orders, which know nothing of it."""

from huying.handling.orders.hooks import OVERRIDES
from huying.handling.undertaking import actions


def join() -> None:
    """An outreach that a relayed call led to is written together with the call."""
    OVERRIDES["record_outreach"] = actions.record_outreach
