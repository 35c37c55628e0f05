"""派单 without a person: what the analysis let through is checked once more against what holds now, then carried out."""

from huying.base.calendars import clock
from huying.base.errors import Conflict
from huying.base.org.models import Unit
from huying.base.org.selectors import system_person
from huying.handling.dispatch import knowledge, selectors, steps, wording
from huying.handling.dispatch.actions.bursts import have_leader_told, in_burst
from huying.handling.dispatch.gating import BURST, WITHDRAWN
from huying.handling.dispatch.knowledge import Knowledge
from huying.handling.dispatch.models import Analysis
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder


def dispatch_automatically(order: WorkOrder) -> bool:
    """Whether the order was dispatched. Idempotent: only an order that waits for its first dispatch is touched.

    An order that was dispatched before (objected to thrice, reopened) is a person's to decide.
    """
    if order.state != "to_dispatch" or order.dispatched_at is not None:
        return False
    analysis = selectors.latest_analysis(order) or _analyse(order)
    if in_burst(order):
        have_leader_told(order)
        if analysis.automatic:
            _hold(analysis, BURST)
        return False
    known = knowledge.current()
    unit = _still_right(known, order, analysis)
    if unit is None:
        return False
    written = analysis.facets
    try:
        orders.dispatch(
            actor=system_person(),
            order=order,
            unit=unit,
            assists=_units(known, [one["id"] for one in written.get("assists", [])]),
            opinion=order.opinion or written.get("opinion", ""),
            by=analysis.step,
            automatic=True,
        )
    except Conflict:  # a person was quicker
        return False
    return True


def _analyse(order: WorkOrder) -> Analysis:
    """An order that came another way than over the filing desk is read now."""
    seen = understand(
        text=order.text,
        channel=order.channel,
        category=order.category,
        incident_place=order.incident_place,
        incident_division=order.incident_division,
        caller_division=order.caller_division,
        respondent_division=order.respondent_division,
        urgency=order.urgency,
    )
    row = seen.row(order)
    row.save(force_insert=True)
    return row


def _still_right(known: Knowledge, order: WorkOrder, analysis: Analysis) -> Unit | None:
    """The proposed unit, if automation is on, the unit still answers, and no ban came in between."""
    if not analysis.automatic or not analysis.units or not known.automation.enabled:
        return None
    day = clock.today()
    proposed = _units(known, [analysis.units[0]["id"]])
    unit = known.units.present(proposed[0].pk, day) if proposed else None
    if unit is None or steps.banned(known, order.category, unit, day) is not None:
        return None
    if known.all_withdrawn or unit.pk in known.withdrawn:
        _hold(analysis, WITHDRAWN)
        return None
    return unit


def _hold(analysis: Analysis, why: str) -> None:
    """The analysis let it through, what happened since keeps it back: kept with it, for the dispatcher to see."""
    analysis.automatic, analysis.held = False, why
    analysis.reasons = [*analysis.reasons, *wording.held_reasons(why, "")]
    analysis.save(update_fields=["automatic", "held", "reasons"])


def _units(known: Knowledge, public_ids: list[str]) -> list[Unit]:
    wanted = set(public_ids)
    return [unit for unit in known.units.by_pk.values() if unit.public_id in wanted]
