"""Contacts brought in many at a time: the same rows as one by one, one event each, one audit row for the batch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huying.base.errors import Invalid
from huying.base.events.recorder import record_many
from huying.base.org.models import Person
from huying.base.parties import actions as parties
from huying.base.parties.models import Citizen
from huying.base.parties.selectors import by_phones
from huying.base.parties.texts import tokenise
from huying.intake.contacts.models import Contact, Result


@dataclass(frozen=True)
class ClosedCall:
    """A contact that opened no order, as it was ended. Without a phone nobody is known."""

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
        rows = Contact.objects.bulk_create([_row(call, citizens.get(call.phone)) for call in calls], batch_size=500)
        digest = hashlib.sha256("\n".join(row.public_id for row in rows).encode()).hexdigest()
        subjects = [(row, {"result": row.result, "channel": row.channel}, row.ended_at) for row in rows]
        record_many(
            actor=actor, verb="contact.closed", subjects=subjects, changes={"contacts": len(rows), "digest": digest}
        )
    return rows


def _citizens(calls: Sequence[ClosedCall]) -> dict[str, Citizen]:
    first = {call.phone: call for call in reversed(calls) if call.phone}
    known = by_phones(list(first))
    return known | {
        phone: parties.find_or_create_citizen(phone=phone, name=call.name, now=call.started_at)
        for phone, call in first.items()
        if phone not in known
    }


def _row(call: ClosedCall, citizen: Citizen | None) -> Contact:
    words, sealed = tokenise(call.text.strip())
    answer, answer_sealed = tokenise(call.answer.strip())
    return Contact(
        channel=call.channel,
        number_called=call.number_called,
        citizen=citizen,
        started_at=call.started_at,
        ended_at=call.ended_at,
        agent=call.agent,
        firm_id=call.agent.firm_id if call.agent else None,
        text=words,
        identifiers_sealed=sealed,
        result=call.result,
        answer=answer,
        answer_identifiers_sealed=answer_sealed,
    )
