"""办理网络图: who handled together with whom, computed from the orders of the last year every night."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max

from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.handling.linkage.models import Together
from huying.handling.orders.models import Assignment

DAYS = 365
LEAST = 2  # once together may be chance


def rebuild(*, actor: Person) -> int:
    """Count pairs of lead and assist by category; the number of pairs kept."""
    since = clock.now() - timedelta(days=DAYS)
    gone = ("released", "cancelled")
    assists = Assignment.objects.filter(part="assist", parent__isnull=True, dispatched_at__gte=since).exclude(
        state__in=gone
    )
    rows = (
        assists.filter(order__lead_unit__isnull=False)
        .exclude(order__lead_unit=F("unit"))
        .values("order__lead_unit_id", "unit_id", "order__category_id")
        .annotate(n=Count("order", distinct=True), last=Max("dispatched_at"))
        .filter(n__gte=LEAST)
        .order_by()
    )
    made = [
        Together(
            lead_id=row["order__lead_unit_id"], assist_id=row["unit_id"], category_id=row["order__category_id"],
            orders=row["n"], last_at=row["last"],
        )
        for row in rows
    ]  # fmt: skip
    with transaction.atomic():
        Together.objects.all().delete()
        Together.objects.bulk_create(made, batch_size=500)
        record(actor=actor, verb="linkage.network_built", payload={"pairs": len(made)})
    return len(made)


def graph(*, category: int | None = None, unit: str = "", most: int = 200) -> dict[str, Any]:
    """Units as nodes with how many orders they shared, pairs as edges, the heaviest ``most``."""
    rows = Together.objects.all()
    if category is not None:
        rows = rows.filter(category_id=category)
    if unit:
        rows = rows.filter(lead__public_id=unit) | rows.filter(assist__public_id=unit)
    nodes: dict[str, dict[str, Any]] = {}
    edges = []
    summed: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for lead, lead_name, assist, assist_name, orders in rows.values_list(
        "lead__public_id", "lead__name", "assist__public_id", "assist__name", "orders"
    ):
        summed[(lead, assist)] = summed.get((lead, assist), 0) + orders
        names |= {lead: lead_name, assist: assist_name}
    for (lead, assist), orders in sorted(summed.items(), key=lambda one: -one[1])[:most]:
        edges.append({"lead": lead, "assist": assist, "orders": orders})
        for each in (lead, assist):
            node = nodes.setdefault(each, {"id": each, "name": names[each], "orders": 0})
            node["orders"] += orders
    return {"nodes": list(nodes.values()), "edges": edges, "days": DAYS, "pairs": len(summed)}
