"""Ids as people send them turned into rows, and rules turned into what goes out."""

from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Unit
from huying.base.places.models import Division, Place
from huying.base.taxonomy.models import Category
from huying.handling.dispatch.kinds import KINDS, Rule
from huying.handling.dispatch.knowledge import in_force
from huying.handling.dispatch.models import DirectedRule
from huying.handling.dispatch.periods import NEVER, begins, ends, weekly_words
from huying.handling.dispatch.schemas import RuleIn
from huying.handling.orders.models import Urgency

REQUIRED = {
    "catalogue": ("clause", "category", "unit"),
    "bans": ("category", "basis"),
    "place-rules": ("place", "unit"),
    "directed-rules": ("name", "unit"),
}
_NOT_FOUND = {
    "category": "没有这个事项",
    "unit": "没有这个单位",
    "taken_from": "没有这个单位",
    "division": "没有这个区划代码",
    "place": "没有这个点位",
}


def analysis_values(values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``understand``: ids and codes as rows. A wrong one is ``Invalid``."""
    made = dict(values)
    made["category"] = _row("category", Category.objects.filter(pk=made["category"])) if made["category"] else None
    for name in ("incident_division", "caller_division", "respondent_division"):
        made[name] = _row(name, Division.objects.filter(code=made[name]), "没有这个区划代码") if made[name] else None
    if made["urgency"] and made["urgency"] not in Urgency.values:
        raise Invalid("紧急程度不在可选范围。", errors=[{"field": "urgency", "message": "、".join(Urgency.values)}])
    return made


def rule_values(kind: str, body: RuleIn) -> dict[str, Any]:
    """The columns of a new rule. Columns that the kind does not have, or lacks, are named in one ``Invalid``."""
    fields = KINDS[kind].fields
    given = {name: value for name, value in body.dict(exclude={"trial"}).items() if value not in (None, "", [])}
    dates: dict[str, Any] = {name: given.pop(name) for name in ("effective_from", "effective_until") if name in given}
    errors = [{"field": name, "message": "这类规则没有这一项"} for name in given if name not in fields]
    errors += [{"field": name, "message": "不能为空"} for name in REQUIRED[kind] if name not in given]
    if errors:
        raise Invalid("有的内容填写不对，请看各项说明。", errors=errors)
    rows = {
        "category": lambda: Category.objects.filter(pk=given["category"]),
        "unit": lambda: Unit.objects.filter(public_id=given["unit"]),
        "taken_from": lambda: Unit.objects.filter(public_id=given["taken_from"]),
        "division": lambda: Division.objects.filter(code=given["division"]),
        "place": lambda: Place.objects.filter(pk=given["place"]),
    }
    found = {name: _row(name, look()) for name, look in rows.items() if name in given}
    return {**_days(given), **given, **found, **dates}


def _days(given: dict[str, Any]) -> dict[str, Any]:
    """The days that moments lie in, so that what looks at days alone sees the rule too."""
    made = {"effective_from": clock.today()}
    for moment, day in (("begins_at", "effective_from"), ("ends_at", "effective_until")):
        if moment in given:
            made[day] = clock.local(given[moment]).date()
    return made


def _row(field: str, rows: QuerySet[Any], message: str = "") -> Model:
    found = rows.first()
    if found is None:
        said = message or _NOT_FOUND[field]
        raise Invalid(f"{said}。", errors=[{"field": field, "message": said}])
    return found


def unit_named(public_id: str) -> Unit:
    """The unit with this public id. ``Invalid`` where there is none."""
    return _row("unit", Unit.objects.filter(public_id=public_id))  # type: ignore[return-value]


def named(unit: Unit | None) -> dict[str, str] | None:
    return {"id": unit.public_id, "name": unit.name} if unit else None


def rule_out(kind: str, rule: Rule | Any, today: date) -> dict[str, Any]:
    """A rule as it goes out."""
    plain = ("version", "effective_from", "effective_until", "basis")
    made: dict[str, Any] = {"id": rule.public_id, "in_force": bool(in_force([rule], today))}
    if isinstance(rule, DirectedRule):
        now = clock.now()
        made["in_force"] = begins(rule) <= now < ends(rule)
        made |= {"begins_at": begins(rule), "ends_at": None if ends(rule) is NEVER else ends(rule)}
        made |= {
            "weekly": rule.weekly or [],
            "weekly_words": weekly_words(rule.weekly),
            "tried": rule.trial_id is not None,
            "taken_from": named(rule.taken_from),
        }
    made |= {name: getattr(rule, name) for name in plain}
    own = ("clause", "part", "unit_kind", "name", "words", "channel", "priority")
    made |= {name: getattr(rule, name) for name in own if name in KINDS[kind].fields}
    made["unit"] = named(rule.unit)
    made["category"] = {"id": rule.category.pk, "name": rule.category.full_name} if rule.category else None
    if "division" in KINDS[kind].fields and rule.division:
        made["division"] = {"id": rule.division.code, "name": rule.division.full_name or rule.division.name}
    if "place" in KINDS[kind].fields:
        made["place"] = {"id": rule.place.pk, "name": rule.place.name}
    return made
