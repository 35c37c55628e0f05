"""What agents and their team leader do about seats: go on to a state, ask for help, take a call, close a seat."""

from django.conf import settings
from django.db import IntegrityError, transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.parties.masking import mask_phone
from huying.base.parties.phones import normalise_phone
from huying.base.parties.texts import tokenise
from huying.base.versions import hold
from huying.intake.seats.models import HelpCall, Seat, SeatSpan
from huying.intake.seats.states import LEADERS, SEAT_STATES, SeatState

AGENTS = ("agent", "team_leader")


def go_on(*, actor: Person, state: str, phone: str = "") -> Seat:
    """The agent's own seat goes on to ``state``; the span that ends is written down. The same state again is nothing.

    ``phone``: who is on the line while talking; only its masked form is kept. Raises ``Invalid`` for an unknown state.
    """
    require_role(actor, *AGENTS)
    if state not in SEAT_STATES:
        raise Invalid("请选择坐席状态。", errors=[{"field": "state", "message": "不在可选范围"}])
    present = _masked(phone) if state == SeatState.TALKING else ""
    with transaction.atomic():
        seat = hold(_seat_of(actor))
        if seat.state == state and seat.present == present:
            return seat
        _change(seat, actor=actor, state=state, present=present)
    return seat


def sign_out(*, actor: Person, seat: Seat, expected_version: int | None = None) -> Seat:
    """签出: the team leader closes a seat whose agent has left without doing so."""
    require_role(actor, *LEADERS)
    with transaction.atomic():
        held = hold(seat, expected_version)
        if held.state == SeatState.OFF:
            raise Conflict("这个坐席已经签出。", code="off_already", current={"version": held.version})
        _change(held, actor=actor, state=SeatState.OFF, present="")
    return held


def _change(seat: Seat, *, actor: Person, state: str, present: str) -> None:
    """One span ends, the next begins. A caller who becomes known within the same talk begins no new span."""
    now, before = clock.now(), seat.state
    if before != state:
        SeatSpan.objects.create(
            person_id=seat.person_id, state=before, began_at=seat.since, ended_at=now, ended_by=actor
        )
        seat.since = now
    seat.state, seat.present, seat.version = state, present, seat.version + 1
    seat.save(update_fields=["state", "present", "since", "version"])
    record(
        actor=actor,
        verb="seat.changed",
        subject=seat,
        payload={"state": str(state)},
        changes={"state": [before, state]},
    )


def _masked(phone: str) -> str:
    """What the leader sees of a number; nothing of one that is still being typed."""
    try:
        return mask_phone(normalise_phone(phone, area_code=settings.OPTIONS.area_code)) if phone.strip() else ""
    except Invalid:
        return ""


def _seat_of(person: Person) -> Seat:
    seat, _ = Seat.objects.get_or_create(person=person, defaults={"since": clock.now()})
    return seat


def ask_help(*, actor: Person, words: str = "", text: str = "") -> HelpCall:
    """班长求助: one open call a seat; the draft goes along without the citizen's identifiers."""
    require_role(actor, *AGENTS)
    try:
        with transaction.atomic():
            call = HelpCall.objects.create(
                seat=_seat_of(actor),
                words=tokenise(words.strip())[0][:300],
                text=tokenise(text.strip())[0],
                asked_at=clock.now(),
            )
            record(actor=actor, verb="help.asked", subject=call)
    except IntegrityError as error:
        raise Conflict("已经在等班长，请稍候。", code="asked_already") from error
    return call


def take_call(*, actor: Person, call: HelpCall, reply: str = "", expected_version: int | None = None) -> HelpCall:
    """应答: the team leader takes the call; ``reply`` is shown on the agent's screen. The words can be added to later."""
    require_role(actor, *LEADERS)
    with transaction.atomic():
        held = _open(call, expected_version)
        if held.taken_by_id not in (None, actor.pk):
            raise Conflict(f"{held.taken_by.name if held.taken_by else '别的班长'}已应答。", code="taken_already")
        held.taken_at, held.taken_by = held.taken_at or clock.now(), actor
        held.reply, held.version = reply.strip()[:500] or held.reply, held.version + 1
        held.save(update_fields=["taken_at", "taken_by", "reply", "version"])
        record(actor=actor, verb="help.taken", subject=held)
    return held


def end_call(*, actor: Person, call: HelpCall, expected_version: int | None = None) -> HelpCall:
    """求助结束: by the agent who asked or by a team leader."""
    if call.seat.person_id != actor.pk:
        require_role(actor, *LEADERS)
    with transaction.atomic():
        held = _open(call, expected_version)
        held.ended_at, held.version = clock.now(), held.version + 1
        held.save(update_fields=["ended_at", "version"])
        record(actor=actor, verb="help.ended", subject=held)
    return held


def _open(call: HelpCall, expected_version: int | None) -> HelpCall:
    held = hold(call, expected_version)
    if held.ended_at is not None:
        raise Conflict("这次求助已经结束。", code="ended_already", current={"version": held.version})
    return held
