"""The states of a seat: what an agent is doing just now, as a floor of agents is led by."""

from dataclasses import dataclass
from enum import StrEnum

LEADERS = ("team_leader", "duty_leader")


class SeatState(StrEnum):
    FREE = "free"
    TALKING = "talking"
    AFTER = "after"
    BUSY = "busy"
    REST = "rest"
    OFF = "off"


@dataclass(frozen=True)
class Row:
    """``long_after``: minutes from which the team leader's page marks the seat; None: any length is usual."""

    label: str
    tone: str
    long_after: int | None = None


# The lengths are what a shift usually allows; they mark a row on the team leader's page and decide nothing.
SEAT_STATES: dict[str, Row] = {
    SeatState.FREE: Row("示闲", "done"),
    SeatState.TALKING: Row("接谈", "active", 15),
    SeatState.AFTER: Row("话后", "waiting", 3),
    SeatState.BUSY: Row("示忙", "attention", 10),
    SeatState.REST: Row("小休", "attention", 20),
    SeatState.OFF: Row("签出", "closed"),
}
CHOSEN = frozenset({SeatState.FREE, SeatState.AFTER, SeatState.BUSY, SeatState.REST, SeatState.OFF})
"""What a person chooses; 接谈 follows from a contact being taken."""
