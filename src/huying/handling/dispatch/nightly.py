"""夜间训练: a challenger on the orders up to a day, compared with the champion on those after it. Run as a process of its own:

    python -m huying.handling.dispatch.nightly

A worker starts it as an obligation, so that training neither holds up other work nor keeps its memory afterwards.
"""

import os
from dataclasses import dataclass
from datetime import date

from huying.base.calendars import clock
from huying.base.errors import Conflict
from huying.base.org.selectors import system_person
from huying.handling.dispatch import outcomes
from huying.handling.dispatch.models import Automation, Comparison, ModelVersion

LEAST_NEW = 300
KEPT_BACK = 300
LEAST_SHARE = 0.02
GENTLE = 10


@dataclass(frozen=True)
class Night:
    """What a night did: ``reason`` where nothing was trained."""

    reason: str
    model: ModelVersion | None = None
    comparison: Comparison | None = None
    promoted: bool = False


def run() -> Night:
    """Train only where enough was decided since the last model; promote by itself only where the centre chose that."""
    from huying.handling.dispatch import training
    from huying.handling.dispatch.actions import gather_labels, promote
    from huying.handling.dispatch.challenging import compare
    from huying.handling.dispatch.knowledge import promoted

    system = system_person()
    until, fresh = kept_back()
    if until is None:
        return Night(f"上次训练以来新定单位的工单 {fresh} 件，还不够再训练一次。")
    champion = promoted()
    gather_labels(actor=system)
    try:
        model = training.train(actor=system, until=until)
    except training.TooFewOrders as few:
        return Night(few.detail)
    if champion is None:
        return Night("", model)
    try:
        comparison = compare(actor=system, champion=champion, challenger=model)
    except Conflict as few:
        return Night(few.detail, model)
    chosen = Automation.objects.order_by("-effective_from", "-pk").first()
    alone = bool(chosen and chosen.auto_promote and comparison.better)
    if alone:
        promote(actor=system, model=model)
    return Night("", model, comparison, alone)


def kept_back() -> tuple[date | None, int]:
    """The day before which a challenger may learn, so that ``KEPT_BACK`` later orders are left to judge it; and how many
    orders were settled since the last model. None where these are too few for a new one."""
    last = ModelVersion.objects.order_by("-trained_at").first()
    rows = outcomes.settled_assignments()
    fresh = rows.filter(order__filed_at__date__gt=last.window_until) if last and last.window_until else rows
    count = fresh.count()
    if count < max(LEAST_NEW, KEPT_BACK, LEAST_SHARE * (last.orders if last else 0)):
        return None, count
    edge = rows.order_by("-order__filed_at", "-order_id").values_list("order__filed_at", flat=True)[KEPT_BACK - 1]
    return clock.local(edge).date(), count


def main() -> None:
    import django

    django.setup()
    os.nice(GENTLE)
    night = run()
    named = night.model.name if night.model else ""
    print(night.reason or f"{named} 已训练" + ("并启用" if night.promoted else ""))


if __name__ == "__main__":
    main()
