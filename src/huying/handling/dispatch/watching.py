"""What became of automatic dispatch: outcomes one by one, by unit and altogether, and the tests that watch them.

An automatic dispatch was *wrong* where its unit was released again (an accepted objection or a reassignment) and *not
objected to* where the unit signed and went on; until one of the two it is *pending* and counts for neither. Not being
objected to is not the same as being right: what people decide beside the model's proposal is told apart, as agreement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from huying.base.calendars import clock
from huying.engines.watch import sequential
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.models import Analysis, Decision, Withdrawal
from huying.handling.dispatch.outcomes import UNSETTLED, final_units
from huying.handling.orders.models import Assignment

LOOK_BACK = timedelta(days=180)
MOST = 5000


@dataclass(frozen=True)
class Outcome:
    """One automatic dispatch to ``unit``; ``wrong`` None while pending, else known since ``known_at``."""

    order: int
    unit: int
    wrong: bool | None
    known_at: datetime


def outcomes(*, since: datetime, unit: int | None = None) -> list[Outcome]:
    """Automatic dispatches from ``since`` on, the latest ``MOST`` of them, in the order in which they became known."""
    rows = Decision.objects.filter(kind=Decision.Kind.AUTOMATIC, at__gte=since)
    rows = rows.filter(chosen_id=unit) if unit is not None else rows
    given = dict(rows.order_by("-at").values_list("order_id", "chosen_id")[:MOST])
    leads = Assignment.objects.filter(part=Assignment.Part.LEAD, parent__isnull=True, dispatched_at__gte=since)
    if unit is not None:
        leads = leads.filter(unit_id=unit)
    found: dict[int, Outcome] = {}
    columns = ("order_id", "unit_id", "state", "ended_at", "signed_at", "state_since")
    for order, to, state, ended_at, signed_at, state_since in leads.order_by("id").values_list(*columns):
        if given.get(order) != to or order in found:
            continue
        wrong = True if state == "released" else None if state in UNSETTLED else False
        known_at = (ended_at if wrong else signed_at) or state_since
        found[order] = Outcome(order, to, wrong, known_at)
    return sorted(found.values(), key=lambda one: (one.known_at, one.order))


@dataclass(frozen=True)
class Finding:
    """What the sequential test says of a unit (None: of all units together)."""

    unit: int | None
    rise: sequential.Rise
    limit: float
    last: datetime | None

    def figures(self) -> dict[str, Any]:
        return {
            "automatic": self.rise.outcomes,
            "wrong": self.rise.wrong,
            "limit": self.limit,
            "evidence": round(self.rise.evidence, 1),
            "needed": sequential.PATIENCE,
        }


def look(unit: int | None, limit: float) -> Finding:
    """The test over the outcomes since automation was last given back, of one unit or of all."""
    known = [one for one in outcomes(since=_since(unit), unit=unit) if one.wrong is not None]
    rise = sequential.rise((bool(one.wrong) for one in known), limit)
    return Finding(unit, rise, limit, known[-1].known_at if known else None)


def _since(unit: int | None) -> datetime:
    back = clock.now() - LOOK_BACK
    returned = Withdrawal.objects.filter(unit_id=unit, returned_at__isnull=False).order_by("-returned_at").first()
    return max(back, returned.returned_at) if returned is not None and returned.returned_at else back


def proof_for(withdrawal: Withdrawal, limit: float) -> sequential.Proof:
    """Orders that would have gone automatically but for the withdrawal: was the unit proposed the one that was right?"""
    public_id = withdrawal.unit.public_id if withdrawal.unit is not None else ""
    rows = Analysis.objects.filter(held="withdrawn", at__gte=withdrawal.at).order_by("at", "id")
    proposed: dict[int, str] = {}
    for order, units in rows.values_list("order_id", "units")[:MOST]:
        if units and public_id in ("", units[0]["id"]):
            proposed[order] = units[0]["id"]
    finals = final_units(list(proposed))
    known = knowledge.current().units.by_pk
    judged = [known[finals[order]].public_id != first for order, first in proposed.items() if order in finals]
    return sequential.proof(judged, limit)


def open_withdrawals() -> list[Withdrawal]:
    return list(Withdrawal.objects.filter(returned_at__isnull=True).select_related("unit", "by").order_by("-at"))


def by_unit(days: int) -> list[dict[str, Any]]:
    """Each unit's automatic dispatches of the last ``days``, those with the most wrong ones first."""
    known, withdrawn = knowledge.current(), {row.unit_id: row for row in open_withdrawals()}
    counted: dict[int, list[Outcome]] = {}
    for one in outcomes(since=clock.now() - timedelta(days=days)):
        counted.setdefault(one.unit, []).append(one)
    for pk in withdrawn:
        if pk is not None:
            counted.setdefault(pk, [])
    made = []
    for pk, rows in counted.items():
        unit = known.units.by_pk.get(pk)
        if unit is not None:
            made.append(
                {"unit": {"id": unit.public_id, "name": unit.name}, **counts(rows), "withdrawn": pk in withdrawn}
            )
    return sorted(made, key=lambda row: (-row["withdrawn"], -row["wrong"], -row["automatic"]))


def counts(rows: Iterable[Outcome]) -> dict[str, Any]:
    """Numbers of outcomes; ``wrong_per_hundred`` of those that are known."""
    every = list(rows)
    wrong, pending = sum(one.wrong is True for one in every), sum(one.wrong is None for one in every)
    settled = len(every) - pending
    return {
        "automatic": len(every),
        "pending": pending,
        "wrong": wrong,
        "wrong_per_hundred": round(100 * wrong / settled, 2) if settled else None,
    }


def agreement(days: int) -> dict[str, Any]:
    """How often people chose what was proposed first, where they decided beside it; apart from non-objection."""
    rows = Decision.objects.filter(at__gte=clock.now() - timedelta(days=days), proposed__isnull=False)
    judged = rows.filter(Q(kind=Decision.Kind.CONFIRMED) | Q(kind=Decision.Kind.CORRECTED))
    count, agreed = judged.count(), judged.filter(proposed=F("chosen")).count()
    return {"judged": count, "agreed": agreed, "share": round(agreed / count, 4) if count else None}
