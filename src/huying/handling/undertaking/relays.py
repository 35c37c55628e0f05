"""How a unit's call reaches a citizen whose number it must not see.

The seam for a telephone exchange: an adapter registers under a name and ``begin`` has it ring both ends. Without one the
centre's own desk puts the call through, and the unit writes down what came of it.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True)
class Bridge:
    """What the caller does now: the number to dial (empty: the exchange rings back), the code to say, in words."""

    dial: str
    code: str
    words: str


class Relay(Protocol):
    """``begin`` gives the caller a way to the citizen; the citizen's number stays with the centre. Asked again with the
    same ``call_id`` it means the same call."""

    name: str

    def begin(self, *, call_id: str, order_no: str, phone: str) -> Bridge: ...


class DeskRelay:
    """The hotline's own desk: an agent looks the order up by its number and puts the call through."""

    name = "desk"

    def begin(self, *, call_id: str, order_no: str, phone: str) -> Bridge:
        number = settings.OPTIONS.relay_number
        return Bridge(
            dial=number, code=order_no, words=f"请拨打 {number}，报工单号 {order_no}，由话务员为您接通诉求人。"
        )


_chosen: Relay = DeskRelay()


def use(relay: Relay) -> None:
    """Put calls through with this exchange from now on."""
    global _chosen
    _chosen = relay


def chosen() -> Relay:
    return _chosen
