"""标签治理 in the product: what is looked at, and how what a person agreed to reaches training."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.engines.labels.proposals import Confirmed, Proposal, name_changes
from huying.engines.labels.propose import Progress, propose
from huying.handling.dispatch import handovers, knowledge, outcomes
from huying.handling.dispatch.models_labels import LabelProposal
from huying.handling.dispatch.outcomes import Settled
from huying.handling.orders.models import WorkOrder

MOST = 30_000  # of the latest settled orders; older labels teach little of today's units
SHOWN_ORDERS = 10


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A settled order as label care sees it; `number` is its key, so that no order number is kept twice."""

    number: str
    text: str
    unit: str
    day: date


def found_now(progress: Progress = lambda share, words: None, latest: int = MOST) -> list[Proposal]:
    """Proposals on the ``latest`` settled orders. `orders` of a proposal are keys of work orders, units are named."""
    known, today = knowledge.current(), clock.today()
    rows = []
    for row in list(outcomes.settled())[-latest:]:
        unit = known.units.present(row.unit, today)
        if unit is not None and row.text.strip():
            rows.append(_Labelled(str(row.order), row.text, unit.name, clock.local(row.filed_at).date()))
    return propose(rows, progress)


def as_confirmed(rows: Sequence[Settled]) -> list[Settled]:
    """Settled orders as people want them learned; what was recorded stays as it is."""
    agreed = list(LabelProposal.objects.filter(state=LabelProposal.State.AGREED))
    if not agreed:
        return list(rows)
    units = unit_changes(agreed)
    moved = {key: one.target_id for one in agreed if one.kind == LabelProposal.Kind.RELABEL for key in one.orders}
    left_out = {key for one in agreed if one.kind == LabelProposal.Kind.EXCLUDE for key in one.orders}
    handed = [one for one in agreed if one.kind == LabelProposal.Kind.HANDOVER]
    made = []
    for row in rows:
        if row.order not in left_out:
            unit = moved.get(row.order) or handovers.learned_as(handed, row) or row.unit
            made.append(replace(row, unit=units.get(unit, unit)))
    return made


def unit_changes(agreed: Sequence[LabelProposal]) -> dict[int, int]:
    """Key of a unit → key of the one that its orders are learned as. Raises ValueError where they go in a circle."""
    said = [
        Confirmed(one.kind, str(one.subject_id), str(one.target_id))
        for one in agreed
        if one.kind in (LabelProposal.Kind.MERGE, LabelProposal.Kind.RENAME)
    ]
    return {int(old): int(new) for old, new in name_changes(said).items()}


def proposal_rows(state: str) -> QuerySet[LabelProposal]:
    """Proposals, the newest first; all of them where ``state`` is empty."""
    rows = LabelProposal.objects.select_related("subject", "target", "settled_by", "rule").order_by("-pk")
    return rows.filter(state=state) if state else rows


def find_proposal(public_id: str) -> LabelProposal:
    found = proposal_rows("").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这条标签治理建议。")
    return found


def orders_of(proposals: Sequence[LabelProposal]) -> dict[int, WorkOrder]:
    """The first orders of each proposal, in one query."""
    keys = {key for one in proposals for key in one.orders[:SHOWN_ORDERS]}
    return WorkOrder.objects.in_bulk(keys)
