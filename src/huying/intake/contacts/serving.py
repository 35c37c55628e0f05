"""A caller asks about an open order: 催办, 补充, 查进度, 撤单. The contact is kept, no new order is opened."""

from django.db import transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder
from huying.handling.orders.states import OPEN_STATES
from huying.intake.contacts.actions import Filing, keep_contact
from huying.intake.contacts.callers import answering
from huying.intake.contacts.models import Contact, Result
from huying.intake.contacts.selectors import progress_for_citizen

SERVERS = ("agent", "team_leader")
MATTERS = {
    "urge": Result.URGED,
    "add_words": Result.SUPPLEMENTED,
    "ask": Result.ASKED,
    "withdraw": Result.WITHDRAWN,
}


def serve(
    *, actor: Person, order: WorkOrder, matter: str, filing: Filing, expected_version: int | None = None
) -> Contact:
    """One contact about an order that is open already, and what it asks for, in one transaction.

    ``matter``: ``urge``, ``add_words`` or ``withdraw``, moves of the order that take ``filing.text`` as their words;
    ``ask`` only tells how it stands, and what was told is kept as the contact's answer. Of a merged order the words go
    to its master; withdrawing it concerns the citizen's own order alone and isn't possible once it is merged. Raises
    ``Conflict`` for an order that ended, ``Invalid`` where words are wanted and there are none.
    """
    require_role(actor, *SERVERS)
    if matter not in MATTERS:
        raise Invalid("请选择办什么。", errors=[{"field": "matter", "message": "不在可选范围"}])
    words = filing.text.strip()
    if matter != "ask" and not words:
        raise Invalid("请写下诉求人说了什么。", errors=[{"field": "words", "message": "不能为空"}])
    where = answering(order)
    if where.state not in OPEN_STATES:
        raise Conflict("这件工单已经结束；如有新的情况，请另行登记。", code="ended")
    with transaction.atomic():
        if matter == "urge":
            orders.urge(actor=actor, order=where, words=words, expected_version=expected_version)
        elif matter == "add_words":
            act = orders.supplement if where.state == "need_info" else orders.add_words
            act(actor=actor, order=where, words=words, expected_version=expected_version)
        elif matter == "withdraw":
            orders.withdraw(actor=actor, order=order, reason=words, expected_version=expected_version)
        told = _told(order) if matter == "ask" else ""
        contact = keep_contact(actor, filing, str(MATTERS[matter]), about=order, answer=told)
        if matter == "ask":
            payload = {"result": str(Result.ASKED), "channel": filing.channel, "order": order.pk}
            record(actor=actor, verb="contact.closed", subject=contact, payload=payload)
    return contact


def _told(order: WorkOrder) -> str:
    """What the caller hears, in one sentence."""
    known = progress_for_citizen(order)
    unit = f"，由{known['unit']}办理" if known["unit"] else ""
    return f"{known['state_label']}{unit}。"
