"""The centre's choices: 派单目录, bans, place and directed rules, limits, reasons not to accept, notices, automation."""

from datetime import date
from typing import Any

from django.db import transaction

from huying.base.events.recorder import record
from huying.base.notices import actions as notices
from huying.base.notices.templates import DEFAULTS
from huying.base.org.models import Person
from huying.base.places.models import Place
from huying.base.taxonomy.models import Category
from huying.demo.founding.ground import Ground
from huying.demo.sources import LOCAL, Matter, matters, table
from huying.handling.dispatch import actions as dispatch
from huying.handling.orders.models import DeclineRule, LimitRule, Policy

UNCLAUSED = 6  # every sixth leaf has no clause yet: there the model and the dispatcher decide


def write(actor: Person, ground: Ground, keeper: Person) -> None:
    """All rules, in force since the day in ``rules.toml``. ``keeper`` holds the rules of dispatch."""
    since = date.fromisoformat(table("rules")["effective_from"])
    with transaction.atomic():
        _catalogue(keeper, ground, since)
        _bans(keeper, ground, since)
        _place_rules(keeper, ground, since)
        _directed(keeper, ground, since)
        _limits(actor, since)
        for code, body in DEFAULTS.items():
            notices.set_template(actor=actor, code=code, body=body, effective_from=since)
        chosen = table("rules")["automation"]
        dispatch.set_automation(actor=keeper, limit=chosen["limit"], enabled=chosen["enabled"])


def has_clause(matter: Matter) -> bool:
    return int(matter.code[4:]) % UNCLAUSED != 0


def _catalogue(keeper: Person, ground: Ground, since: date) -> None:
    clauses = [row for matter in filter(has_clause, matters()) for row in _clauses(ground, since, matter)]
    dispatch.create_rules(actor=keeper, kind="catalogue", each=clauses)


def _clauses(ground: Ground, since: date, matter: Matter) -> list[dict[str, Any]]:
    """Who leads (everywhere, or area by area) and who assists in one matter."""
    common = {
        "clause": f"{int(matter.code[:2])}.{int(matter.code[2:4])}.{int(matter.code[4:])}",
        "category": ground.categories[matter.code],
        "effective_from": since,
        "basis": f"{ground.county.name}派单目录（演示）",
    }
    if matter.lead == LOCAL:
        areas = ground.county.districts or [(town.name, town.code) for town in ground.county.towns]
        leads = [{"unit": ground.units[name], "division": ground.divisions[code]} for name, code in areas]
    else:
        leads = [{"unit": ground.units[matter.lead]}]
    assists = [{"unit": ground.units[short]} for short in matter.assists if short != LOCAL]
    return [
        *({**common, **lead, "part": "lead"} for lead in leads),
        *({**common, **assist, "part": "assist"} for assist in assists),
    ]


def _bans(keeper: Person, ground: Ground, since: date) -> None:
    named = _by_name(ground)
    bans = [
        {
            "category": named[name],
            "unit_kind": ban["unit_kind"],
            "basis": ban["basis"],
            "effective_from": since,
        }
        for ban in table("rules")["bans"]
        for name in ban["categories"]
    ]
    dispatch.create_rules(actor=keeper, kind="bans", each=bans)


def _by_name(ground: Ground) -> dict[str, Category]:
    """Categories by their own name, and by "second/third" where a name alone would not do."""
    found = {category.name: category for category in ground.categories.values()}
    return found | {"/".join(c.full_name.split("/")[-2:]): c for c in ground.categories.values()}


def _place_rules(keeper: Person, ground: Ground, since: date) -> None:
    named = _by_name(ground)
    spots = list(Place.objects.select_related("division").order_by("pk"))
    rules: list[dict[str, Any]] = []
    for rule in table("rules")["place_rules"]:
        chosen = [spot for spot in spots if spot.kind == rule["kind"] and spot.name in rule.get("names", [spot.name])]
        if "town" in rule:
            code = ground.county.town(rule["town"]).code
            chosen = [spot for spot in chosen if spot.division.code.startswith(code)][: rule["limit"]]
        rules += [
            {
                "place": spot,
                "category": named[rule["category"]] if "category" in rule else None,
                "unit": ground.units[rule["unit"]],
                "basis": rule["basis"],
                "effective_from": since,
            }
            for spot in chosen
        ]
    dispatch.create_rules(actor=keeper, kind="place-rules", each=rules)


def _directed(keeper: Person, ground: Ground, since: date) -> None:
    named = _by_name(ground)
    for rule in table("rules")["directed_rules"]:
        dispatch.create_rule(
            actor=keeper,
            kind="directed-rules",
            name=rule["name"],
            words=rule["words"],
            category=named[rule["category"]],
            division=ground.divisions[ground.county.town(rule["division"]).code] if "division" in rule else None,
            unit=ground.units[rule["unit"]],
            basis=rule["basis"],
            effective_from=since,
        )


def _limits(actor: Person, since: date) -> None:
    """Limits, reasons not to accept and policies, entered together with one audit row."""
    rules = table("rules")
    LimitRule.objects.bulk_create([LimitRule(effective_from=since, **row) for row in rules["limits"]])
    DeclineRule.objects.bulk_create([DeclineRule(effective_from=since, **row) for row in rules["decline_rules"]])
    Policy.objects.bulk_create([Policy(key=k, value=v, effective_from=since) for k, v in rules["policies"].items()])
    counts = {name: [0, len(rules[name])] for name in ("limits", "decline_rules", "policies")}
    record(actor=actor, verb="demo.rules_entered", payload={"since": since.isoformat()}, changes=counts)
