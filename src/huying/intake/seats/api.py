"""Seats over HTTP: an agent's own state and call for help, the team leader's floor."""

from django.http import HttpRequest
from ninja import Router, Status

from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.intake.seats import actions, schemas, selectors
from huying.intake.seats.states import LEADERS

router = Router(tags=["seats"])


@router.get("/me", response=schemas.OwnSeat, summary="本人坐席状态")
def own_seat(request: HttpRequest):
    require_role(request.auth, *actions.AGENTS)
    return selectors.own(request.auth)


@router.put("/me", response=schemas.OwnSeat, summary="示闲、示忙、小休、话后、签出")
def go_on(request: HttpRequest, body: schemas.SeatStateIn):
    """Of two pages of one agent the later one counts: there is one person at the seat."""
    actions.go_on(actor=request.auth, state=body.state, phone=body.phone)
    return selectors.own(request.auth)


@router.get("", response=schemas.FloorOut, summary="全部坐席与求助")
def floor(request: HttpRequest):
    require_role(request.auth, *LEADERS)
    return selectors.floor(request.auth)


@router.post("/help", response={201: schemas.HelpCallOut}, summary="班长求助")
def ask_help(request: HttpRequest, body: schemas.HelpIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.ask_help(actor=request.auth, words=body.words, text=body.text),
        load=lambda public_id: selectors.find_call(request.auth, public_id),
    )
    return Status(reply.status, selectors.call_shown(reply.value))


@router.post("/help/{call_id}/take", response=schemas.HelpCallOut, summary="应答求助")
def take_call(request: HttpRequest, call_id: str, body: schemas.HelpReplyIn):
    require_role(request.auth, *LEADERS)
    call = selectors.find_call(request.auth, call_id)
    taken = actions.take_call(actor=request.auth, call=call, reply=body.reply, expected_version=body.version)
    return selectors.call_shown(taken)


@router.post("/help/{call_id}/end", response=schemas.HelpCallOut, summary="结束求助")
def end_call(request: HttpRequest, call_id: str, body: schemas.SeatVersionIn):
    require_role(request.auth, *actions.AGENTS, *LEADERS)
    call = selectors.find_call(request.auth, call_id)
    return selectors.call_shown(actions.end_call(actor=request.auth, call=call, expected_version=body.version))


@router.get("/{seat_id}/day", response=schemas.SeatDay, summary="一个坐席今天的各状态时长")
def day(request: HttpRequest, seat_id: str):
    require_role(request.auth, *LEADERS)
    return selectors.day(selectors.find_seat(request.auth, seat_id))


@router.post("/{seat_id}/sign-out", response=schemas.SeatOut, summary="替忘记签出的坐席签出")
def sign_out(request: HttpRequest, seat_id: str, body: schemas.SeatVersionIn):
    require_role(request.auth, *LEADERS)
    seat = selectors.find_seat(request.auth, seat_id)
    return selectors.seat_shown(actions.sign_out(actor=request.auth, seat=seat, expected_version=body.version))
