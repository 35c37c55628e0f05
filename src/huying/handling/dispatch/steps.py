"""The first five steps of DESIGN §5 over what is known: pure, no query. The gate is in :mod:`understanding`.

Each step makes proposals. A proposal is *certain* where everything it rests on was said by a person or stands in the
text beyond doubt; then it needs no model. Otherwise its probability is that of the weakest thing it rests on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from huying.base.org.models import Unit, UnitKind
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.engines.classify.explain import Evidence
from huying.engines.text.places import Mention
from huying.handling.dispatch.known import Knowledge, answering, in_force
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule
from huying.handling.dispatch.periods import holds_at

PLACE, RULE, CATALOGUE, MODEL = "place", "rule", "catalogue", "model"
PRECEDENCE = (PLACE, RULE, CATALOGUE, MODEL)
SURE_CATEGORY = 0.5  # a guessed category below this is shown, but no rule rests on it
CERTAIN_DIVISION = 0.8
DOUBTFUL_BAN = 0.1
_NEARBY = re.compile(r"的?(?:附近|旁|对面|斜对面|周边|隔壁|外|往|到|至|方向)")


@dataclass(frozen=True)
class CategoryGuess:
    category: Category
    probability: float
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(frozen=True)
class Matter:
    """What the steps look at. ``category`` is given or guessed well enough; its probability is 1 where given."""

    words: str
    channel: str
    day: date
    at: datetime
    category: Category | None
    category_probability: float
    guesses: list[CategoryGuess]
    division: Division | None
    division_confidence: float
    mentions: list[Mention]


@dataclass(frozen=True)
class Proposal:
    """A unit that might answer for the matter, with its probability, the step that named it, and why."""

    unit: Unit
    step: str
    probability: float
    certain: bool = False
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def short(unit: Unit | None) -> str:
    return (unit.short_name or unit.name) if unit else "（已撤销单位）"


def _basis(text: str) -> str:
    return f"（{text}）" if text else ""


# ---- 不得分派


def ban_on(known: Knowledge, matter: Matter, unit: Unit) -> Ban | None:
    """The ban that keeps this matter from this unit."""
    return banned(known, matter.category, unit, matter.day)


def doubtful_ban(known: Knowledge, matter: Matter, unit: Unit) -> bool:
    """Whether a ban would hold if the matter were of another likely category: then a person decides."""
    likely = [guess.category for guess in matter.guesses if guess.probability >= DOUBTFUL_BAN]
    return any(banned(known, category, unit, matter.day) for category in likely)


def banned(known: Knowledge, category: Category | None, unit: Unit, day: date) -> Ban | None:
    """The ban in force on ``day`` that keeps this category, or one above it, from this unit or its kind."""
    for ban in in_force(known.rules.bans, day):
        hits_unit = ban.unit_id == unit.pk if ban.unit_id else ban.unit_kind == unit.kind
        if hits_unit and known.categories.covers(ban.category_id, category):
            return ban
    return None


def ban_words(known: Knowledge, ban: Ban, unit: Unit) -> str:
    category = known.categories.by_pk.get(ban.category_id)
    whom = short(unit) if ban.unit_id else UnitKind(ban.unit_kind).label
    return f"不得分派：{category.name if category else '此类事项'}不派{whom}{_basis(ban.basis)}"


# ---- 点位派


def by_place(known: Knowledge, matter: Matter) -> list[Proposal]:
    """A named place fixes the unit. "在公园附近", a name several places share, or two places with two units are not sure."""
    found: dict[int, Proposal] = {}
    for mention in matter.mentions:
        for place in mention.places:
            pk = known.gazetteer.places.get((place.name, place.code))
            for rule in in_force(known.rules.places.get(pk, []), matter.day) if pk else ():
                if not known.categories.covers(rule.category_id, matter.category):
                    continue
                sure = len(mention.places) == 1 and not mention.short
                sure = sure and not _NEARBY.match(matter.words, mention.end)
                probability = (1.0 if sure else 0.5) * (matter.category_probability if rule.category_id else 1.0)
                evidence = (Evidence(mention.text, 1.0, mention.start, mention.end),)
                units = answering(known, rule.unit_id, matter.day, known.gazetteer.by_code.get(place.code))
                for unit in units:
                    reason = f"点位“{place.name}”由{short(unit)}承办{_basis(rule.basis)}"
                    reasons = (reason, *_split(known, rule.unit_id, units))
                    made = Proposal(unit, PLACE, probability, probability >= 1.0, reasons, evidence)
                    found[unit.pk] = max(found.get(unit.pk, made), made, key=lambda one: one.probability)
    return _share(list(found.values()))


def _share(proposals: list[Proposal]) -> list[Proposal]:
    """Several units named by one step: none is certain, and they share the probability."""
    if len(proposals) < 2:
        return proposals
    return [replace(one, probability=one.probability / len(proposals), certain=False) for one in proposals]


# ---- 定向派


def by_rule(known: Knowledge, matter: Matter) -> list[Proposal]:
    """The rule in force with the highest priority whose conditions all hold; of equals the newest. Handovers aside."""
    for rule in in_force(known.rules.directed, matter.day):
        if rule.taken_from_id is not None or not holds_for(known, rule, matter):
            continue
        every = answering(known, rule.unit_id, matter.day, matter.division)
        units = [unit for unit in every if ban_on(known, matter, unit) is None]
        if not units:
            continue
        hits = word_hits(rule.words, matter.words)
        by_category = matter.category_probability if rule.category_id else 1.0
        by_division = matter.division_confidence if rule.division_id else 1.0
        certain = by_category >= 1.0 and by_division >= CERTAIN_DIVISION
        probability = 1.0 if certain else min(by_category, by_division)
        said = f"定向规则“{rule.name}”：由{{}}承办{_basis(rule.basis)}"
        split = _split(known, rule.unit_id, every)
        return _share(
            [Proposal(one, RULE, probability, certain, (said.format(short(one)), *split), tuple(hits)) for one in units]
        )
    return []


def holds_for(known: Knowledge, rule: DirectedRule, matter: Matter) -> bool:
    """Whether the rule's conditions and its hours hold; its days are looked at before."""
    return (
        rule.channel in ("", matter.channel)
        and (not rule.words or any(word in matter.words for word in rule.words))
        and holds_at(rule, matter.at)
        and known.categories.covers(rule.category_id, matter.category)
        and known.gazetteer.covers(rule.division_id, matter.division)
    )


def word_hits(words: Iterable[str], text: str) -> list[Evidence]:
    places = ((word, text.find(word)) for word in words if word)
    return [Evidence(word, 1.0, start, start + len(word)) for word, start in places if start >= 0]


# ---- 分类派


@dataclass(frozen=True)
class CatalogueAnswer:
    leads: list[Proposal]
    assists: list[Unit]


def by_catalogue(known: Knowledge, matter: Matter) -> CatalogueAnswer:
    """The entry of the most specific category, and there of the most specific division, that has one in force."""
    if matter.category is None:
        return CatalogueAnswer([], [])
    for category in known.categories.chain(matter.category):
        entries = in_force(known.rules.catalogue.get(category.pk, []), matter.day)
        chosen = _most_specific(known, entries, matter.division)
        if any(entry.part == CatalogueEntry.Part.LEAD for entry in chosen):
            return _answer(known, matter, chosen, entries)
    return CatalogueAnswer([], [])


def _most_specific(known: Knowledge, entries: list[CatalogueEntry], division: Division | None) -> list[CatalogueEntry]:
    chain = [one.pk for one in known.gazetteer.chain(division)] if division else []
    for pk in (*chain, None):
        chosen = [entry for entry in entries if entry.division_id == pk]
        if any(entry.part == CatalogueEntry.Part.LEAD for entry in chosen):
            general = [
                entry for entry in entries if entry.division_id is None and entry.part != CatalogueEntry.Part.LEAD
            ]
            return chosen + [entry for entry in general if entry not in chosen]
    return []


def _answer(
    known: Knowledge, matter: Matter, chosen: list[CatalogueEntry], entries: list[CatalogueEntry]
) -> CatalogueAnswer:
    local = any(entry.division_id is not None for entry in entries)
    division_known = matter.division_confidence >= CERTAIN_DIVISION or not local
    leads: dict[int, Proposal] = {}
    assists: list[Unit] = []
    for entry in chosen:
        units = answering(known, entry.unit_id, matter.day, matter.division)
        if entry.part == CatalogueEntry.Part.ASSIST:
            assists += [unit for unit in units if unit not in assists]
            continue
        certain = matter.category_probability >= 1.0 and division_known
        by_division = 1.0 if division_known else max(matter.division_confidence, 0.5)
        probability = 1.0 if certain else min(matter.category_probability, by_division)
        for unit in units:
            reasons = (_clause(known, entry, unit), *_split(known, entry.unit_id, units))
            leads[unit.pk] = Proposal(unit, CATALOGUE, probability, certain, reasons)
    return CatalogueAnswer(_share(list(leads.values())), assists)


def _split(known: Knowledge, named: int, units: list[Unit]) -> tuple[str, ...]:
    """The reason why several units stand for the one that a rule names."""
    former = known.units.by_pk.get(named)
    return (split_reason(former.name),) if former is not None and len(units) > 1 else ()


def split_reason(former: str) -> str:
    return f"{former}的职责已划分给几个单位"


def _clause(known: Knowledge, entry: CatalogueEntry, unit: Unit) -> str:
    category = known.categories.by_pk[entry.category_id]
    division = known.gazetteer.by_pk.get(entry.division_id) if entry.division_id else None
    where = f"{division.name}" if division else ""
    return f"目录 {entry.clause} 条：{where}{category.name}→{short(unit)}{_basis(entry.basis)}"


def precedent_reasons(known: Knowledge, matter: Matter, most: int = 3) -> dict[int, list[str]]:
    """What panels decided in like cases, by unit: same category, in the same division or one above it."""
    found: dict[int, list[str]] = {}
    for row in known.precedents.get(matter.category.pk, []) if matter.category else ():
        unit = known.units.present(row.unit_id, matter.day)
        if unit is None or row.decided_on > matter.day or not known.gazetteer.covers(row.division_id, matter.division):
            continue
        found.setdefault(unit.pk, []).append(f"判例 {row.decided_on.isoformat()} 会商：由{short(unit)}主办")
        if sum(len(reasons) for reasons in found.values()) >= most:
            break
    return found


# ---- which proposal counts


def rank(known: Knowledge, matter: Matter, proposals: list[Proposal]) -> tuple[list[Proposal], list[str]]:
    """One proposal a unit, best first, without banned units; and the bans that took one out.

    A certain one goes before all others, in the order of the steps; the others by probability.
    """
    merged: dict[int, Proposal] = {}
    bans: list[str] = []
    for one in proposals:
        ban = ban_on(known, matter, one.unit)
        if ban is not None:
            words = ban_words(known, ban, one.unit)
            bans += [words] if words not in bans else []
            continue
        before = merged.get(one.unit.pk)
        merged[one.unit.pk] = _join(before, one) if before else one
    return sorted(merged.values(), key=_rank_key), bans


def _rank_key(one: Proposal) -> tuple[bool, int, float]:
    place = PRECEDENCE.index(one.step)
    return (not one.certain, place if one.certain else 0, -one.probability)


def _join(first: Proposal, second: Proposal) -> Proposal:
    leading = first if first.certain or first.probability >= second.probability else second
    return replace(
        leading,
        reasons=first.reasons + tuple(reason for reason in second.reasons if reason not in first.reasons),
        evidence=first.evidence + second.evidence,
    )
