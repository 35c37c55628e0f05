"""同一件事？ Open orders of this centre that tell of the same event, kept in the memory of each process that is asked.

The index is filled once, newest orders first, beside the requests where there are many, and then follows the events by
position: an order that was filed comes in, one that ended goes out. So it is seconds behind at most, survives nothing
and needs nothing kept: a restarted process fills it again. About 1 KB an order; beyond ``MOST`` the oldest are left out.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, connections
from django.db.models import Max, Q

from huying.base.events.models import Event
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import OPEN_STATES

if TYPE_CHECKING:
    from huying.engines.matching import Match

log = logging.getLogger(__name__)

MOST = 1_000_000
AT_ONCE = 2000  # so many are read within the request that asks first; more are read beside
CHECK_EVERY_S = 1.0
EVENTS_AT_ONCE = 2000
STATES = tuple(sorted(OPEN_STATES - {"draft"}))
SUBJECTS = ("orders.workorder", "orders.assignment")
CITED = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{0,6}\d{8,20}(?![0-9A-Za-z])")
_COLUMNS = ("pk", "order_no", "text", "incident_place", "incident_division__code", "filed_at", "state")


@dataclass(frozen=True)
class Found:
    """Likely the same matter, best first, as the engine sees it; ``ready`` False while the index is still filling."""

    matches: "list[Match]"
    ready: bool


class OpenOrders:
    """The open orders of one database."""

    def __init__(self) -> None:
        from huying.engines.matching import Matcher

        self.matcher: Matcher = Matcher()
        self.ready = False
        self._position = 0
        self._checked = 0.0
        self._filling: threading.Thread | None = None
        self._lock = threading.Lock()

    def like(self, text: str, place: str, division: str, at: datetime, k: int) -> Found:
        self._up_to_date()
        matches = self.matcher.candidates(text, place=place, division=division, at=at, k=k)
        return Found(matches, self.ready)

    def _up_to_date(self) -> None:
        with self._lock:
            if not self.ready:
                self._begin()
            elif time.monotonic() - self._checked >= CHECK_EVERY_S:
                while self._follow() == EVENTS_AT_ONCE:
                    continue
                self._checked = time.monotonic()

    def _begin(self) -> None:
        """Fill: at once where there is little, else beside. The position is taken first, so that nothing is missed."""
        if self._filling is not None:
            return
        self._position = Event.objects.aggregate(last=Max("position"))["last"] or 0
        if len(WorkOrder.objects.filter(state__in=STATES).values_list("pk", flat=True)[: AT_ONCE + 1]) <= AT_ONCE:
            self._fill()
            return
        self._filling = threading.Thread(target=self._fill_beside, name="same-matter", daemon=True)
        self._filling.start()

    def _fill_beside(self) -> None:
        try:
            self._fill()
        except Exception:
            log.exception("the index of open orders could not be filled")
        finally:
            self._filling = None
            connections.close_all()

    def _fill(self) -> None:
        rows = WorkOrder.objects.filter(state__in=STATES).order_by("-filed_at", "-id").values_list(*_COLUMNS)[:MOST]
        for row in rows.iterator(chunk_size=1000):
            self._put(row)
        self.ready = True

    def _follow(self) -> int:
        """Take in what happened since; the number of events."""
        events = Event.objects.filter(position__gt=self._position, subject_type__in=SUBJECTS).order_by("position")
        rows = list(events.values_list("position", "subject_type", "subject_id")[:EVENTS_AT_ONCE])
        if rows:
            self._position = rows[-1][0]
            orders = {key for _, kind, key in rows if kind == SUBJECTS[0]}
            parts = {key for _, kind, key in rows if kind == SUBJECTS[1]}
            touched = Q(pk__in=orders) | Q(master_id__in=orders) | Q(assignments__in=parts)
            for row in WorkOrder.objects.filter(touched).distinct().values_list(*_COLUMNS):
                self._put(row)
        return len(rows)

    def _put(self, row: tuple[Any, ...]) -> None:
        pk, number, text, place, division, filed_at, state = row
        if state in STATES:
            self.matcher.add(pk, text, place=place, division=division or "", at=filed_at, number=number)
        else:
            self.matcher.remove(pk)


_kept: dict[str, OpenOrders] = {}
_making = threading.Lock()


def index() -> OpenOrders:
    """The index of this process for the database it works on."""
    database = str(connection.settings_dict["NAME"])
    with _making:
        if database not in _kept:
            _kept[database] = OpenOrders()
        return _kept[database]


def forget() -> None:
    """Begin anew (the database is another one behind the same name)."""
    _kept.clear()


def similar_open(
    text: str, *, place: str = "", division: str = "", at: datetime, leave_out: int | None = None, k: int = 5
) -> dict[str, Any]:
    """``{orders, ready}``: open orders of the same or a like matter, with the reasons; at most ``k``. One statement."""
    found = index().like(text, place, division, at, k + 1)
    matches = [match for match in found.matches if match.key != leave_out][:k]
    rows = WorkOrder.objects.select_related("lead_unit").in_bulk([int(match.key) for match in matches])
    shown = []
    for match in matches:
        order = rows.get(int(match.key))
        if order is not None and order.state in STATES:
            shown.append(
                {**shown_order(order), "score": round(match.score, 3), "same": match.same, "why": list(match.why)}
            )
    return {"orders": shown, "ready": found.ready}


def cited(text: str, *, leave_out: int | None = None) -> list[dict[str, Any]]:
    """Orders whose number stands in the text, open or ended. No statement where no number stands there."""
    numbers = list(dict.fromkeys(CITED.findall(text)))[:10]
    if not numbers:
        return []
    rows = WorkOrder.objects.select_related("lead_unit").filter(Q(order_no__in=numbers) | Q(source_no__in=numbers))
    return [shown_order(order) for order in rows.exclude(pk=leave_out)[:10]]


def shown_order(order: WorkOrder) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "order_no": order.order_no,
        "title": order.title,
        "state": order.state,
        "filed_at": order.filed_at,
        "unit": order.lead_unit.name if order.lead_unit else "",
        "open": order.state in STATES,
    }
