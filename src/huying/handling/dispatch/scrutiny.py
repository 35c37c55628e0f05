"""What is to be said about a rule before it goes live: conflicts with bans, overlaps, what could never be reached. Pure.

An error refuses the rule with its reason; a warning is for the manager to weigh.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from huying.base.calendars import clock
from huying.base.taxonomy.models import Category
from huying.handling.dispatch.kinds import Rule, overlap, problems
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule, PlaceRule
from huying.handling.dispatch.periods import NEVER, begins, ends
from huying.handling.dispatch.steps import short

MOST_WARNINGS = 20


@dataclass(frozen=True)
class Finding:
    """``severity`` error or warning; ``field`` of the form; ``rule``: public id of the rule it conflicts with."""

    severity: str
    code: str
    field: str
    message: str
    rule: str = ""


def scrutinise(known: Knowledge, rule: Rule, instead_of: Rule | None = None) -> list[Finding]:
    """Everything found about a new rule, errors first. ``instead_of``: the version it replaces is not looked at."""
    found = [Finding("error", "wrong", field, message) for field, message in problems(rule)]
    if ends(rule) <= clock.now():
        found.append(Finding("error", "expired", "effective_until", "到现在已经过期，不会起作用"))
    found += _unit_findings(known, rule)
    if not isinstance(rule, Ban):
        found += _ban_findings(known, rule)
    if isinstance(rule, DirectedRule):
        found += _directed_findings(known, rule, instead_of)
    elif isinstance(rule, CatalogueEntry):
        found += _catalogue_findings(known, rule, instead_of)
    elif isinstance(rule, Ban):
        found += _silenced(known, rule)
    errors = [one for one in found if one.severity == "error"]
    return errors + [one for one in found if one.severity != "error"][:MOST_WARNINGS]


def errors_of(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.severity == "error"]


def _unit_findings(known: Knowledge, rule: Rule) -> Iterator[Finding]:
    unit = rule.unit
    if unit is None:
        return
    first = clock.local(begins(rule)).date()
    if unit.active_from is not None and unit.active_from > first:
        yield Finding("error", "unit_not_yet", "unit", f"{short(unit)}自 {unit.active_from} 才启用")
    if unit.active_until is not None and unit.active_until > first and _after(rule, unit.active_until):
        heir = known.units.present(unit.pk, unit.active_until)
        words = f"届时改由{short(heir)}承接" if heir else "届时无单位承接，规则不再起作用"
        yield Finding("warning", "unit_ends", "unit", f"{short(unit)}将于 {unit.active_until} 停用，{words}")


def _after(rule: Rule, day: object) -> bool:
    return ends(rule) is NEVER or str(clock.local(ends(rule)).date()) > str(day)


# ---- 不得分派


def _ban_findings(known: Knowledge, rule: Rule) -> Iterator[Finding]:
    """A ban on the whole of the rule's matters makes it void; one on a part of them takes that part out."""
    for ban in known.rules.bans:
        if not overlap(ban, rule) or not _hits(ban, rule):
            continue
        banned = known.categories.by_pk.get(ban.category_id)
        if banned is None:
            continue
        basis = f"（{ban.basis}）" if ban.basis else ""
        if _within(rule.category, banned):
            whole = begins(ban) <= begins(rule) and ends(ban) >= ends(rule)
            words = f"“{banned.name}”不得分派{short(rule.unit)}{basis}"
            severity, code = ("error", "banned") if whole else ("warning", "banned_in_part")
            yield Finding(severity, code, "unit", words, ban.public_id)
        elif rule.category is None or _within(banned, rule.category):
            words = f"其中“{banned.name}”不得分派{short(rule.unit)}{basis}，这部分不按本规则"
            yield Finding("warning", "banned_in_part", "unit", words, ban.public_id)


def _hits(ban: Ban, rule: Rule) -> bool:
    unit = rule.unit
    return unit is not None and (ban.unit_id == unit.pk if ban.unit_id else ban.unit_kind == unit.kind)


def _within(narrow: Category | None, wide: Category | None) -> bool:
    """Whether every matter of ``narrow`` is one of ``wide`` (None: every matter)."""
    return wide is None or (narrow is not None and narrow.path.startswith(wide.path))


def _silenced(known: Knowledge, ban: Ban) -> Iterator[Finding]:
    """Rules in force that a new ban makes void."""
    banned = ban.category
    rules = known.rules
    every = [row for rows in (*rules.catalogue.values(), *rules.places.values()) for row in rows]
    for row in [*rules.directed, *every]:
        category = known.categories.by_pk.get(row.category_id) if row.category_id else None
        unit = known.units.by_pk.get(row.unit_id)
        hits = unit is not None and (ban.unit_id == unit.pk if ban.unit_id else ban.unit_kind == unit.kind)
        if hits and category is not None and _within(category, banned) and overlap(row, ban):
            yield Finding("warning", "silences", "category", f"{_named(row)}将不再起作用", row.public_id)


def _named(row: Rule) -> str:
    if isinstance(row, DirectedRule):
        return f"定向规则“{row.name}”"
    return f"目录 {row.clause} 条" if isinstance(row, CatalogueEntry) else "一条点位规则"


# ---- 定向派


def _directed_findings(known: Knowledge, rule: DirectedRule, instead_of: Rule | None) -> Iterator[Finding]:
    for other in known.rules.directed:
        if (instead_of is not None and other.pk == instead_of.pk) or not overlap(other, rule):
            continue
        made = _against(known, rule, other)
        if made is not None:
            yield made


def _against(known: Knowledge, rule: DirectedRule, other: DirectedRule) -> Finding | None:
    same_unit = rule.unit_id == other.unit_id
    over, under = _covers(known, other, rule), _covers(known, rule, other)
    first = rule.priority >= other.priority  # of equals the newer one counts
    named = f"“{other.name}”"
    if over and under and rule.priority == other.priority:
        if same_unit:
            return Finding("warning", "same", "name", f"与规则{named}内容相同", other.public_id)
        words = f"与规则{named}条件完全相同而单位不同；请先让它失效，或用不同的优先级"
        return Finding("error", "contradiction", "unit", words, other.public_id)
    if over and not first and begins(other) <= begins(rule) and ends(other) >= ends(rule):
        words = f"优先级更高的规则{named}已包含全部情形，本规则永远轮不到"
        return Finding("error", "unreachable", "priority", words, other.public_id)
    if same_unit:
        return None
    if under and first:
        return Finding("warning", "replaces", "words", f"规则{named}将被本规则完全取代", other.public_id)
    if _may_meet(known, rule, other):
        winner = "以本规则为准" if first else f"以{named}为准（优先级更高）"
        return Finding("warning", "overlap", "words", f"与规则{named}有部分情形重叠，{winner}", other.public_id)
    return None


def _covers(known: Knowledge, wide: DirectedRule, narrow: DirectedRule) -> bool:
    """Whether ``wide`` holds for every order that ``narrow`` holds for."""
    category = known.categories.by_pk.get(narrow.category_id) if narrow.category_id else None
    division = known.gazetteer.by_pk.get(narrow.division_id) if narrow.division_id else None
    return (
        known.categories.covers(wide.category_id, category)
        and known.gazetteer.covers(wide.division_id, division)
        and wide.channel in ("", narrow.channel)
        and wide.taken_from_id in (None, narrow.taken_from_id)
        and (not wide.weekly or wide.weekly == narrow.weekly)
        and (not wide.words or (bool(narrow.words) and all(_implied(wide.words, word) for word in narrow.words)))
    )


def _implied(words: list[str], word: str) -> bool:
    """A text with ``word`` has one of ``words``."""
    return any(one in word for one in words)


def _may_meet(known: Knowledge, one: DirectedRule, other: DirectedRule) -> bool:
    """Whether an order for both is likely: related matters and places, and a word in common where both ask for words."""
    pairs = (
        (one.category_id, other.category_id, known.categories.by_pk, known.categories.covers),
        (one.division_id, other.division_id, known.gazetteer.by_pk, known.gazetteer.covers),
    )
    for first, second, rows, covers in pairs:
        if first and second and not (covers(first, rows.get(second)) or covers(second, rows.get(first))):
            return False
    if one.channel and other.channel and one.channel != other.channel:
        return False
    if one.taken_from_id and other.taken_from_id and one.taken_from_id != other.taken_from_id:
        return False
    if one.words and other.words:
        return any(_implied(one.words, word) for word in other.words) or any(
            _implied(other.words, word) for word in one.words
        )
    return bool(one.category_id and other.category_id) or bool(one.division_id and other.division_id)


# ---- 分类派


def _catalogue_findings(known: Knowledge, rule: CatalogueEntry, instead_of: Rule | None) -> Iterator[Finding]:
    """Two leads for one matter in one division: neither is certain any more."""
    if rule.part != CatalogueEntry.Part.LEAD:
        return
    for other in known.rules.catalogue.get(rule.category_id, []):
        same_place = other.division_id == rule.division_id and other.part == CatalogueEntry.Part.LEAD
        is_old = instead_of is not None and other.pk == instead_of.pk
        if same_place and not is_old and other.unit_id != rule.unit_id and overlap(other, rule):
            unit = known.units.by_pk.get(other.unit_id)
            words = f"目录 {other.clause} 条已写明由{short(unit)}主办；两条并存时都不自动派单"
            yield Finding("warning", "two_leads", "unit", words, other.public_id)


# ---- another rulebook


def with_rule(known: Knowledge, rule: Rule, instead_of: Rule | None = None) -> Knowledge:
    """The knowledge as if this rule were live, in the place of the version it replaces."""
    return replace(known, rules=_added(timeless(known), _lasting(rule), instead_of).rules)


def timeless(known: Knowledge, at: datetime | None = None) -> Knowledge:
    """Today's directed rules as if they had always held: to try today's rulebook on orders of the past."""
    now = at or clock.now()
    held = [rule for rule in known.rules.directed if begins(rule) <= now < ends(rule)]
    return replace(known, rules=replace(known.rules, directed=[_lasting(rule) for rule in held]))


def _lasting(rule: Rule) -> Rule:
    """A copy in force at all times, its hours of the week kept."""
    values = {field.attname: getattr(rule, field.attname) for field in rule._meta.concrete_fields}
    values |= {"effective_from": clock.today().replace(year=2000, month=1, day=1), "effective_until": None}
    if isinstance(rule, DirectedRule):
        values |= {"begins_at": None, "ends_at": None}
    return type(rule)(**values)


def _added(known: Knowledge, rule: Rule, instead_of: Rule | None) -> Knowledge:
    old = instead_of.pk if instead_of is not None else None
    rules = known.rules
    if isinstance(rule, DirectedRule):
        kept = [row for row in rules.directed if row.pk != old]
        place = next((n for n, row in enumerate(kept) if row.priority <= rule.priority), len(kept))
        rules = replace(rules, directed=[*kept[:place], rule, *kept[place:]])
    elif isinstance(rule, Ban):
        rules = replace(rules, bans=[*(row for row in rules.bans if row.pk != old), rule])
    elif isinstance(rule, CatalogueEntry):
        kept_entries = [row for row in rules.catalogue.get(rule.category_id, []) if row.pk != old]
        rules = replace(rules, catalogue={**rules.catalogue, rule.category_id: [*kept_entries, rule]})
    elif isinstance(rule, PlaceRule):
        kept_places = [row for row in rules.places.get(rule.place_id, []) if row.pk != old]
        rules = replace(rules, places={**rules.places, rule.place_id: [*kept_places, rule]})
    return replace(known, rules=rules)
