"""移交: where work of the unit that would be proposed went over to another, that one is proposed in its place. Pure.

A handover is a directed rule with ``taken_from``: it asks what all other steps made of the order first. So it follows a
reorganisation that catalogue and model do not know yet, and touches nothing that was not the former unit's.
"""

from dataclasses import replace

from huying.handling.dispatch.known import Knowledge, answering, in_force
from huying.handling.dispatch.models import DirectedRule
from huying.handling.dispatch.steps import (
    CERTAIN_DIVISION,
    PLACE,
    RULE,
    Matter,
    Proposal,
    ban_on,
    holds_for,
    short,
    word_hits,
)  # fmt: skip


def hand_over(known: Knowledge, matter: Matter, ranked: list[Proposal]) -> list[Proposal]:
    """The candidates with the unit that took the work over first. What a person fixed by place or rule stays.

    It is as certain as the former unit was; the gate looks at what the model said of the new one, so that a model that
    does not know it never sends an order there by itself.
    """
    if not ranked or ranked[0].step in (PLACE, RULE):
        return ranked
    made = _handed(known, _handovers(known, matter), matter, ranked[0])
    return ranked if made is None else [made, *(one for one in ranked if one.unit.pk != made.unit.pk)]


def handed_on(known: Knowledge, matter: Matter, by_model: list[Proposal]) -> list[Proposal]:
    """The model's candidates as the city is organised today, before people's decisions of late move them: so what was
    learned since of other units is added to the handover, not put in its place."""
    handovers = _handovers(known, matter)
    if not handovers:
        return by_model
    made: dict[int, Proposal] = {}
    for one in by_model:
        handed = _handed(known, handovers, matter, one)
        now = replace(handed, step=one.step) if handed is not None else one
        before = made.get(now.unit.pk)
        made[now.unit.pk] = now if before is None else replace(before, probability=before.probability + now.probability)
    return list(made.values())


def _handovers(known: Knowledge, matter: Matter) -> list[DirectedRule]:
    return in_force((rule for rule in known.rules.directed if rule.taken_from_id is not None), matter.day)


def _handed(known: Knowledge, handovers: list[DirectedRule], matter: Matter, former: Proposal) -> Proposal | None:
    """The unit that took over what ``former`` names, by the first handover in force that holds; None where none does."""
    for rule in handovers:
        if rule.taken_from_id != former.unit.pk or not holds_for(known, rule, matter):
            continue
        units = answering(known, rule.unit_id, matter.day, matter.division)
        if len(units) == 1 and ban_on(known, matter, units[0]) is None:
            return _taken_over(matter, rule, former, Proposal(units[0], RULE, former.probability))
    return None


def _taken_over(matter: Matter, rule: DirectedRule, first: Proposal, made: Proposal) -> Proposal:
    certain = first.certain and (rule.division_id is None or matter.division_confidence >= CERTAIN_DIVISION)
    basis = f"（{rule.basis}）" if rule.basis else ""
    said = f"移交规则“{rule.name}”：原由{short(first.unit)}承办，改由{short(made.unit)}承办{basis}"
    hits = tuple(word_hits(rule.words, matter.words))
    return replace(made, certain=certain, reasons=(said,), evidence=hits or first.evidence)
