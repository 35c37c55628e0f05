"""Reading contacts and handovers, within the reader's reach."""

from typing import Any

from django.db.models import Q, QuerySet

from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.handling.orders.models import Urgency, WorkOrder
from huying.handling.orders.states import OPEN_STATES
from huying.intake.contacts.models import Contact, Handover

UNFINISHED = ("draft", "need_info", "transferring")


def visible_contacts(reader: Person) -> QuerySet[Contact]:
    """The centre sees all, an outsourcing firm those of its own agents, a unit none (it sees its orders)."""
    rows = Contact.objects.select_related("order", "citizen", "agent")
    if reader.reach is Reach.CENTRE:
        if reader.firm_id and not reader.has_role("team_leader", "duty_leader", "supervisor"):
            return rows.filter(firm_id=reader.firm_id)
        return rows
    if reader.reach is Reach.FIRM:
        return rows.filter(firm_id=reader.firm_id)
    return rows.none()


def unfinished_items(actor: Person) -> list[dict[str, Any]]:
    """What the next shift must know of: urgent open orders, unfinished intake, transfers nobody has taken."""
    urgent = Q(urgency__in=(Urgency.URGENT, Urgency.EMERGENCY), state__in=OPEN_STATES)
    rows = (
        WorkOrder.objects.filter(urgent | Q(state__in=UNFINISHED))
        .order_by("promised_at", "id")
        .values("public_id", "order_no", "title", "state", "urgency", "promised_at")[:200]
    )
    return [
        {
            "id": row["public_id"],
            "order_no": row["order_no"],
            "title": row["title"],
            "state": row["state"],
            "urgency": row["urgency"],
            "promised_at": row["promised_at"].isoformat() if row["promised_at"] else None,
        }
        for row in rows
    ]


def open_handovers() -> QuerySet[Handover]:
    return Handover.objects.select_related("made_by", "signed_by").order_by("-made_at", "-id")
