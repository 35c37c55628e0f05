"""What people decided of late, by the words of the orders: it corrects the model at once, long before it is trained anew.

Only decisions of people are remembered (confirmed, corrected, objection accepted, reassigned, panel), of each order the
latest; what went automatically teaches nothing here. The memory belongs to a process, is filled once and then takes in
only what is new; ``knowledge`` asks for it together with everything else.
"""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from huying.base.calendars import clock
from huying.handling.dispatch.models import Analysis, Decision, ModelVersion

if TYPE_CHECKING:
    from huying.engines.watch.recall import Match, Rarity, Shelf
    from huying.engines.watch.residual import Base, Corrected, Residual

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
        self._residual: Residual | None = None
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._shelf) if self._shelf is not None else 0

    def take_in(self) -> "Recent":
        """Remember what was decided since the last time. Two queries at most."""
        with self._writing:
            rows = list(reversed(_decisions(self.last_id)))
            if rows:
                self._remember(rows, _said_by_model([order for _, order, _, _ in rows]))
        return self

    def _remember(self, rows: list[tuple[int, int, int, str]], said: "dict[int, Base]") -> None:
        from huying.engines.watch import recall, residual

        if self._shelf is None or self._rarity is None:
            self._rarity = recall.Rarity()
            self._residual = residual.Residual(self._rarity)
            self._shelf = recall.Shelf(self._rarity, recall.CAPACITY)
        entries = []
        for _, order, unit, text in rows:
            found = recall.places(text)
            self._rarity.count(found)
            entries.append((order, unit, found))
            if self._residual is not None and order in said:
                self._residual.learn(found, said[order], unit)
        self._shelf.add_many(entries)
        self.last_id = rows[-1][0]

    def correct(self, words: str, base: "Base") -> "Corrected":
        """The model's candidates (unit key, probability) after what was learned of its errors."""
        from huying.engines.watch import recall, residual

        if self._residual is None or not base:
            return residual.Corrected(dict(base), 1.0)
        return self._residual.correct(recall.places(words), base)

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


def _said_by_model(orders: list[int]) -> "dict[int, Base]":
    """What the model in use said of each order, before anything corrected it; its own errors are what is learned."""
    in_use = ModelVersion.objects.filter(promoted_at__isnull=False, retired_at__isnull=True).order_by("-promoted_at")
    read = Analysis.objects.filter(order_id__in=orders, model__in=in_use.values("name")[:1])
    rows = read.order_by("id").values_list("order_id", "facets")
    return {order: said for order, facets in rows if (said := facets.get("model_units"))}


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
