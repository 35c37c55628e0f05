"""Do the orders of the last week differ from those before: kinds of matter, words nobody used before, the model's certainty?

Looked at every night and kept by day. An alarm is words for the manager; it changes nothing by itself. What changes
dispatch is the test of outcomes (``watching``) and what people decide (``recent``).
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg

from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.engines.text.segment import default_segmenter
from huying.engines.watch import mix
from huying.handling.dispatch import watching
from huying.handling.dispatch.models import Analysis, DriftDay
from huying.handling.orders.models import WorkOrder

LATE, BEFORE = timedelta(days=7), timedelta(days=60)
MOST_TEXTS = 5000
LEAST_ORDERS = 50
MUCH_NEW = 0.05
LESS_CERTAIN = 0.05


def look() -> dict[str, Any]:
    """Figures of the last week beside the eight before it; None where there are too few orders to say."""
    now = clock.now()
    late, before = (now - LATE, now), (now - LATE - BEFORE, now - LATE)
    counts = [_mix(*span) for span in (before, late)]
    enough = min(sum(one.values()) for one in counts) >= LEAST_ORDERS
    figures: dict[str, Any] = {"orders": sum(counts[1].values()), "orders_before": sum(counts[0].values())}
    if not enough:
        return {**figures, "mix": None, "mix_by_chance": None, "new_terms": None, "terms": [], "certainty": None}
    said = mix.new_terms(_words(*before), _words(*late))
    certain = [_certainty(*span) for span in (before, late)]
    moved = {kind: counts[1][kind] / figures["orders"] - counts[0][kind] / figures["orders_before"] for kind in
             {**counts[0], **counts[1]}}  # fmt: skip
    return {
        **figures,
        "mix": round(mix.stability_index(*counts), 4),
        "mix_by_chance": round(mix.scatter(*counts), 4),
        "moved": sorted(([k, round(v, 4)] for k, v in moved.items()), key=lambda one: -abs(one[1]))[:10],
        "new_terms": round(said.share, 4),
        "terms": [[term, count] for term, count in said.terms],
        "certainty": certain[1],
        "certainty_before": certain[0],
    }


def alarms(figures: dict[str, Any]) -> list[str]:
    """What the manager should know, in words."""
    made = []
    if figures["mix"] is not None and figures["mix"] > mix.STRONG + figures["mix_by_chance"]:
        names = "、".join(f"{kind}{100 * share:+.1f} 个百分点" for kind, share in figures["moved"][:3])
        made.append(f"近 7 天事项构成变化明显：{names}")
    if figures["new_terms"] is not None and figures["new_terms"] > MUCH_NEW:
        words = "、".join(f"{term}（{count} 件）" for term, count in figures["terms"][:5])
        made.append(f"近 7 天 {100 * figures['new_terms']:.1f}% 的工单出现此前没有的词：{words}")
    both = (figures.get("certainty"), figures.get("certainty_before"))
    if both[0] is not None and both[1] is not None and both[1] - both[0] > LESS_CERTAIN:
        made.append(f"模型把握下降：平均概率由 {both[1]:.2f} 降到 {both[0]:.2f}")
    return made


def keep_day(*, actor: Person) -> DriftDay:
    """Look, keep it with the day, and tell the manager where there is something to tell."""
    figures = look()
    figures |= {"agreement": watching.agreement(7), "automatic": watching.counts(_automatic())}
    said = alarms(figures)
    with transaction.atomic():
        day, _ = DriftDay.objects.update_or_create(day=clock.today(), defaults={"figures": figures, "alarms": said})
        payload = {"alarms": len(said), "mix": figures["mix"], "new_terms": figures["new_terms"]}
        verb = "dispatch.drift_noticed" if said else "dispatch.drift_looked"
        tell = {"tell": ["model_manager"]} if said else {}
        record(actor=actor, verb=verb, subject=day, payload={**payload, **tell})
    return day


def _automatic() -> list[watching.Outcome]:
    return watching.outcomes(since=clock.now() - LATE)


def _mix(since: datetime, until: datetime) -> Counter[str]:
    """Orders by the highest level of their category."""
    rows = WorkOrder.objects.filter(filed_at__gte=since, filed_at__lt=until, category__isnull=False)
    counted: Counter[str] = Counter()
    for name in rows.values_list("category__full_name", flat=True).iterator():
        counted[name.partition("/")[0]] += 1
    return counted


def _words(since: datetime, until: datetime) -> list[list[str]]:
    rows = WorkOrder.objects.filter(filed_at__gte=since, filed_at__lt=until).order_by("-filed_at")
    segmenter = default_segmenter()
    return [segmenter.words(text) for text in rows.values_list("text", flat=True)[:MOST_TEXTS]]


def _certainty(since: datetime, until: datetime) -> float | None:
    rows = Analysis.objects.filter(order__filed_at__gte=since, order__filed_at__lt=until, step="model")
    mean = rows.aggregate(mean=Avg("confidence"))["mean"]
    return round(mean, 4) if mean is not None else None
