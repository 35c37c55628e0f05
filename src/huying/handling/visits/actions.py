"""回访 and 研判: what the citizen said, and what a person makes of it."""

import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, NotFound
from huying.base.events.recorder import record as record_event
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.base.parties.texts import tokenise
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder
from huying.handling.visits.models import Judgement, Visit, VisitLink

LINK_DAYS = 7


def record(
    *,
    actor: Person,
    order: WorkOrder,
    reached: bool,
    contacted: str = "",
    solved: str = "",
    satisfied: str = "",
    words: str = "",
    channel: str = "phone",
    expected_version: int | None = None,
) -> WorkOrder:
    """登记回访: one attempt; solved and satisfied closes, anything else goes to a person's judgement.

    Three misses in two parts of the day close the order with an invalid visit, which no satisfaction figure counts.
    """
    with transaction.atomic():
        attempt = Visit.objects.filter(order=order, round=order.redo_count).count() + 1
        settled = orders.settle_visit(
            order,
            actor=actor,
            reached=reached,
            contacted=contacted,
            solved=solved,
            satisfied=satisfied,
            words=words,
            expected_version=expected_version,
        )
        visit = Visit.objects.create(
            order=order,
            round=order.redo_count,
            attempt=attempt,
            at=clock.now(),
            by=actor,
            channel=channel,
            reached=reached,
            contacted=contacted if reached else "",
            solved=solved if reached else "",
            satisfied=satisfied if reached else "",
            words=tokenise(words.strip())[0],
        )
        settled.record(actor, "record_visit", visit=visit.pk, channel=channel)
    return order


def judge(
    *,
    actor: Person,
    order: WorkOrder,
    verdict: str,
    reason: str,
    review_on: date | None = None,
    expected_version: int | None = None,
) -> WorkOrder:
    """研判: 合理 → redo by the same unit; 不合理 → closed and flagged; 挂账 → closed on the review date. A person decides."""
    with transaction.atomic():
        settled = orders.settle_judgement(
            order,
            actor=actor,
            verdict=verdict,
            reason=reason,
            review_on=review_on,
            expected_version=expected_version,
        )
        judgement = Judgement.objects.create(
            order=order,
            at=clock.now(),
            by=actor,
            verdict=verdict,
            reason=tokenise(reason.strip())[0],
            review_on=review_on if verdict == "shelve" else None,
        )
        settled.record(actor, "judge", judgement=judgement.pk)
    return order


def make_link(*, actor: Person, order: WorkOrder) -> str:
    """The secret part of an address by which the citizen answers on the phone; earlier links of the round end."""
    if not actor.is_system:
        require_role(actor, "visitor")
    if order.state != "to_visit":
        raise Conflict("这件工单现在不待回访。", code="not_in_state")
    secret = secrets.token_urlsafe(16)
    now = clock.now()
    with transaction.atomic():
        VisitLink.objects.filter(order=order, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
        VisitLink.objects.create(
            order=order,
            round=order.redo_count,
            token_hash=_hash(secret),
            made_at=now,
            expires_at=now + timedelta(days=LINK_DAYS),
        )
        record_event(actor=actor, verb="visit.invited", subject=order, payload={"round": order.redo_count})
    return secret


def open_link(secret: str) -> VisitLink:
    """The link behind an address a citizen opened. Used, expired and unknown are told apart only where it is harmless."""
    link = VisitLink.objects.select_related("order").filter(token_hash=_hash(secret)).first()
    if link is None:
        raise NotFound("回访链接不存在，请核对短信中的地址。")
    if link.used_at:
        raise Conflict("您已经评价过，谢谢。", code="used", title="已评价")
    if link.expires_at <= clock.now() or link.order.state != "to_visit":
        raise Conflict("这个回访链接已过期；如仍有意见，请拨打 12345。", code="expired", title="链接已过期")
    return link


def answer_link(*, secret: str, contacted: str, solved: str, satisfied: str, words: str = "") -> WorkOrder:
    """The citizen's three answers through the link; counts as a visit reached by SMS, once."""
    link = open_link(secret)
    with transaction.atomic():
        taken = VisitLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=clock.now())
        if not taken:
            raise Conflict("您已经评价过，谢谢。", code="used", title="已评价")
        return record(
            actor=system_person(),
            order=link.order,
            reached=True,
            contacted=contacted,
            solved=solved,
            satisfied=satisfied,
            words=words,
            channel="sms",
        )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
