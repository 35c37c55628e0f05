"""What a dispatcher sees beside the candidates: the clause, precedents, like orders that are settled, like open ones."""

from typing import Any

from huying.base.calendars import clock
from huying.base.org.models import Unit
from huying.handling.dispatch import knowledge, same_matter, selectors, steps
from huying.handling.dispatch.known import Knowledge, in_force
from huying.handling.dispatch.models import CatalogueEntry, Precedent
from huying.handling.dispatch.settled_like import similar_settled
from huying.handling.orders.models import WorkOrder

MOST_PRECEDENTS = 5


def advice(order: WorkOrder) -> dict[str, Any]:
    """Everything to decide by on one page. The number of statements does not grow with the history."""
    known = knowledge.current()
    division = order.incident_division
    return {
        "analysis": selectors.order_analysis(order),
        "clauses": clauses(known, order),
        "precedents": [_precedent(known, row) for row in _precedents(known, order)],
        "settled": similar_settled(order.text, leave_out=order.pk),
        "cited": same_matter.cited(order.text, leave_out=order.pk),
        "similar": same_matter.similar_open(
            order.text,
            place=order.incident_place,
            division=division.code if division else "",
            at=order.filed_at,
            leave_out=order.pk,
        ),
    }


def clauses(known: Knowledge, order: WorkOrder) -> list[dict[str, Any]]:
    """Lines of the 派单目录 for the order's category, the most specific first; those of other areas are left out."""
    category = known.categories.by_pk.get(order.category_id) if order.category_id else None
    if category is None:
        return []
    today, made = clock.today(), []
    for one in known.categories.chain(category):
        for entry in in_force(known.rules.catalogue.get(one.pk, []), today):
            if known.gazetteer.covers(entry.division_id, order.incident_division):
                made.append(_clause(known, entry))
    return made


def _clause(known: Knowledge, entry: CatalogueEntry) -> dict[str, Any]:
    category, unit = known.categories.by_pk[entry.category_id], known.units.present(entry.unit_id, clock.today())
    division = known.gazetteer.by_pk.get(entry.division_id) if entry.division_id else None
    return {
        "clause": entry.clause,
        "category": category.full_name,
        "division": division.name if division else "",
        "unit": _named(unit),
        "part": entry.part,
        "basis": entry.basis,
    }


def _precedents(known: Knowledge, order: WorkOrder) -> list[Precedent]:
    """What panels decided in this category, in the order's area or a wider one; the latest first."""
    rows = known.precedents.get(order.category_id, []) if order.category_id else []
    fitting = [row for row in rows if known.gazetteer.covers(row.division_id, order.incident_division)]
    return fitting[:MOST_PRECEDENTS]


def _precedent(known: Knowledge, row: Precedent) -> dict[str, Any]:
    unit = known.units.present(row.unit_id, clock.today())
    former = known.units.by_pk.get(row.unit_id)
    return {
        "decided_on": row.decided_on,
        "words": f"{row.decided_on.isoformat()} 会商：由{steps.short(unit or former)}主办",
        "unit": _named(unit or former),
        "basis": row.basis,
        "order": row.order.public_id,
        "order_no": row.order.order_no,
    }


def _named(unit: Unit | None) -> dict[str, str] | None:
    return {"id": unit.public_id, "name": unit.name} if unit is not None else None
