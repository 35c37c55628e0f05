"""Who calls: what of this number is still open, how often it called within a year, whether it calls again and again."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from huying.base.calendars import clock
from huying.base.org.models import Person
from huying.base.parties.models import Citizen
from huying.base.parties.selectors import by_phone, contact_line
from huying.handling.orders import presenting
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.permissions import permitted
from huying.handling.orders.selectors import JOINED, open_orders_of
from huying.handling.orders.states import ORDER_TABLE
from huying.intake.contacts.models import Contact

YEAR, MONTH = timedelta(days=365), timedelta(days=30)
OFTEN = 3  # contacts of one number within 30 days, from which on the desk says so
HISTORY = 20
GLIMPSE = 80  # signs of an earlier contact's words
SERVED = ("urge", "add_words", "withdraw")


def caller(reader: Person, phone: str) -> dict[str, Any] | None:
    """The caller with this number as the desk shows it; None where nobody is known by it. Five statements.

    Raises ``Invalid`` where the number can't be one.
    """
    citizen = by_phone(phone)
    if citizen is None:
        return None
    now = clock.now()
    own = Contact.objects.filter(citizen=citizen, started_at__gte=now - YEAR)
    counted = own.aggregate(year=Count("id"), month=Count("id", filter=Q(started_at__gte=now - MONTH)))
    orders = WorkOrder.objects.filter(citizen=citizen, filed_at__gte=now - YEAR).count()
    return {
        "id": citizen.public_id,
        **(contact_line(citizen, reader) or {"name_masked": "", "phone_masked": ""}),
        "open_orders": _open_orders(reader, citizen),
        "orders_in_year": orders,
        "contacts_in_year": counted["year"],
        "contacts_in_month": counted["month"],
        "often": counted["month"] >= OFTEN,
        "history": _history(citizen, now),
    }


def answering(order: WorkOrder) -> WorkOrder:
    """The order where the matter is handled: a merged one is served through its master."""
    return order.master if order.state == "merged" and order.master is not None else order


def _open_orders(reader: Person, citizen: Citizen) -> list[dict[str, Any]]:
    """Open orders of the citizen, the newest first, each with what can be done for the caller without a new order."""
    rows = open_orders_of(citizen).select_related(*JOINED, *(f"master__{name}" for name in JOINED))
    shown = []
    for own in rows[:HISTORY]:
        order = answering(own)
        moves = {move.action for move in ORDER_TABLE[order.state].moves if permitted(reader, move)}
        if own.state == "merged":
            moves.discard("withdraw")  # that would end the matter of another citizen
        shown.append(
            {
                **presenting.item(order, reader, None),
                "id": own.public_id,
                "order_no": own.order_no,
                "title": own.title,
                "state": own.state,
                "citizen": contact_line(citizen, reader),  # not the master's
                "allowed": ["ask", *(action for action in SERVED if action in moves)],
            }
        )
    return shown


def _history(citizen: Citizen, now: datetime) -> list[dict[str, Any]]:
    rows = Contact.objects.filter(citizen=citizen, started_at__gte=now - YEAR).select_related("order")
    return [
        {
            "id": row.public_id,
            "at": row.started_at,
            "channel": row.channel,
            "result": row.result,
            "result_label": row.get_result_display(),
            "words": (row.order.title if row.order else "") or row.text[:GLIMPSE],
            "order": {"id": row.order.public_id, "order_no": row.order.order_no, "state": row.order.state}
            if row.order
            else None,
        }
        for row in rows.order_by("-started_at", "-id")[:HISTORY]
    ]
