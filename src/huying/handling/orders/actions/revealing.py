"""Showing a personal value in plain: with a reason, under audit, to those whose work needs it."""

from huying.base import vault
from huying.base.errors import Invalid, NotAllowed, NotFound
from huying.base.events.recorder import record_access
from huying.base.org.models import Person
from huying.base.org.roles import ROLES, Reach
from huying.base.parties import selectors as parties
from huying.base.parties.texts import restore
from huying.handling.orders.actions.intake import CALLER_PLACE
from huying.handling.orders.models import WorkOrder

REVEALABLE = {"phone": "电话", "name": "姓名", "caller_place": "诉求人地址", "text": "诉求原文", "reply": "答复原文"}


def reveal(*, actor: Person, order: WorkOrder, field: str, reason: str) -> str:
    """The value, once the audit row is written. Of a confidential order only the centre's people see anything."""
    if field not in REVEALABLE:
        raise Invalid("不能查看这一项。", errors=[{"field": "field", "message": "、".join(REVEALABLE)}])
    if not reason.strip():
        raise Invalid("请写明查看理由。", errors=[{"field": "reason", "message": "不能为空"}])
    if not any(ROLES[code].sees_personal for code in actor.roles if code in ROLES):
        raise NotAllowed("您的角色不能查看诉求人信息。", code="role")
    if order.confidential and actor.reach is not Reach.CENTRE:
        raise NotAllowed("保密工单由热线中心转接联系，承办单位不能查看。", code="confidential")
    value = _value(order, field)
    if not value:
        raise NotFound(f"这件工单没有{REVEALABLE[field]}。")
    record_access(
        actor=actor,
        verb="order.reveal",
        subject_type="orders.workorder",
        subject_id=order.pk,
        changes={"field": field},
        reason=reason.strip(),
    )
    return value


def _value(order: WorkOrder, field: str) -> str:
    if field == "text":
        return restore(order.text, order.identifiers_sealed)
    if field == "reply":
        return restore(order.reply, order.reply_identifiers_sealed)
    if field == "caller_place":
        return vault.unseal(order.caller_place_sealed, CALLER_PLACE)
    return parties.reveal(order.citizen, field) if order.citizen else ""
