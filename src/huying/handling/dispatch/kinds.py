"""The four kinds of rules: what each is called, what makes two the same, and what a rule may not be."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from huying.base.calendars import clock
from huying.base.org.models import UnitKind
from huying.handling.dispatch.models import Ban, CatalogueEntry, DirectedRule, PlaceRule
from huying.handling.dispatch.periods import begins, ends, weekly_problem

Rule = CatalogueEntry | Ban | PlaceRule | DirectedRule
MAX_WORDS = 50


@dataclass(frozen=True)
class Kind:
    """``code`` is the address of the list and part of the verb; ``same_by`` are the columns that make two rules one."""

    code: str
    label: str
    model: type[Rule]
    same_by: tuple[str, ...]
    fields: tuple[str, ...]


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("catalogue", "派单目录", CatalogueEntry, ("category_id", "division_id", "unit_id", "part"),
             ("clause", "category", "division", "unit", "part", "basis")),
        Kind("bans", "不得分派", Ban, ("category_id", "unit_kind", "unit_id"),
             ("category", "unit_kind", "unit", "basis")),
        Kind("place-rules", "点位派单", PlaceRule, ("place_id", "category_id", "unit_id"),
             ("place", "category", "unit", "basis")),
        Kind("directed-rules", "定向派单规则", DirectedRule, ("name",),
             ("name", "category", "division", "words", "channel", "taken_from", "unit", "basis", "priority", "begins_at",
              "ends_at", "weekly")),
    )
}  # fmt: skip
RELATED = ("category", "division", "unit", "place", "taken_from")


def kind_of(rule: Rule) -> Kind:
    return next(kind for kind in KINDS.values() if kind.model is type(rule))


def key_of(kind: Kind, rule: Rule) -> tuple[Any, ...]:
    return tuple(getattr(rule, name) for name in kind.same_by)


def overlap(one: Rule, other: Rule) -> bool:
    """Whether there is a moment at which both are in force, hours of the week aside."""
    return max(begins(one), begins(other)) < min(ends(one), ends(other))


def twins(rule: Rule) -> list[Rule]:
    """Rules that say the same and are in force at the same time."""
    kind = kind_of(rule)
    same = kind.model.objects.filter(**dict(zip(kind.same_by, key_of(kind, rule), strict=True)))
    running = Q(effective_until__isnull=True) | Q(effective_until__gte=rule.effective_from)
    return [other for other in same.filter(running) if overlap(rule, other)]


def problems(rule: Rule) -> list[tuple[str, str]]:
    """What can't be right about a new rule: ``(field, message)``. Twins are looked for by the caller."""
    found: list[tuple[str, str]] = []
    if rule.effective_until is not None and rule.effective_until < rule.effective_from:
        found.append(("effective_until", "失效日期早于生效日期"))
    elif ends(rule) <= begins(rule):
        found.append(("ends_at", "失效时刻早于生效时刻"))
    unit = rule.unit
    if (
        unit is not None
        and unit.active_until is not None
        and unit.active_until <= max(rule.effective_from, clock.today())
    ):
        found.append(("unit", f"{unit.name}已停用，请改为承接其职责的单位"))
    if rule.category is not None and rule.category.retired_on is not None:
        found.append(("category", "这个事项分类已停用"))
    return found + _own_problems(rule)


def _own_problems(rule: Rule) -> list[tuple[str, str]]:
    if isinstance(rule, Ban):
        if bool(rule.unit_id) == bool(rule.unit_kind):
            return [("unit", "单位和单位类型须填一项，且只填一项")]
        return [("unit_kind", "没有这种单位类型")] if rule.unit_kind and rule.unit_kind not in UnitKind.values else []
    if isinstance(rule, DirectedRule):
        return _directed_problems(rule)
    return []


def _directed_problems(rule: DirectedRule) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not rule.name.strip():
        found.append(("name", "不能为空"))
    if rule.category_id is None and rule.division_id is None and not rule.words and rule.taken_from_id is None:
        found.append(("words", "事项、区划、须含词至少填一项，否则所有工单都会派给一个单位"))
    if rule.taken_from_id is not None and rule.taken_from_id == rule.unit_id:
        found.append(("taken_from", "原承办单位与承接单位相同"))
    if len(rule.words) > MAX_WORDS or any(not 2 <= len(word) <= 40 for word in rule.words):
        found.append(("words", f"每个词 2 至 40 个字，最多 {MAX_WORDS} 个"))
    wrong = weekly_problem(rule.weekly) if rule.weekly else ""
    if wrong:
        found.append(("weekly", wrong))
    return found
