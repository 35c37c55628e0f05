"""工作移交的规律: what people corrected of late, looked through for work that went over from one unit to another.

Found at night, proposed to the manager of rules among the label proposals, and a directed rule once agreed to. The
association test is `engines.watch.handover`; here it gets the decisions, and what it finds gets a clerk's words.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huying.base.calendars import clock
from huying.base.org.models import Unit
from huying.engines.watch.handover import EVERYTHING, Decided, Handover, find, marks_of
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.models import Analysis, Decision, DirectedRule
from huying.handling.dispatch.models_labels import LabelProposal
from huying.handling.dispatch.outcomes import Settled
from huying.handling.dispatch.periods import begins, ends
from huying.handling.dispatch.recent import DAYS, HUMAN
from huying.handling.dispatch.steps import short

MOST = 5000
BY_WORDS, REMAINDER = 10, 0  # priority: a part goes before "everything else"


@dataclass(frozen=True)
class Found:
    """A handover between two units of today, as a proposal's columns."""

    key: str
    before: Unit
    after: Unit
    marks: tuple[str, ...]
    orders: tuple[int, ...]
    seen: int
    spoiled: int

    @property
    def reason(self) -> str:
        """What was seen, the way the manager reads it before agreeing."""
        others = self.seen - len(self.orders) - self.spoiled
        which = f"提到“{'、'.join(self.marks)}”的" if self.marks else "其余的"
        said = f"近 {DAYS} 天原应派{short(self.before)}、{which}工单，人工定了 {self.seen} 件：{len(self.orders)} 件派给{short(self.after)}"
        kept = f"，{self.spoiled} 件仍派{short(self.before)}" if self.spoiled else ""
        return said + kept + (f"，{others} 件派给其他单位" if others else "")

    @property
    def effect(self) -> str:
        which = f"、提到“{'、'.join(self.marks)}”" if self.marks else ""
        return f"立即生效：原应派{short(self.before)}{which}的，改为推荐{short(self.after)}；下次训练把以前这样的工单也学成{short(self.after)}。"

    @property
    def confidence(self) -> float:
        return round(len(self.orders) / (len(self.orders) + self.spoiled), 4)


def rule_name(before: Unit, after: Unit, marks: Sequence[str]) -> str:
    which = f"（{'、'.join(marks)}）" if marks else ""
    return f"{short(before)}移交{short(after)}{which}"[:80]


def found_now() -> list[Found]:
    """What went over by the decisions of the last days, less what a rule in force says already."""
    known, today = knowledge.current(), clock.today()
    rules = [rule for rule in known.rules.directed if rule.taken_from_id and begins(rule) <= clock.now() < ends(rule)]
    made = []
    for one in find(_decided(rules)):
        before, after = known.units.by_pk.get(one.before), known.units.present(one.after, today)
        if before is not None and after is not None and before != after:
            made.append(_found(one, before, after))
    return made


def _found(one: Handover, before: Unit, after: Unit) -> Found:
    marks = tuple(mark for mark in one.marks if mark != EVERYTHING)
    said = "\x1f".join(("handover", str(before.pk), str(after.pk), *sorted(marks)))
    key = hashlib.sha256(said.encode()).hexdigest()[:12]
    return Found(key, before, after, marks, one.orders, one.seen, one.spoiled)


def _decided(rules: Sequence[DirectedRule]) -> list[Decided]:
    """The latest decision of a person on each order of the last days, oldest first, by what the model had said."""
    since = clock.now() - timedelta(days=DAYS)
    rows = Decision.objects.filter(kind__in=HUMAN, at__gte=since).order_by("-pk")
    latest: dict[int, tuple[int | None, int, str]] = {}
    for order, proposed, chosen, text in rows.values_list("order_id", "proposed_id", "chosen_id", "order__text")[:MOST]:
        latest.setdefault(order, (proposed, chosen, text))
    by_model = _said_first(list(latest))
    made = []
    for order, (proposed, chosen, text) in reversed(latest.items()):
        first = by_model.get(order) or proposed
        if first is not None and not any(_says(rule, first, chosen, text) for rule in rules):
            made.append(Decided(order, first, chosen, marks_of(text)))
    return made


def _said_first(orders: Sequence[int]) -> dict[int, int]:
    """The model's own first unit of each order, before rules and memory moved it."""
    said: dict[int, int] = {}
    for start in range(0, len(orders), 500):
        rows = Analysis.objects.filter(order_id__in=orders[start : start + 500]).order_by("id")
        for order, facets in rows.values_list("order_id", "facets"):
            if facets.get("model_units"):
                said[order] = max(facets["model_units"], key=lambda one: one[1])[0]
    return said


def _says(rule: DirectedRule, first: int, chosen: int, text: str) -> bool:
    return rule.taken_from_id == first and rule.unit_id == chosen and _has(rule.words, text)


def _has(words: Sequence[str], text: str) -> bool:
    return not words or any(word in text for word in words)


def learned_as(agreed: Sequence[LabelProposal], row: Settled) -> int | None:
    """The unit that training learns an earlier order as: who took its work over; None where nobody did."""
    for one in sorted(agreed, key=lambda each: not each.marks):
        if one.subject_id == row.unit and _before(one, row.filed_at) and _has(one.marks, row.text):
            return one.target_id
    return None


def _before(one: LabelProposal, filed_at: datetime) -> bool:
    return one.settled_at is not None and filed_at < one.settled_at
