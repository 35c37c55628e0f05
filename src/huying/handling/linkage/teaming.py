"""主办与协办 of an order with several matters: one lead and its assists, each with the reason it is there."""

import itertools
import re
from typing import Any

from huying.base.calendars import clock
from huying.base.org.models import Unit
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.known import Knowledge
from huying.handling.dispatch.steps import short
from huying.handling.dispatch.understanding import Understanding, understand
from huying.handling.linkage.models import Together
from huying.handling.linkage.network import DAYS
from huying.handling.orders.models import WorkOrder

MOST_MATTERS = 6
LEAST_WORDS = 8
OFTEN = 5
SURE = 0.3
_CUT = re.compile(
    r"(?:(?<=[。；;！!？?\n])|^|(?<=[：:，,]))\s*(?:[一二三四五六][是、]|第[一二三四五六][，、]?|[1-6１-６][、.．)）]|[(（][一二三四五六1-6][)）]|"
    r"另外|此外|同时|还有|并且反映|另反映)[，,：:]?"
)


def matters(text: str) -> list[str]:
    """The text cut where the citizen begins another matter; the whole where only one is told."""
    starts = [match.start() for match in _CUT.finditer(text)]
    edges = sorted({0, *starts, len(text)})
    parts = [text[one:other].strip() for one, other in itertools.pairwise(edges)]
    kept = [part for part in parts if len(part) >= LEAST_WORDS]
    return kept[:MOST_MATTERS] if len(kept) > 1 else [text]


def team(order: WorkOrder) -> dict[str, Any]:
    """``{lead, assists, matters}``: every unit with its reasons; assists best founded first."""
    known = knowledge.current()
    whole = _read(order, order.text)
    parts = [(words, _read(order, words)) for words in matters(order.text)]
    lead = order.lead_unit or whole.proposed_unit
    if lead is None:
        return {"lead": None, "assists": [], "matters": []}
    reasons: dict[Unit, list[str]] = {}
    for unit in whole.assists:
        reasons.setdefault(unit, []).append("派单目录列为协办")
    for number, (_, seen) in enumerate(parts, 1):
        first = seen.units[0] if seen.units else None
        if len(parts) > 1 and first is not None and first.unit != lead and first.probability >= SURE:
            why = first.reasons[0] if first.reasons else "与以往此类工单相近"
            reasons.setdefault(first.unit, []).append(f"诉求之{number}属其职责：{why}")
    for unit, count in _companions(known, lead, order):
        if unit in reasons or count >= OFTEN:
            reasons.setdefault(unit, []).append(f"近{DAYS}天与{short(lead)}共同办理此类 {count} 件")
    reasons.pop(lead, None)
    lead_reasons = next((list(one.reasons) for one in whole.units if one.unit == lead), [])
    ranked = sorted(reasons.items(), key=lambda one: -len(one[1]))
    return {
        "lead": {**_named(lead), "reasons": lead_reasons or ["已是主办单位"]},
        "assists": [{**_named(unit), "reasons": said} for unit, said in ranked],
        "matters": [{"words": words, "unit": _first(seen)} for words, seen in parts] if len(parts) > 1 else [],
    }


def _read(order: WorkOrder, words: str) -> Understanding:
    alone = words == order.text
    return understand(
        text=words,
        channel=order.channel,
        category=order.category if alone else None,
        incident_place=order.incident_place,
        incident_division=order.incident_division,
        at=order.filed_at,
    )


def _companions(known: Knowledge, lead: Unit, order: WorkOrder) -> list[tuple[Unit, int]]:
    """Units that assisted this lead before in such matters, most often first."""
    rows = Together.objects.filter(lead=lead)
    rows = rows.filter(category_id=order.category_id) if order.category_id else rows
    counted: dict[int, int] = {}
    for pk, count in rows.values_list("assist_id", "orders"):
        counted[pk] = counted.get(pk, 0) + count
    found = [(known.units.present(pk, clock.today()), count) for pk, count in counted.items()]
    return sorted([(unit, count) for unit, count in found if unit is not None], key=lambda one: -one[1])


def _named(unit: Unit) -> dict[str, str]:
    return {"id": unit.public_id, "name": unit.name}


def _first(seen: Understanding) -> dict[str, str] | None:
    return _named(seen.proposed_unit) if seen.proposed_unit is not None else None
