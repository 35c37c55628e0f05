"""One order's past while it is told: where its time stands, whose it is, and the moves so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from huying.base.org.models import Person, Unit
from huying.demo.arrivals import Call
from huying.demo.city import City
from huying.demo.speech import reply
from huying.handling.orders import rules
from huying.handling.orders.imports import ImportedOrder
from huying.handling.orders.pasts import PastMove

OWN = {"web", "wechat", "app", "qr"}


@dataclass
class Tale:
    """``at`` is the moment the telling has come to; ``due`` what the citizen was promised; ``part`` the lead's index."""

    city: City
    call: Call
    order: ImportedOrder
    truth: Unit
    at: datetime
    due: datetime
    moves: list[PastMove] = field(default_factory=list)
    given: int = 0
    part: int = 0
    lead: Unit | None = None
    handed_out_at: datetime | None = None
    concluded_at: datetime | None = None
    rounds: int = 0
    leader: str = ""  # who leads it where it is a difficult case
    ends: str = ""  # what such a case is concluded as
    cross: Unit | None = None
    master: "Tale | None" = None

    @property
    def rng(self) -> Random:
        return self.call.rng

    @property
    def urgent(self) -> bool:
        return self.order.urgency != "general"

    @property
    def haste(self) -> float:
        """How much of the usual time between two steps is taken: of two hours nobody spends one on the telephone."""
        return {"general": 1.0, "urgent": 0.5, "emergency": 0.08}[self.order.urgency]

    @property
    def kind(self) -> str:
        return "natural" if self.urgent else "working"

    def say(self, code: str, unit: Unit | None = None) -> str:
        """A line of ``replies.toml`` about this order."""
        scene, named = self.call.scene, unit or self.lead or self.truth
        told = {"unit": named.short_name, "other": self.truth.short_name, "p": scene.place, "m": scene.phrase}
        return reply(self.rng, code, scene.slots | told)

    def make(
        self,
        action: str,
        *,
        by: Person | None = None,
        part: int | None = None,
        to: str = "",
        note: str = "",
        gives: tuple[Unit, ...] = (),
        data: dict[str, Any] | None = None,
    ) -> None:
        """The next move, now; the units it gives the order to are counted on."""
        self.moves.append(PastMove(action, self.at, part, to, True, note, by, data or {}, gives))
        self.given += len(gives)

    def minutes(self, low: float, high: float) -> None:
        self.at += timedelta(minutes=self.rng.uniform(low, high) * self.haste)

    def work(self, hours: float) -> None:
        """Go on by so many working hours; what is urgent does not wait for the morning."""
        if self.urgent:
            self.at += timedelta(hours=hours * self.haste)
        else:
            self.at = self.city.calendar.add_time(self.at, timedelta(hours=hours))

    def towards(self, until: datetime, share: float) -> None:
        """Go on by a share of the time that is left until a moment; stay where that is past."""
        if until > self.at:
            self.at = rules.share_of_time(self.at, until, share, self.kind, self.city.calendar)

    def happens(self, what: str) -> bool:
        """Whether what the figures give a share of happens to this order."""
        return self.city.drawn.happens(what, self.city.shares[what], self.rng)

    def holds(self, purpose: str) -> datetime:
        """When what begins now is due for that purpose."""
        return self.city.terms.due(self.order, purpose, self.at)
