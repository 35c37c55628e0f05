"""Reading seats: one's own, and for the team leader the whole floor."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import Person
from huying.intake.contacts.models import ABOUT_OPEN_ORDER, Contact, Result
from huying.intake.seats.models import HelpCall, Seat, SeatSpan
from huying.intake.seats.states import LEADERS, SEAT_STATES, SeatState

SPANS = 60
GONE_AFTER = timedelta(hours=20)  # a seat that signed out longer ago is not of this shift


def own(person: Person) -> dict[str, Any]:
    """The person's seat and open call for help. Without a seat yet: signed out since now. Two statements."""
    seat = Seat.objects.filter(person=person).first()
    call = open_calls().filter(seat=seat).first() if seat else None
    return {
        "state": seat.state if seat else str(SeatState.OFF),
        "since": seat.since if seat else clock.now(),
        "call": call_shown(call) if call else None,
    }


def floor(reader: Person) -> dict[str, Any]:
    """Every seat of this shift with today's contacts, and the open calls, the longest waiting first. Four statements."""
    rows = Seat.objects.select_related("person__firm").exclude(state="off", since__lt=clock.now() - GONE_AFTER)
    rows = rows.filter(**led_by(reader, "person"))
    seats = list(rows.order_by("person__staff_no", "person__name", "id"))
    today = _today()
    done = _contacts_today([seat.person_id for seat in seats], today)
    own_seats = {seat.pk for seat in seats}
    return {
        "states": [{"code": str(code), "label": row.label, "tone": row.tone} for code, row in SEAT_STATES.items()],
        "seats": [_seat_shown(seat, done.get(seat.person_id, {})) for seat in seats],
        "calls": [call_shown(call) for call in open_calls() if call.seat_id in own_seats],
    }


def day(seat: Seat) -> dict[str, Any]:
    """What the seat did today: seconds in each state, and the latest spans. One statement."""
    today, now = _today(), clock.now()
    spans = list(SeatSpan.objects.filter(person_id=seat.person_id, ended_at__gte=today).order_by("-ended_at", "-id"))
    totals = dict.fromkeys((str(code) for code in SEAT_STATES), 0)
    for state, began, ended in [(s.state, s.began_at, s.ended_at) for s in spans] + [(seat.state, seat.since, now)]:
        totals[state] += max(0, int((ended - max(began, today)).total_seconds()))
    return {
        "totals": [{"state": code, "label": SEAT_STATES[code].label, "seconds": s} for code, s in totals.items() if s],
        "spans": [
            {"state": s.state, "label": SEAT_STATES[s.state].label, "began_at": s.began_at, "ended_at": s.ended_at}
            for s in spans[:SPANS]
        ],
    }


def open_calls() -> QuerySet[HelpCall]:
    return (
        HelpCall.objects.filter(ended_at__isnull=True).select_related("seat__person", "taken_by").order_by("asked_at")
    )


def led_by(leader: Person, path: str) -> dict[str, int]:
    """The condition on the person at ``path``; see :func:`leads`."""
    return {} if leads(leader, None) or leader.firm_id is None else {f"{path}__firm": leader.firm_id}


def leads(leader: Person, firm: int | None) -> bool:
    """Whether the leader leads the agents of this firm: a firm's team leader its own, the centre's all."""
    return leader.firm_id in (None, firm) or leader.has_role("duty_leader")


def find_seat(leader: Person, public_id: str) -> Seat:
    rows = Seat.objects.select_related("person__firm").filter(**led_by(leader, "person"))
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个坐席。")
    return found


def find_call(reader: Person, public_id: str) -> HelpCall:
    """One's own call, or one of those whom the reader leads."""
    rows = HelpCall.objects.select_related("seat__person", "taken_by")
    if not reader.has_role(*LEADERS):
        rows = rows.filter(seat__person=reader)
    elif firm := led_by(reader, "seat__person"):
        rows = rows.filter(Q(seat__person=reader) | Q(**firm))
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这次求助。")
    return found


def call_shown(call: HelpCall) -> dict[str, Any]:
    return {
        "id": call.public_id,
        "version": call.version,
        "seat": call.seat.public_id,
        "person": call.seat.person.name,
        "staff_no": call.seat.person.staff_no,
        "words": call.words,
        "text": call.text,
        "asked_at": call.asked_at,
        "taken_at": call.taken_at,
        "taken_by": call.taken_by.name if call.taken_by else "",
        "reply": call.reply,
        "ended_at": call.ended_at,
    }


def seat_shown(seat: Seat) -> dict[str, Any]:
    return _seat_shown(seat, _contacts_today([seat.person_id], _today()).get(seat.person_id, {}))


def _seat_shown(seat: Seat, done: dict[str, int]) -> dict[str, Any]:
    row = SEAT_STATES[seat.state]
    return {
        "id": seat.public_id,
        "version": seat.version,
        "person": seat.person.name,
        "staff_no": seat.person.staff_no,
        "firm": seat.person.firm.name if seat.person.firm else "",
        "state": seat.state,
        "state_label": row.label,
        "since": seat.since,
        "long_after": row.long_after,
        "present": seat.present,
        "contacts": done.get("all", 0),
        "orders": done.get("orders", 0),
        "answered": done.get("answered", 0),
        "about_open": done.get("about_open", 0),
    }


def _contacts_today(people: list[int], today: datetime) -> dict[int, dict[str, int]]:
    counted = (
        Contact.objects.filter(started_at__gte=today, agent_id__in=people)
        .values("agent_id")
        .annotate(
            all=Count("id"),
            orders=Count("id", filter=Q(result=Result.ORDER)),
            answered=Count("id", filter=Q(result=Result.ANSWERED)),
            about_open=Count("id", filter=Q(result__in=ABOUT_OPEN_ORDER)),
        )
    )
    return {row["agent_id"]: row for row in counted}


def _today() -> datetime:
    return clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
