"""Reading contacts and handovers, within the reader's reach."""

from hmac import compare_digest
from typing import Any

from django.db.models import Q, QuerySet

from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.paging import keyset_page
from huying.base.parties.masking import mask_phone
from huying.base.vault import unseal
from huying.handling.orders.models import Urgency, WorkOrder
from huying.handling.orders.states import OPEN_STATES, ORDER_TABLE
from huying.intake.contacts.models import Contact, Handover

UNFINISHED = ("draft", "need_info", "transferring")


def visible_contacts(reader: Person) -> QuerySet[Contact]:
    """The centre sees all, an outsourcing firm those of its own agents, a unit none (it sees its orders)."""
    rows = Contact.objects.select_related("order", "citizen", "agent")
    if reader.reach is Reach.CENTRE:
        if reader.firm_id and not reader.has_role("team_leader", "duty_leader", "supervisor"):
            return rows.filter(firm_id=reader.firm_id)
        return rows
    if reader.reach is Reach.FIRM:
        return rows.filter(firm_id=reader.firm_id)
    return rows.none()


def unfinished_items(actor: Person) -> list[dict[str, Any]]:
    """What the next shift must know of: urgent open orders, unfinished intake, transfers nobody has taken."""
    urgent = Q(urgency__in=(Urgency.URGENT, Urgency.EMERGENCY), state__in=OPEN_STATES)
    rows = (
        WorkOrder.objects.filter(urgent | Q(state__in=UNFINISHED))
        .order_by("promised_at", "id")
        .values("public_id", "order_no", "title", "state", "urgency", "promised_at")[:200]
    )
    return [
        {
            "id": row["public_id"],
            "order_no": row["order_no"],
            "title": row["title"],
            "state": row["state"],
            "urgency": row["urgency"],
            "promised_at": row["promised_at"].isoformat() if row["promised_at"] else None,
        }
        for row in rows
    ]


def latest_handovers() -> QuerySet[Handover]:
    return Handover.objects.select_related("made_by", "signed_by").order_by("-made_at", "-id")


def filed(order: WorkOrder) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "order_no": order.order_no,
        "query_code": order.query_code,
        "state": order.state,
        "version": order.version,
        "promised_at": order.promised_at,
    }


def contact_shown(contact: Contact) -> dict[str, Any]:
    """One contact with its caller's number masked; reads nothing that ``visible_contacts`` has not joined."""
    order = contact.order
    return {
        "id": contact.public_id,
        "channel": contact.channel,
        "started_at": contact.started_at,
        "result": contact.result,
        "text": contact.text,
        "order": {"id": order.public_id, "order_no": order.order_no} if order else None,
        "agent": contact.agent.name if contact.agent else "",
        "phone_masked": mask_phone(unseal(contact.citizen.phone_sealed, "citizen.phone")) if contact.citizen else "",
    }


def contact_page(reader: Person, *, cursor: str, result: str, channel: str, limit: int) -> dict[str, Any]:
    """Newest first, keyset by (started_at, id)."""
    rows = visible_contacts(reader).order_by("-started_at", "-id")
    if result:
        rows = rows.filter(result=result)
    if channel:
        rows = rows.filter(channel=channel)
    page, following = keyset_page(rows, cursor=cursor, fields=("-started_at", "-id"), limit=limit)
    return {"items": [contact_shown(row) for row in page], "next": following}


def handover_shown(handover: Handover, reader: Person) -> dict[str, Any]:
    return {
        "id": handover.public_id,
        "version": handover.version,
        "made_at": handover.made_at,
        "made_by": handover.made_by.name,
        "own": handover.made_by_id == reader.pk,
        "note": handover.note,
        "items": handover.items,
        "signed_at": handover.signed_at,
        "signed_by": handover.signed_by.name if handover.signed_by else "",
    }


def order_by_number(order_no: str) -> WorkOrder | None:
    rows = WorkOrder.objects.select_related("answerable_unit", "master__answerable_unit")
    return rows.filter(order_no=order_no.strip()).first()


def code_fits(order: WorkOrder, query_code: str) -> bool:
    """Compared in the same time whichever sign is wrong. An order whose code was erased is opened by none."""
    given = query_code.strip().upper().encode()
    return bool(order.query_code) and compare_digest(order.query_code.encode(), given)


CITIZEN_STEPS = {
    "submit": "已受理",
    "dispatch": "已交承办单位",
    "designate": "已交承办单位",
    "reassign": "已改派承办单位",
    "accept_objection": "已改派承办单位",
    "sign": "承办单位已签收",
    "record_outreach": "承办单位已联系",
    "decide_extension": "延期",
    "sign_off": "承办单位已答复",
    "pass_audit": "答复已审核",
    "record_visit": "已回访",
    "judge": "已研判",
    "reopen": "重新办理",
    "supplement": "您已补充",
    "urge": "已催办",
    "transfer": "转接",
    "decline": "不予受理",
    "withdraw": "已撤单",
}


def progress_for_citizen(order: WorkOrder) -> dict[str, Any]:
    """Progress in a citizen's words; names units, never clerks, and shows the answer only once the order is concluded."""
    steps = order.steps.filter(action__in=CITIZEN_STEPS).order_by("at", "id").values("action", "at")
    concluded = order.state in ("to_visit", "to_judge", "closed", "archived", "answered")
    merged = order.state == "merged" and order.master is not None
    unit = order.master.answerable_unit if merged else order.answerable_unit
    return {
        "order_no": order.order_no,
        "title": order.title,
        "state": order.state,
        "state_label": "与同类诉求一并办理中" if merged else ORDER_TABLE[order.state].label,
        "filed_at": order.filed_at,
        "promised_at": order.promised_at,
        "unit": unit.name if unit else "",
        "reply": order.reply if concluded else "",
        "steps": [{"at": row["at"], "label": CITIZEN_STEPS[row["action"]]} for row in steps],
    }
