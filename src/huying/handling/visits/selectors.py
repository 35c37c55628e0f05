"""Reading visits: the queue of those to be called, and what was said about an order."""

from typing import Any

from django.db.models import QuerySet

from huying.base.org.models import Person
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.selectors import visible_orders
from huying.handling.visits.models import Judgement, Visit


def queue(reader: Person) -> QuerySet[WorkOrder]:
    """Orders to be visited, the longest waiting first."""
    return visible_orders(reader).filter(state="to_visit").order_by("state_since", "id")


def of_order(order: WorkOrder) -> dict[str, list[dict[str, Any]]]:
    """Visits and judgements of an order, oldest first, as the order's page shows them."""
    visits = Visit.objects.filter(order=order).select_related("by").order_by("id")
    judgements = Judgement.objects.filter(order=order).select_related("by").order_by("id")
    return {
        "visits": [
            {
                "round": v.round,
                "attempt": v.attempt,
                "at": v.at,
                "by": v.by.name,
                "channel": v.channel,
                "reached": v.reached,
                "contacted": v.contacted,
                "solved": v.solved,
                "satisfied": v.satisfied,
                "words": v.words,
            }
            for v in visits
        ],
        "judgements": [
            {"at": j.at, "by": j.by.name, "verdict": j.verdict, "reason": j.reason, "review_on": j.review_on}
            for j in judgements
        ],
    }
