"""Reading contracts, hand-overs and reconciliations."""

from django.db.models import Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Person
from huying.handling.dispatch import knowledge
from huying.handling.linkage.models import Contract, Handover, Mediation
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.permissions import permitted
from huying.handling.orders.states import ORDER_TABLE

_JOINED = ("enterprise", "regulator", "category", "division")


def contracts(*, everything: bool = False) -> QuerySet[Contract]:
    """Agreements in force today, or all; the newest first."""
    rows = Contract.objects.select_related(*_JOINED).order_by("-pk")
    if everything:
        return rows
    day = clock.today()
    return rows.filter(effective_from__lte=day).filter(Q(effective_until__isnull=True) | Q(effective_until__gte=day))


def in_force(row: Contract) -> bool:
    day = clock.today()
    return row.effective_from <= day and (row.effective_until is None or row.effective_until >= day)


def find_contract(public_id: str) -> Contract:
    found = contracts(everything=True).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这份协议。")
    return found


def contracts_for(order: WorkOrder) -> list[Contract]:
    """Agreements that fit the order: its category and area, or a name that stands in its text."""
    known = knowledge.current()
    category = known.categories.by_pk.get(order.category_id) if order.category_id else None
    fitting = []
    for row in contracts():
        named = any(name in order.text for name in row.names)
        in_kind = row.category_id is not None and known.categories.covers(row.category_id, category)
        in_area = known.gazetteer.covers(row.division_id, order.incident_division)
        if in_area and (named or (in_kind and not row.names)):
            fitting.append(row)
    return fitting


def handovers(*, waiting: bool = False, order: WorkOrder | None = None) -> QuerySet[Handover]:
    """Transfers, the latest first; ``waiting``: those nobody has taken yet."""
    rows = Handover.objects.select_related("order", "by", "outcome_by", "contract__enterprise").order_by("-at", "-pk")
    rows = rows.filter(outcome="", order__state="transferring") if waiting else rows
    return rows.filter(order=order) if order is not None else rows


def moves_of_handover(reader: Person, row: Handover) -> list[str]:
    """The moves of the waiting order by which this person may write down what the other side did."""
    if row.outcome or row.order.state != "transferring":
        return []
    moves = ORDER_TABLE[row.order.state].moves
    named = ("transfer_accepted", "transfer_refused")
    return [move.action for move in moves if move.action in named and permitted(reader, move)]


def outcome_of(row: Handover) -> str:
    """What became of it; where time ran out nobody wrote it down, but the order went on."""
    return row.outcome or ("" if row.order.state == "transferring" else str(Handover.Outcome.SILENT))


def mediations(*, open_only: bool = True) -> QuerySet[Mediation]:
    rows = Mediation.objects.select_related("order", "by", "contract__enterprise", "contract__regulator")
    return (rows.filter(outcome="") if open_only else rows).order_by(*mediation_order(open_only))


def mediation_order(open_only: bool) -> list[str]:
    return ["due_at", "pk"] if open_only else ["-at", "-pk"]


def find_mediation(public_id: str) -> Mediation:
    found = mediations(open_only=False).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这次和解。")
    return found
