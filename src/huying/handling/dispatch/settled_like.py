"""The settled orders most like a new one, with the unit that had them in the end: what a dispatcher would look up.

Kept in the memory of the process that is asked: the latest ``KEPT`` settled orders, taken in as they settle.
"""

import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from huying.base.calendars import clock
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.outcomes import settled_assignments
from huying.handling.dispatch.same_matter import shown_order
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import OPEN_STATES

if TYPE_CHECKING:
    pass

KEPT = 5000
CHECK_EVERY_S = 10.0
LEAST = 0.15


class SettledOrders:
    def __init__(self) -> None:
        from huying.engines.watch.recall import Rarity, Shelf

        self._rarity: Rarity = Rarity()
        self._shelf: Shelf = Shelf(self._rarity, KEPT)
        self._until: datetime | None = None
        self._checked: float | None = None
        self._lock = threading.Lock()

    def like(self, text: str, most: int) -> list[tuple[int, int, float]]:
        """``(order, unit, likeness)``, most alike first."""
        from huying.engines.watch.recall import places

        with self._lock:
            if self._checked is None or time.monotonic() - self._checked >= CHECK_EVERY_S:
                self._take_in()
                self._checked = time.monotonic()
        return [(one.key, one.label, one.likeness) for one in self._shelf.like(places(text), most, LEAST)]

    def _take_in(self) -> None:
        from huying.engines.watch.recall import places

        rows = settled_assignments().exclude(order__state__in=OPEN_STATES)
        if self._until is not None:
            rows = rows.filter(order__state_since__gt=self._until)
        columns = ("order_id", "unit_id", "order__text", "order__state_since")
        entries = []
        for order, unit, text, since in reversed(rows.order_by("-order__state_since").values_list(*columns)[:KEPT]):
            found = places(text)
            self._rarity.count(found)
            entries.append((order, unit, found))
            self._until = since
        self._shelf.add_many(entries)


_kept: dict[str, SettledOrders] = {}
_making = threading.Lock()


def forget() -> None:
    """Begin anew (the database is another one behind the same name)."""
    _kept.clear()


def similar_settled(text: str, *, leave_out: int | None = None, most: int = 3) -> list[dict[str, Any]]:
    """The ``most`` settled orders most like the text, with the unit that answers today for who had them."""
    database = str(connection.settings_dict["NAME"])
    with _making:
        kept = _kept.setdefault(database, SettledOrders())
    found = [one for one in kept.like(text, most + 1) if one[0] != leave_out][:most]
    rows = WorkOrder.objects.select_related("lead_unit").in_bulk([order for order, _, _ in found])
    known, today = knowledge.current().units, clock.today()
    made = []
    for order, unit, likeness in found:
        if order in rows:
            final = known.present(unit, today) or known.by_pk.get(unit)
            named = {"final_unit": final.name if final else "", "likeness": round(likeness, 3)}
            made.append({**shown_order(rows[order]), **named, "conclusion": rows[order].conclusion})
    return made
