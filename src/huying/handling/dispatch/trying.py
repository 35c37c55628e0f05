"""A rule tried on the orders of the last 90 days before it goes live: what would it have changed, and was that right?

Today's rulebook is compared with today's rulebook and the new rule, on each order as it stands (its category, place and
channel count as given). Only orders for which the rule could hold are read anew; of more than ``MOST_TRIED`` such orders
an even sample over the whole time is read, which the result says.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from huying.base.calendars import clock
from huying.base.org.models import Unit
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.kinds import Rule
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule, PlaceRule
from huying.handling.dispatch.outcomes import final_units
from huying.handling.dispatch.periods import in_week
from huying.handling.dispatch.scrutiny import timeless, with_rule
from huying.handling.dispatch.understanding import understand
from huying.handling.orders.models import WorkOrder

DAYS = 90
MOST_TRIED = 3000
MOST_EXAMPLES = 20
REPORT_EVERY = 50
Report = Callable[[int, int], None]
_COLUMNS = (
    "public_id", "order_no", "title", "text", "channel", "filed_at", "category", "incident_place",
    "incident_division", "caller_division", "respondent_division", "urgency",
)  # fmt: skip


@dataclass
class Tally:
    """``right``: changed towards the unit that was finally right; ``against``: away from it."""

    scanned: int = 0
    matched: int = 0
    tried: int = 0
    changed: int = 0
    right: int = 0
    against: int = 0
    neither: int = 0
    unsettled: int = 0
    automatic_before: int = 0
    automatic_after: int = 0
    gains: Counter[str] = field(default_factory=Counter)
    loses: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        names = ("scanned", "matched", "tried", "changed", "right", "against", "neither", "unsettled")
        return {
            **{name: getattr(self, name) for name in (*names, "automatic_before", "automatic_after")},
            "sampled": self.tried < self.matched,
            "gains": [{"unit": name, "orders": count} for name, count in self.gains.most_common(20)],
            "loses": [{"unit": name, "orders": count} for name, count in self.loses.most_common(20)],
            "examples": sorted(self.examples, key=lambda one: one["verdict"] != "against")[:MOST_EXAMPLES],
        }


def try_rule(rule: Rule, instead_of: Rule | None = None, *, days: int = DAYS, report: Report | None = None) -> Tally:
    """Try an unsaved rule; ``report(done, total)`` is told how far it is."""
    told = report or (lambda done, total: None)
    known = knowledge.current()
    before, after = timeless(known), with_rule(known, rule, instead_of)
    tally = Tally()
    matching: list[int] = []
    for order in _orders(days, _COLUMNS_TO_MATCH):
        tally.scanned += 1
        if _could_hold(known, rule, order) or (instead_of is not None and _could_hold(known, instead_of, order)):
            matching.append(order.pk)
    tally.matched = len(matching)
    step = max(1, -(-len(matching) // MOST_TRIED))
    chosen = matching[::step]
    finals = final_units(chosen)
    told(0, len(chosen))
    for start in range(0, len(chosen), REPORT_EVERY):
        part = chosen[start : start + REPORT_EVERY]
        rows = WorkOrder.objects.filter(pk__in=part).select_related("incident_division", "category").only(*_COLUMNS)
        for order in rows.order_by("filed_at", "id"):
            _compare(tally, known, (before, after), order, finals.get(order.pk))
        told(min(len(chosen), start + REPORT_EVERY), len(chosen))
    return tally


_COLUMNS_TO_MATCH = ("text", "channel", "filed_at", "category", "incident_place", "incident_division")


def _orders(days: int, columns: tuple[str, ...]) -> Iterator[WorkOrder]:
    since = clock.now() - timedelta(days=days)
    rows = WorkOrder.objects.filter(filed_at__gte=since).exclude(state="draft").only(*columns)
    return rows.order_by("filed_at", "id").iterator(chunk_size=1000)


def _could_hold(known: Knowledge, rule: Rule, order: WorkOrder) -> bool:
    """A look without reading: False only where the rule can't matter for the order."""
    category = known.categories.by_pk.get(order.category_id) if order.category_id else None
    if rule.category_id and category is not None and not known.categories.covers(rule.category_id, category):
        return False
    if isinstance(rule, DirectedRule):
        division = known.gazetteer.by_pk.get(order.incident_division_id) if order.incident_division_id else None
        if rule.division_id and division is not None and not known.gazetteer.covers(rule.division_id, division):
            return False
        said = not rule.words or any(word in order.text for word in rule.words)
        return said and rule.channel in ("", order.channel) and in_week(rule.weekly, order.filed_at)
    if isinstance(rule, PlaceRule):
        name = rule.place.name
        return name in order.text or name in order.incident_place or (len(name) > 4 and name[:4] in order.text)
    return isinstance(rule, Ban | CatalogueEntry)


def _compare(
    tally: Tally, known: Knowledge, rulebooks: tuple[Knowledge, Knowledge], order: WorkOrder, final: int | None
) -> None:
    old, new = (_read(rulebook, order) for rulebook in rulebooks)
    tally.tried += 1
    tally.automatic_before += old[1]
    tally.automatic_after += new[1]
    if old[0] == new[0]:
        return
    tally.changed += 1
    right = known.units.present(final, clock.today()) if final is not None else None
    verdict = (
        "unsettled" if right is None else "right" if new[0] == right else "against" if old[0] == right else "neither"
    )
    setattr(tally, verdict, getattr(tally, verdict) + 1)
    for counter, unit in ((tally.loses, old[0]), (tally.gains, new[0])):
        if unit is not None:
            counter[unit.name] += 1
    if verdict == "against" or len(tally.examples) < MOST_EXAMPLES:
        tally.examples.append(
            {
                "id": order.public_id,
                "order_no": order.order_no,
                "title": order.title,
                "filed_at": order.filed_at.isoformat(),
                "before": _name(old[0]),
                "after": _name(new[0]),
                "final": _name(right),
                "verdict": verdict,
            }
        )


def _read(rulebook: Knowledge, order: WorkOrder) -> tuple[Unit | None, bool]:
    seen = understand(
        text=order.text,
        channel=order.channel,
        category=order.category,
        incident_place=order.incident_place,
        incident_division=order.incident_division,
        urgency=order.urgency,
        on=clock.today(),
        at=order.filed_at,
        known=rulebook,
    )
    return seen.proposed_unit, seen.automatic


def _name(unit: Unit | None) -> str:
    return unit.name if unit is not None else ""
