"""Where this room joins in: transfers leave a record here, and what is urgent or angry is told to the team leader."""

from typing import Any

from django.db.models.signals import post_save

from huying.base.calendars import clock
from huying.base.events.obligations import oblige
from huying.handling.dispatch.models import Analysis
from huying.handling.linkage import actions
from huying.handling.orders.hooks import OVERRIDES
from huying.handling.orders.models import WorkOrder

ALARM = "linkage.alarm"


def join() -> None:
    OVERRIDES["transfer"] = actions.hand_over
    OVERRIDES["transfer_accepted"] = actions.hand_over_taken
    OVERRIDES["transfer_refused"] = actions.hand_over_refused
    post_save.connect(analysed, sender=Analysis, dispatch_uid="linkage.analysed")


def analysed(instance: Analysis, created: bool, **_: Any) -> None:
    """In the transaction that keeps the analysis; one statement, and only where there is something to tell."""
    said = alarming(instance.facets)
    if created and said:
        payload = {"workorder": instance.order_id, "why": said}
        oblige(kind=ALARM, key=f"{ALARM}:{instance.order_id}", due_at=clock.now(), payload=payload)


def alarming(facets: dict[str, Any]) -> list[str]:
    """Why a team leader should look now: codes, empty where nothing presses."""
    why = []
    if facets.get("urgency") == "emergency" or facets.get("transfer") not in (None, "", "none"):
        why.append("emergency")
    if facets.get("emotion") == "angry":
        why.append("emotion")
    return why


def still_open(order: WorkOrder) -> bool:
    return order.closed_at is None
