"""What the rooms around orders keep of a situation: what citizens were told, and the transfers with their record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from huying.base.notices.adapters.log import LogAdapter
from huying.base.notices.models import Notice
from huying.base.notices.selectors import body_in_force
from huying.base.notices.templates import fill
from huying.demo.situations.playing import Player
from huying.handling.linkage import words
from huying.handling.linkage.models import Handover
from huying.handling.orders.models import WorkOrder

GIVEN = ("dispatch", "designate", "reassign", "accept_objection")
ANSWERED = ("pass_audit", "follow_master")
SENT_AFTER = timedelta(seconds=20)


def keep(players: list[Player], made: list[WorkOrder]) -> None:
    """Notices at acceptance, dispatch and conclusion to everybody who gave a number; the joined hear their master's reply."""
    pairs = list(zip(players, made, strict=True))
    Notice.objects.bulk_create([notice for player, order in pairs for notice in _notices(player, order)])
    Handover.objects.bulk_create([row for player, order in pairs for row in _handovers(player, order)])


def _notices(player: Player, order: WorkOrder) -> Iterator[Notice]:
    if order.citizen_id is None:
        return
    unit = ""
    for number, move in enumerate(player.order.moves):
        if move.action == "submit":
            yield _notice(order, "accepted", number, move.at)
        elif move.action in GIVEN and move.gives:
            unit = move.gives[0].name
            yield _notice(order, "dispatched", number, move.at, unit=unit)
        elif move.action in ANSWERED:
            teller = player.master if move.action == "follow_master" and player.master else player
            by, reply = _answer(teller, move.at)
            yield _notice(order, "concluded", number, move.at, unit=by or unit, reply=reply)


def _answer(player: Player, until: datetime) -> tuple[str, str]:
    """The lead unit's name and its latest reply by that moment."""
    found = ("", "")
    for move in player.order.moves:
        if move.action == "finish" and move.part is not None and move.at <= until and player.parts[move.part].lead:
            found = (player.parts[move.part].unit.name, move.note)
    return found


def _notice(order: WorkOrder, code: str, number: int, at: datetime, **fields: str) -> Notice:
    """As the notice's own obligation would have left it, sent by the log."""
    known = {"order_no": order.order_no, "title": order.title, "promised": order.promised_at or ""}
    body = fill(body_in_force(code, "sms", at.date()), known | fields, hide_secrets=True)
    label = order._meta.label_lower
    return Notice(
        key=f"notice:{code}:{label}:{order.pk}:{number}", citizen_id=order.citizen_id, subject_type=label,
        subject_id=order.pk, code=code, channel="sms", body=body, created_at=at, sent_at=at + SENT_AFTER,
        adapter=LogAdapter.name,
    )  # fmt: skip


def _handovers(player: Player, order: WorkOrder) -> Iterator[Handover]:
    for move, after in zip(player.order.moves, [*player.order.moves[1:], None], strict=True):
        if move.action != "transfer":
            continue
        target = str(move.data["target"])
        row = Handover(order=order, target=target, told=words.told(target), note=move.note, at=move.at, by=move.by)
        if after is not None and after.action == "transfer_refused":
            row.outcome, row.outcome_at, row.outcome_by = str(Handover.Outcome.REFUSED), after.at, after.by
        yield row
