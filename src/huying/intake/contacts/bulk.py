"""Contacts brought in many at a time: the same rows as one by one, one event each, one audit row for the batch."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from huying.base import rows
from huying.base.errors import Invalid
from huying.base.events.recorder import record_many
from huying.base.org.models import Person
from huying.base.parties import actions as parties
from huying.base.parties.models import Citizen
from huying.base.parties.texts import tokenise
from huying.handling.orders.models import WorkOrder
from huying.intake.contacts.models import Contact, Result

OPENING = (
    "channel", "number_called", "started_at", "ended_at",
    "citizen_id", "agent_id", "firm_id",
    "text", "identifiers_sealed", "request_type", "result", "order_id",
)  # fmt: skip


@dataclass(frozen=True)
class ClosedCall:
    """A contact that opened no order, as it was ended. Without a phone nobody is known, unless ``citizen`` is given."""

    channel: str
    result: str
    started_at: datetime
    ended_at: datetime
    agent: Person | None
    phone: str = ""
    name: str = ""
    text: str = ""
    answer: str = ""
    number_called: str = ""
    request_type: str = ""
    citizen: Citizen | None = None


@dataclass(frozen=True)
class OpeningCall:
    """The contact that opened an order brought in with it; its event is the order's."""

    order: WorkOrder
    started_at: datetime
    ended_at: datetime
    agent: Person | None
    number_called: str = ""


def import_closed_contacts(*, actor: Person, calls: Sequence[ClosedCall]) -> list[Contact]:
    """Insert ended contacts in one transaction; citizens are found by phone or made.

    Raises ``Invalid`` for a result that needs an order or isn't an end; then nothing is written.
    """
    for call in calls:
        if call.result not in Result.values or call.result in (Result.ORDER, Result.OPEN):
            raise Invalid("处理结果不在可选范围。", errors=[{"field": "result", "message": call.result}])
    if not calls:
        return []
    with transaction.atomic():
        citizens = _citizens(calls)
        made = _insert(_closed(call, call.citizen or citizens.get(call.phone)) for call in calls)
        digest = hashlib.sha256("\n".join(row.public_id for row in made).encode()).hexdigest()
        subjects = [(row, {"result": row.result, "channel": row.channel}, row.ended_at) for row in made]
        record_many(
            actor=actor, verb="contact.closed", subjects=subjects, changes={"contacts": len(made), "digest": digest}
        )
    return made


def import_opening_contacts(calls: Sequence[OpeningCall]) -> None:
    """The contacts of orders just imported, in the same transaction; they record nothing of their own."""
    rows.insert(Contact, OPENING, [_opening(call) for call in calls])


def _insert(values: Iterable[dict[str, Any]]) -> list[Contact]:
    made = [Contact(**each) for each in values]
    for row, key in zip(made, rows.take_keys(Contact, len(made)), strict=True):
        row.pk = key
    rows.insert_objects(Contact, made)
    return made


def _citizens(calls: Sequence[ClosedCall]) -> dict[str, Citizen]:
    first = {call.phone: call for call in reversed(calls) if call.phone and call.citizen is None}
    if not first:
        return {}
    earliest = min(call.started_at for call in first.values())
    return parties.find_or_create_citizens({phone: call.name for phone, call in first.items()}, now=earliest)


def _closed(call: ClosedCall, citizen: Citizen | None) -> dict[str, Any]:
    words, sealed = tokenise(call.text.strip())
    answer, answer_sealed = tokenise(call.answer.strip())
    return {
        "channel": call.channel,
        "number_called": call.number_called,
        "request_type": call.request_type,
        "citizen": citizen,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "agent": call.agent,
        "firm_id": call.agent.firm_id if call.agent else None,
        "text": words,
        "identifiers_sealed": sealed,
        "result": call.result,
        "answer": answer,
        "answer_identifiers_sealed": answer_sealed,
    }


def _opening(call: OpeningCall) -> tuple[Any, ...]:
    """The values of :data:`OPENING`."""
    order, agent = call.order, call.agent
    who = (order.citizen_id, agent.pk if agent else None, agent.firm_id if agent else None)
    said = (order.text, order.identifiers_sealed, order.request_type, str(Result.ORDER), order.pk)
    return (order.channel, call.number_called, call.started_at, call.ended_at, *who, *said)
