"""What was proposed and what was chosen, written in the transaction of the order's own action: labels for training."""

from huying.base.calendars import clock
from huying.base.events.obligations import oblige
from huying.base.org.models import Person
from huying.handling.dispatch import knowledge, selectors
from huying.handling.dispatch.models import Analysis, Decision, Precedent
from huying.handling.orders.models import Assignment, WorkOrder

Kind = Decision.Kind
WATCH = "dispatch.watch_unit"
_BY_ACTION = {"accept_objection": Kind.OBJECTION, "reassign": Kind.REASSIGNED, "designate": Kind.PANEL}


def after_dispatch(order: WorkOrder, assignment: Assignment, actor: Person, kind: str, basis: str) -> None:
    """A hook of orders: a lead unit was given the order. What a panel designated is a precedent besides."""
    analysis = selectors.latest_analysis(order)
    proposed, probability = _proposed(analysis)
    Decision.objects.create(
        order=order,
        at=clock.now(),
        by=actor,
        kind=_BY_ACTION.get(kind) or _first(order, proposed, assignment.unit_id),
        proposed_id=proposed,
        probability=probability,
        chosen_id=assignment.unit_id,
        model=analysis.model if analysis else "",
    )
    if kind in ("accept_objection", "reassign"):
        _have_watched(order)
    if kind == "designate":
        _write_precedent(order, assignment, basis)


def _have_watched(order: WorkOrder) -> None:
    """An automatic dispatch turned out wrong: the worker tests at once whether the unit's share has risen."""
    first = Decision.objects.filter(order=order, kind=Kind.AUTOMATIC).order_by("id").first()
    if first is not None:
        payload = {"unit": first.chosen_id}
        oblige(kind=WATCH, key=f"{WATCH}:{order.pk}:{order.reassign_count}", due_at=clock.now(), payload=payload)


def _first(order: WorkOrder, proposed: int | None, chosen: int) -> str:
    if order.automatic:
        return str(Kind.AUTOMATIC)
    return str(Kind.CONFIRMED if proposed == chosen else Kind.CORRECTED)


def _proposed(analysis: Analysis | None) -> tuple[int | None, float | None]:
    """Key and probability of the unit that was proposed first."""
    if analysis is None or not analysis.units:
        return None, None
    first = analysis.units[0]
    units = knowledge.current().units.by_pk.values()
    return next((unit.pk for unit in units if unit.public_id == first["id"]), None), first["probability"]


def _write_precedent(order: WorkOrder, assignment: Assignment, basis: str) -> None:
    assists = order.assignments.filter(part=Assignment.Part.ASSIST, parent__isnull=True).exclude(pk=assignment.pk)
    Precedent.objects.create(
        order=order,
        category_id=order.category_id,
        division_id=order.incident_division_id,
        unit_id=assignment.unit_id,
        assists=list(assists.values_list("unit__public_id", flat=True)),
        basis=basis,
        decided_on=clock.today(),
    )
    knowledge.bump("precedents")
