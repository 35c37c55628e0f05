"""Orders, assignments and steps as pages show them: plain mappings, personal values masked by the reader's role."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huying.base import vault
from huying.base.calendars import clock
from huying.base.calendars.selectors import current_calendar
from huying.base.files.models import Attachment
from huying.base.files.selectors import of_subject as files_of
from huying.base.notices.selectors import of_subject as notices_about
from huying.base.org.models import Person, Unit
from huying.base.org.roles import Reach
from huying.base.parties.masking import mask_address
from huying.base.parties.selectors import contact_line
from huying.handling.orders import hooks, rules
from huying.handling.orders.actions.intake import CALLER_PLACE
from huying.handling.orders.forms import choices
from huying.handling.orders.models import Assignment, Step, WorkOrder
from huying.handling.orders.permissions import Case, allowed_moves, unguarded_moves
from huying.handling.orders.rules import TimeLeft, time_left
from huying.handling.orders.states import ASSIGNMENT_TABLE, ORDER_TABLE, FormField, Move

FLAGS = {
    "overdue": "超期",
    "urged": "催办",
    "supervised": "督办",
    "difficult": "疑难",
    "repeat": "重复反映",
    "sensitive": "敏感",
    "confidential": "保密",
    "anonymous": "匿名",
    "redo": "重办",
    "unreasonable": "不合理",
    "merged": "并单",
    "automatic": "自动派单",
}
OTHER_STEPS = {
    "filed": "登记",
    "overdue": "超过办结期限",
    "assignment_overdue": "超过办理期限",
    "sign_overdue": "超时未签收",
    "contact_overdue": "超时未联系诉求人",
    "decision_overdue": "超时未审批",
    "milestone_overdue": "节点逾期",
    "difficult_overdue": "疑难件逾期",
    "imported": "导入",
}
LABELS = OTHER_STEPS | {
    move.action: move.label for table in (ORDER_TABLE, ASSIGNMENT_TABLE) for row in table.values() for move in row.moves
}


def _order_time(order: WorkOrder, now: datetime) -> TimeLeft:
    if not rules.order_clock_runs(order.state):
        return rules.NO_CLOCK
    return time_left(
        now=now,
        start=order.due_from,
        due_at=order.due_at,
        kind=order.clock_kind,
        stopped=order.clock_stopped_at,
        calendar=current_calendar(),
    )


def _assignment_time(assignment: Assignment, now: datetime) -> TimeLeft:
    order = assignment.order
    if not rules.assignment_clock_runs(assignment.state):
        return rules.NO_CLOCK
    return time_left(
        now=now,
        start=assignment.due_from,
        due_at=assignment.due_at,
        kind=order.clock_kind,
        stopped=assignment.clock_stopped_at or order.clock_stopped_at,
        calendar=current_calendar(),
    )


def flags(order: WorkOrder, now: datetime) -> list[str]:
    late = bool(order.due_at and now > order.due_at and not order.clock_stopped_at and rules.promise_runs(order.state))
    known = {
        "overdue": order.overdue or late,
        "urged": order.urge_count > 0,
        "supervised": order.supervision_level > 0,
        "redo": order.redo_count > 0,
        "merged": order.master_id is not None,
    }
    return [name for name in FLAGS if known.get(name, getattr(order, name, False))]


@dataclass(frozen=True)
class Beside:
    """What stands in other tables beside an order and is shown in its line. A list reads it with the order's row."""

    category_name: str | None
    division_name: str | None
    unit_id: str | None
    unit_name: str | None
    phone_sealed: str | None
    name_sealed: str | None

    @classmethod
    def of(cls, order: WorkOrder) -> "Beside":
        category, division, unit, citizen = order.category, order.incident_division, order.lead_unit, order.citizen
        return cls(
            category and category.full_name,
            division and division.name,
            unit and unit.public_id,
            unit and unit.name,
            citizen and citizen.phone_sealed,
            citizen and citizen.name_sealed,
        )


def unit_ref(unit: Any) -> dict[str, str] | None:
    return {"id": unit.public_id, "name": unit.name} if unit is not None else None


def item(order: WorkOrder, reader: Person, own: Assignment | None, beside: Beside | None = None) -> dict[str, Any]:
    """An order in a list; ``own`` is the reader's part in it, whose clock is then shown."""
    now = clock.now()
    beside = beside or Beside.of(order)
    if own is not None:
        own.order = order
    left = _assignment_time(own, now) if own is not None else _order_time(order, now)
    return {
        "id": order.public_id,
        "order_no": order.order_no,
        "version": order.version,
        "title": order.title,
        "state": order.state,
        "urgency": order.urgency,
        "request_type": order.request_type,
        "channel": order.channel,
        "category": {"id": order.category_id, "name": beside.category_name} if order.category_id else None,
        "incident_place": order.incident_place,
        "division": beside.division_name or "",
        "lead_unit": {"id": beside.unit_id, "name": beside.unit_name} if beside.unit_id else None,
        "filed_at": order.filed_at,
        "promised_at": order.promised_at,
        "due_at": order.due_at if order.promised_at else None,
        "clock_stopped": order.clock_stopped_at is not None,
        "seconds_left": left.seconds,
        "light": left.light,
        "flags": flags(order, now),
        "citizen": contact_line(beside if order.citizen_id else None, reader, order.confidential),
        "assignment": own
        and {
            "id": own.public_id,
            "version": own.version,
            "state": own.state,
            "part": own.part,
            "child": own.parent_id is not None,
            "dispatched_at": own.dispatched_at,
            "sign_due_at": own.sign_due_at,
            "due_at": own.due_at,
            "redo_round": own.redo_round,
            "unit": unit_ref(own.unit),
            "allowed_actions": [move.action for move in unguarded_moves(reader, own)],
        },
    }


def detail(order: WorkOrder, reader: Person, assignments: list[Assignment]) -> dict[str, Any]:
    """An order's page."""
    hidden = order.confidential and reader.reach is not Reach.CENTRE
    place = "" if hidden else mask_address(vault.unseal(order.caller_place_sealed, CALLER_PLACE))
    master = order.master
    return (
        item(order, reader, None)
        | {
            "text": order.text,
            "opinion": order.opinion,
            "reply": order.reply,
            "query_code": order.query_code if reader.reach is Reach.CENTRE else "",
            "caller_place_masked": place,
            "respondent": order.respondent.name if order.respondent else "",
            "respondent_place": order.respondent_place,
            "confidential": order.confidential,
            "anonymous": order.anonymous,
            "times_known": order.times_known,
            "source": order.source,
            "source_no": order.source_no,
            "first_promised_at": order.first_promised_at,
            "dispatched_at": order.dispatched_at,
            "dispatched_by": order.dispatched_by,
            "automatic": order.automatic,
            "info_due_at": order.info_due_at,
            "shelved_until": order.shelved_until,
            "concluded_at": order.concluded_at,
            "closed_at": order.closed_at,
            "closing": order.closing,
            "conclusion": order.conclusion,
            "contacted": order.contacted,
            "solved": order.solved,
            "satisfied": order.satisfied,
            "redo_count": order.redo_count,
            "reassign_count": order.reassign_count,
            "urge_count": order.urge_count,
            "extension_count": order.extension_count,
            "supervision_level": order.supervision_level,
            "master": {"id": master.public_id, "order_no": master.order_no} if master else None,
            "children": [
                {"id": public_id, "order_no": order_no}
                for public_id, order_no in order.children.order_by("id").values_list("public_id", "order_no")
            ],
            "assignments": [_assignment(a, reader, assignments) for a in assignments],
            "difficult_case": _difficult(order) if order.difficult else None,
            "attachments": attachments(order),
            "notices": [_notice(row) for row in notices_about(order)],
            "allowed_actions": [action(move) for move in allowed_moves(reader, Case(order, known=assignments))],
            "analysis": None,
        }
        | {name: show(order, reader) for name, show in hooks.shown.items()}
    )


def _assignment(a: Assignment, reader: Person, all_: list[Assignment]) -> dict[str, Any]:
    left = _assignment_time(a, clock.now())
    allowed = allowed_moves(reader, Case(a.order, a, known=all_))
    return {
        "id": a.public_id,
        "version": a.version,
        "unit": unit_ref(a.unit),
        "part": a.part,
        "parent_id": a.parent.public_id if a.parent else None,
        "state": a.state,
        "opinion": a.opinion,
        "dispatched_at": a.dispatched_at,
        "dispatched_by": a.dispatched_by,
        "sign_due_at": a.sign_due_at,
        "contact_due_at": a.contact_due_at,
        "first_contact_at": a.first_contact_at,
        "due_at": a.due_at,
        "signed_at": a.signed_at,
        "signed_automatically": a.signed_automatically,
        "submitted_at": a.submitted_at,
        "must_sign": a.must_sign,
        "waived": a.waived,
        "redo_round": a.redo_round,
        "clock_stopped": a.clock_stopped_at is not None,
        "seconds_left": left.seconds,
        "light": left.light,
        "answer": a.answer,
        "conclusion": a.conclusion,
        "outreach": [
            {"at": o.at, "by": o.by.name, "relayed": o.relayed, "connected": o.connected, "summary": o.summary}
            for o in a.outreach.all()
        ],
        "petitions": [_petition(p) for p in a.petitions.all()],
        "objections": [_objection(o) for o in a.objections.all()],
        "allowed_actions": [action(move) for move in allowed],
    }


def _petition(p: Any) -> dict[str, Any]:
    names = ("kind", "reason", "days", "review_on", "filed_at", "decided_at", "granted", "decision")
    return {name: getattr(p, name) for name in names}


def _objection(o: Any) -> dict[str, Any]:
    names = ("clause", "reason", "filed_at", "decided_at", "accepted", "decision")
    return {name: getattr(o, name) for name in names} | {"suggested": unit_ref(o.suggested)}


def _difficult(order: WorkOrder) -> dict[str, Any]:
    case = order.difficult_case
    return {
        "leader": case.leader,
        "unit": unit_ref(case.lead_unit),
        "due": case.due,
        "milestones": list(case.milestones.order_by("due_on", "id").values("due_on", "title", "done_at")),
    }


def attachments(order: WorkOrder) -> list[dict[str, Any]]:
    """Files of the order, the oldest first."""
    return [attachment(row) for row in files_of(order).select_related("file", "added_by")]


def attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "name": row.name,
        "kind": row.kind,
        "size": row.file.size,
        "media_type": row.file.media_type,
        "added_at": row.added_at,
        "added_by": row.added_by.name if row.added_by else "",
        "taken_at": row.taken_at,
        "longitude": row.longitude,
        "latitude": row.latitude,
    }


def _notice(row: Any) -> dict[str, Any]:
    names = ("code", "channel", "body", "created_at", "sent_at", "error")
    return {name: getattr(row, name) for name in names}


NAMED_UNITS = ("unit", "assists", "suggested")  # what a step's data calls the units it is about; keys stay inside


def units_of(row: Step) -> list[int]:
    """Keys of the units that a step names: to whom it was given, who assists, who was suggested."""
    found = [row.data.get(name) for name in NAMED_UNITS]
    return [pk for value in found if value for pk in (value if isinstance(value, list) else [value])]


def step(row: Step, units: dict[int, Unit]) -> dict[str, Any]:
    """A line of the timeline; ``units`` by key are those that steps name."""
    return {
        "at": row.at,
        "action": row.action,
        "label": LABELS.get(row.action, row.action),
        "by": {"name": row.by.name, "unit": row.by.unit.name if row.by.unit else ""},
        "from_state": row.from_state,
        "to_state": row.to_state,
        "note": row.note,
        "data": {name: value for name, value in row.data.items() if name not in NAMED_UNITS},
        "unit": unit_ref(row.assignment.unit) if row.assignment else None,
        "named": [unit_ref(units[pk]) for pk in units_of(row) if pk in units],
    }


def action(move: Move) -> dict[str, Any]:
    """A button with its form."""
    return {
        "action": move.action,
        "label": move.label,
        "danger": move.danger,
        "fields": [_field(field) for field in move.fields],
    }


def _field(field: FormField) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "required": field.required,
        "choices": choices(field),
        "hint": field.hint,
    }
