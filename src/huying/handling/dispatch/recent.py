"""What people decided of late, by the words of the orders: it corrects the model at once, long before it is trained anew.

Only decisions of people are remembered (confirmed, corrected, objection accepted, reassigned, panel), of each order the
latest; what went automatically teaches nothing here. The memory belongs to a process, is filled once and then takes in
only what is new; ``knowledge`` asks for it together with everything else.
"""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from huying.base.calendars import clock
from huying.handling.dispatch.models import Decision

if TYPE_CHECKING:
    from huying.engines.watch.recall import Match, Rarity, Shelf

DAYS = 60
HUMAN = (
    Decision.Kind.CONFIRMED,
    Decision.Kind.CORRECTED,
    Decision.Kind.OBJECTION,
    Decision.Kind.REASSIGNED,
    Decision.Kind.PANEL,
)


class Recent:
    """Decisions of late as a shelf of texts; the label is the key of the unit that was chosen."""

    def __init__(self) -> None:
        self.last_id = 0
        self._shelf: Shelf | None = None
        self._rarity: Rarity | None = None
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._shelf) if self._shelf is not None else 0

    def take_in(self) -> "Recent":
        """Remember what was decided since the last time. One query."""
        with self._writing:
            rows = list(reversed(_decisions(self.last_id)))
            if rows:
                self._remember(rows)
        return self

    def _remember(self, rows: list[tuple[int, int, int, str]]) -> None:
        from huying.engines.watch import recall

        if self._shelf is None or self._rarity is None:
            self._rarity = recall.Rarity()
            self._shelf = recall.Shelf(self._rarity, recall.CAPACITY)
        entries = []
        for _, order, unit, text in rows:
            found = recall.places(text)
            self._rarity.count(found)
            entries.append((order, unit, found))
        self._shelf.add_many(entries)
        self.last_id = rows[-1][0]

    def like(self, words: str) -> "list[Match]":
        """Orders of late like these words, most alike first."""
        if self._shelf is None:
            return []
        from huying.engines.watch import blend, recall

        return self._shelf.like(recall.places(words), recall.NEIGHBOURS, blend.LIKE)


def _decisions(after: int) -> list[tuple[int, int, int, str]]:
    from huying.engines.watch.recall import CAPACITY

    since = clock.now() - timedelta(days=DAYS)
    rows = Decision.objects.filter(pk__gt=after, kind__in=HUMAN, at__gte=since).order_by("-pk")
    return list(rows.values_list("pk", "order_id", "chosen_id", "order__text")[:CAPACITY])


_kept: dict[str, Recent] = {}


def of(database: str) -> Recent:
    """The memory of this process for a database."""
    return _kept.setdefault(database, Recent())


def forget() -> None:
    """Begin anew (the database is another one behind the same name)."""
    _kept.clear()


def unseen(database: str) -> Any:
    """What a union with the other marks needs to notice that somebody decided something meanwhile."""
    return Decision.objects.filter(pk__gt=of(database).last_id, kind__in=HUMAN).order_by()
