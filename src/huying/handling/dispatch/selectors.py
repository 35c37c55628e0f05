"""Reading analyses, decisions, rules and models."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.parties.models import Citizen
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.kinds import KINDS, RELATED, Rule
from huying.handling.dispatch.models import (
    Analysis,
    Automation,
    Comparison,
    Decision,
    DriftDay,
    ModelVersion,
    RuleTrial,
    Withdrawal,
)
from huying.handling.dispatch.presenting import analysis_json
from huying.handling.orders import selectors as orders
from huying.handling.orders.models import WorkOrder

WATCHED_DAYS = 30
_FIRST = (Decision.Kind.AUTOMATIC, Decision.Kind.CONFIRMED, Decision.Kind.CORRECTED, Decision.Kind.PANEL)


def latest_analysis(order: WorkOrder) -> Analysis | None:
    """The analysis that counts; the one just made with the order is at hand without a query."""
    fresh: Analysis | None = getattr(order, "fresh_analysis", None)
    return fresh or Analysis.objects.filter(order=order).order_by("-id").first()


def order_analysis(order: WorkOrder) -> dict[str, Any] | None:
    """What an order's page shows of its analysis; None for an order that was never read (imported)."""
    row = latest_analysis(order)
    return with_load(analysis_json(row)) if row is not None else None


def with_load(analysis: dict[str, Any]) -> dict[str, Any]:
    """The analysis with each unit's present load beside it: open and overdue assignments, people who handle them."""
    named = {unit["id"] for unit in analysis["units"]}
    units = {unit.public_id: unit for unit in knowledge.current().units.by_pk.values() if unit.public_id in named}
    loads = orders.present_load([unit.pk for unit in units.values()])
    shown = []
    for one in analysis["units"]:
        unit = units.get(one["id"])
        open_count, overdue = loads.get(unit.pk, (0, 0)) if unit else (0, 0)
        staff = unit.staff if unit else 0
        shown.append({**one, "load": {"open": open_count, "overdue": overdue, "staff": staff}})
    return {**analysis, "units": shown}


def citizen_orders(citizen: Citizen) -> dict[str, Any]:
    """The citizen's open orders, and how many were filed within a year: is it the same matter again?"""
    since = clock.now() - timedelta(days=365)
    return {
        "open_orders": [
            {"id": order.public_id, "order_no": order.order_no, "title": order.title, "state": order.state}
            for order in orders.open_orders_of(citizen)
        ],
        "orders_in_year": WorkOrder.objects.filter(citizen=citizen, filed_at__gte=since).count(),
    }


def decisions_of(order: WorkOrder) -> QuerySet[Decision]:
    return Decision.objects.filter(order=order).select_related("by", "proposed", "chosen").order_by("id")


# ---- rules


def rule_rows(kind: str, *, words: str = "", on: date | None = None, everything: bool = False) -> QuerySet[Any]:
    """Rules of a kind, newest first; those in force on a day (today) unless everything is asked for."""
    chosen = KINDS[kind]
    rows = chosen.model.objects.select_related(*(name for name in RELATED if name in chosen.fields)).order_by("-pk")
    if not everything:
        day = on or clock.today()
        rows = rows.filter(effective_from__lte=day).exclude(effective_until__lt=day)
    if words:
        named = Q(unit__name__icontains=words) | Q(category__full_name__icontains=words) | Q(basis__icontains=words)
        if "clause" in chosen.fields:
            named |= Q(clause__icontains=words)
        if "name" in chosen.fields:
            named |= Q(name__icontains=words)
        if "place" in chosen.fields:
            named |= Q(place__name__icontains=words)
        rows = rows.filter(named)
    return rows


def rule_history(kind: str, rule: Rule) -> list[Any]:
    """All versions of one rule, the newest first."""
    first = rule.lineage or rule.public_id
    return list(rule_rows(kind, everything=True).filter(Q(public_id=first) | Q(lineage=first)))


def find_rule(kind: str, public_id: str) -> Rule:
    found = rule_rows(kind, everything=True).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这条规则。")
    return found


def find_trial(public_id: str) -> RuleTrial:
    found = RuleTrial.objects.select_related("started_by").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这次试行。")
    return found


# ---- models and automation


def models() -> QuerySet[ModelVersion]:
    return ModelVersion.objects.select_related("promoted_by").order_by("-trained_at", "-pk")


def find_model(name: str) -> ModelVersion:
    found = models().filter(name=name).first()
    if found is None:
        raise NotFound("没有这个模型。")
    return found


def automation(days: int = WATCHED_DAYS) -> dict[str, Any]:
    """The limit set, what it and other limits would let through, and what really happened in the last ``days``."""
    known = knowledge.current()
    row = Automation.objects.select_related("set_by").order_by("-effective_from", "-pk").first()
    limits: list[float] = []
    if known.model is not None:
        from huying.engines.classify.bundle import LIMITS

        limits = sorted({*LIMITS, known.automation.limit})
    return {
        "enabled": known.automation.enabled,
        "limit": known.automation.limit,
        "auto_promote": bool(row and row.auto_promote),
        "set_at": row.effective_from if row else None,
        "set_by": row.set_by.name if row else None,
        "model": known.model.name if known.model else "",
        "threshold": known.gate.threshold if known.gate else None,
        "limits": [gate_at(limit) for limit in limits],
        "happened": automation_figures(days),
    }


def gate_at(limit: float) -> dict[str, Any]:
    """What the promoted model could dispatch alone at a limit; nothing where there is no model."""
    known = knowledge.current()
    gate = known.model.bundle.gate_at(limit) if known.model is not None else None
    return {
        "limit": limit,
        "share": gate.coverage if gate is not None else 0.0,
        "threshold": gate.threshold if gate is not None else None,
    }


def days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def withdrawals() -> QuerySet[Withdrawal]:
    """All withdrawals of automation, the latest first."""
    return Withdrawal.objects.select_related("unit", "by", "returned_by").order_by("-at", "-pk")


def find_withdrawal(public_id: str) -> Withdrawal:
    found = withdrawals().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这次暂停。")
    return found


def comparisons() -> QuerySet[Comparison]:
    return Comparison.objects.select_related("champion", "challenger").order_by("-at", "-pk")


def drift_days(days: int) -> QuerySet[DriftDay]:
    return DriftDay.objects.filter(day__gt=clock.today() - timedelta(days=days)).order_by("-day")


def decisions_by_kind(days: int) -> dict[str, int]:
    """How many labels people made in the last ``days``, by how."""
    rows = Decision.objects.filter(at__gte=days_ago(days)).order_by().values_list("kind").annotate(n=Count("id"))
    found = dict(rows)
    kinds = [kind for kind in Decision.Kind.values if kind != Decision.Kind.AUTOMATIC]
    return {kind: found.get(kind, 0) for kind in kinds}


def automation_figures(days: int = WATCHED_DAYS) -> dict[str, Any]:
    """Of the orders first dispatched in the last ``days``: how many without a person, and of these how many wrong.

    Wrong is what was reassigned or objected to with success; what nobody has objected to yet counts as right.
    """
    since = clock.now() - timedelta(days=days)
    first = Decision.objects.filter(at__gte=since, kind__in=_FIRST)
    dispatched = first.values("order").distinct().count()
    automatic = first.filter(kind=Decision.Kind.AUTOMATIC)
    spoilt = Q(order__upheld_objections__gt=0) | Q(order__steps__action="reassign")
    count = automatic.values("order").distinct().count()
    wrong = automatic.filter(spoilt).values("order").distinct().count()
    return {
        "days": days,
        "dispatched": dispatched,
        "automatic": count,
        "share": count / dispatched if dispatched else None,
        "wrong": wrong,
        "wrong_per_hundred": round(100 * wrong / count, 2) if count else None,
        "confirmed": first.filter(kind=Decision.Kind.CONFIRMED).count(),
        "corrected": first.filter(kind=Decision.Kind.CORRECTED).count(),
    }
