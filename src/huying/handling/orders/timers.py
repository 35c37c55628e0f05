"""Obligations of this room: their kinds, keys and due times. Keys carry the due time, so that a moved timer is new."""

from datetime import datetime
from typing import Any

from huying.base.calendars import clock
from huying.base.calendars.selectors import current_calendar
from huying.base.events.obligations import Due
from huying.base.notices import actions as notices
from huying.base.parties.models import Citizen
from huying.handling.orders import rules
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.states import OPEN_ASSIGNMENT_STATES

SOON_SHARE = 0.8  # a reminder when the light turns red: a fifth of the time is left
ORDER_KINDS = frozenset(
    {"order.overdue", "order.info_due", "order.transfer_silent", "order.auto_dispatch", "shelved.review"}
)


def _key(kind: str, pk: int | None, at: datetime | None) -> str:
    return f"{kind}:{pk}:{int(at.timestamp()) if at else 0}"


def _due(kind: str, subject: WorkOrder | Assignment, at: datetime) -> Due:
    return Due(kind, _key(kind, subject.pk, at), at, {subject._meta.model_name: subject.pk})


def of_assignment(a: Assignment) -> list[Due]:
    """Every timer that runs for an open assignment: signing, first contact (the lead's), reminder, due time."""
    if a.state not in OPEN_ASSIGNMENT_STATES or a.clock_stopped_at:
        return []
    dues = [_due("assignment.due_soon", a, _soon(a)), _due("assignment.overdue", a, a.due_at)]
    if a.state == "to_sign":
        dues.append(_due("assignment.sign_due", a, a.sign_due_at))
    if a.contact_due_at and not a.first_contact_at:
        dues.append(_due("assignment.contact_due", a, a.contact_due_at))
    return dues


def keys_of_assignment(a: Assignment) -> list[str]:
    """The keys of all timers an assignment may have, at its present due times."""
    return [
        _key("assignment.due_soon", a.pk, _soon(a)),
        _key("assignment.overdue", a.pk, a.due_at),
        _key("assignment.sign_due", a.pk, a.sign_due_at),
        _key("assignment.contact_due", a.pk, a.contact_due_at),
    ]


def sign_key(a: Assignment) -> str:
    return _key("assignment.sign_due", a.pk, a.sign_due_at)


def contact_key(a: Assignment) -> str:
    return _key("assignment.contact_due", a.pk, a.contact_due_at)


def _soon(a: Assignment) -> datetime:
    return rules.share_of_time(a.due_from, a.due_at, SOON_SHARE, a.order.clock_kind, current_calendar())


def of_order(order: WorkOrder) -> list[Due]:
    """What an order waits for by the clock in its present state."""
    if order.state == "need_info" and order.info_due_at:
        return [_due("order.info_due", order, order.info_due_at)]
    if order.state == "transferring" and order.due_at:
        return [_due("order.transfer_silent", order, order.due_at)]
    if order.due_at and not order.clock_stopped_at and rules.order_clock_runs(order.state):
        return [_due("order.overdue", order, order.due_at)]
    return []


def keys_of_order(order: WorkOrder) -> list[str]:
    return [
        _key("order.overdue", order.pk, order.due_at),
        _key("order.info_due", order.pk, order.info_due_at),
        _key("order.transfer_silent", order.pk, order.due_at),
        _key("order.auto_dispatch", order.pk, order.state_since),
        *([_shelved_key(order)] if order.shelved_until else []),
    ]


def auto_dispatch(order: WorkOrder) -> Due:
    """Let the model try, at once; the handler belongs to dispatch."""
    key = _key("order.auto_dispatch", order.pk, order.state_since)
    return Due("order.auto_dispatch", key, clock.now(), {"workorder": order.pk})


def shelved_review(order: WorkOrder, at: datetime) -> Due:
    return Due("shelved.review", _shelved_key(order), at, {"workorder": order.pk})


def _shelved_key(order: WorkOrder) -> str:
    return f"shelved.review:{order.pk}:{order.shelved_until:%Y%m%d}"


def visit_invite(order: WorkOrder) -> list[Due]:
    """Invite the citizen to answer by a link, at once; the handler belongs to visits. Nobody known: nobody invited."""
    if order.citizen_id is None:
        return []
    return [
        Due("visit.invite", _key("visit.invite", order.pk, order.state_since), clock.now(), {"workorder": order.pk})
    ]


def for_row(kind: str, pk: int, at: datetime, **payload: Any) -> Due:
    """A timer of an objection or petition; ``key`` by :func:`row_key`."""
    return Due(kind, row_key(kind, pk), at, {"id": pk, **payload})


def row_key(kind: str, pk: int) -> str:
    return f"{kind}:{pk}"


def notice(order: WorkOrder, code: str, *, number: int | None = None, **fields: Any) -> list[Due]:
    """Tell the citizen: number, query code, title, promised date. Nobody known: no notice.

    ``number`` tells two notices of one code apart; without it the version that an action found does. Filing has 0.
    """
    if order.citizen_id is None:
        return []
    promised = order.due_at or order.promised_at
    known = {
        "order_no": order.order_no,
        "query_code": order.query_code,
        "title": order.title,
        "promised": promised or "",
    }
    citizen = Citizen(pk=order.citizen_id)  # only its key is needed
    return [
        notices.prepare(
            citizen=citizen,
            subject=order,
            code=code,
            fields=known | fields,
            number=order.version if number is None else number,
        )
    ]
