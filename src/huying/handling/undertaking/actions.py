"""Writes of this room: calls put through, texts to answer with, and signing many assignments at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit
from huying.base.parties.selectors import reveal
from huying.base.taxonomy.models import Category
from huying.base.versions import hold
from huying.handling.orders import actions as orders
from huying.handling.orders import selectors as held
from huying.handling.orders.models import Assignment
from huying.handling.orders.permissions import permitted, within
from huying.handling.orders.states import assignment_move
from huying.handling.undertaking import relays
from huying.handling.undertaking.models import RelayCall, ReplyTemplate
from huying.handling.undertaking.replies import checked

MOST_AT_ONCE = 200
KEEPER, OWN_KEEPER = "system_admin", "unit_leader"


def sign_many(*, actor: Person, wanted: Iterable[tuple[str, int | None]]) -> list[dict[str, Any]]:
    """签收多件: each by itself, so that one that can't be signed leaves the others signed; told one by one."""
    told = []
    for public_id, version in list(wanted)[:MOST_AT_ONCE]:
        row: dict[str, Any] = {"id": public_id, "order_no": "", "signed": False, "why": ""}
        try:
            assignment = held.get_assignment(actor, public_id)
            row["order_no"] = assignment.order.order_no
            orders.sign(actor=actor, assignment=assignment, expected_version=version)
            row["signed"] = True
        except Problem as problem:
            row["why"] = problem.detail
        told.append(row)
    return told


def call(*, actor: Person, assignment: Assignment) -> RelayCall:
    """经中继联系诉求人: a call that shows no number. What came of it is written by ``record_outreach``."""
    move = assignment_move(assignment.state, "record_outreach")
    if move is None:
        raise Conflict("这件任务现在不在办理中，不能联系诉求人。", code="not_in_state")
    if not permitted(actor, move, assignment.unit):
        raise NotAllowed("联系诉求人由承办单位经办人进行。", code="role")
    _phone(assignment)
    relay = relays.chosen()
    with transaction.atomic():
        made = RelayCall.objects.create(assignment=assignment, at=clock.now(), by=actor, relay=relay.name)
        record(
            actor=actor,
            verb="assignment.relay_call",
            subject=assignment,
            payload={"call": made.pk, "relay": relay.name, "order": assignment.order_id},
        )
    return made


def bridge(made: RelayCall) -> relays.Bridge:
    """The way of a call to its citizen; an exchange that is asked twice for one call rings once."""
    order_no, phone = made.assignment.order.order_no, _phone(made.assignment)
    return relays.chosen().begin(call_id=made.public_id, order_no=order_no, phone=phone)


def _phone(assignment: Assignment) -> str:
    citizen = assignment.order.citizen
    phone = reveal(citizen, "phone") if citizen is not None else ""
    if not phone:
        raise NotFound("诉求人没有留电话。", code="no_phone")
    return phone


def record_outreach(
    *, actor: Person, assignment: Assignment, connected: bool, summary: str, expected_version: int | None = None
) -> Assignment:
    """登记联系: with the call that the actor had put through before, where there is one still without result."""
    with transaction.atomic():
        pending = RelayCall.objects.filter(assignment=assignment, by=actor, outreach=None).order_by("-at").first()
        orders.record_outreach(
            actor=actor,
            assignment=assignment,
            connected=connected,
            summary=summary,
            relayed=pending is not None,
            expected_version=expected_version,
        )
        if pending is not None:
            pending.outreach = assignment.outreach.latest("pk")
            pending.save(update_fields=["outreach"])
    return assignment


def add_template(
    *,
    actor: Person,
    name: str,
    body: str,
    conclusion: str = "",
    unit: Unit | None = None,
    category: Category | None = None,
    effective_from: date | None = None,
) -> ReplyTemplate:
    """A new text: for the whole centre by the system administrator, for a unit and those below also by its leader."""
    _may_keep(actor, unit)
    text = checked(body, conclusion)
    if not name.strip():
        raise Invalid("请写模板名称。", errors=[{"field": "name", "message": "不能为空"}])
    with transaction.atomic():
        template = ReplyTemplate.objects.create(
            name=name.strip(),
            body=text,
            conclusion=conclusion,
            unit=unit,
            category=category,
            effective_from=effective_from or clock.today(),
        )
        _recorded(actor, "reply_template.add", template)
    return template


def correct_template(
    *, actor: Person, template: ReplyTemplate, name: str, body: str, expected_version: int | None = None
) -> ReplyTemplate:
    """Correct name and words. Answers already given keep theirs."""
    _may_keep(actor, template.unit)
    text = checked(body, template.conclusion)
    with transaction.atomic():
        row = hold(template, expected_version)
        row.name, row.body, row.version = name.strip() or row.name, text, row.version + 1
        row.save(update_fields=["name", "body", "version"])
        _recorded(actor, "reply_template.correct", row)
    return row


def end_template(
    *, actor: Person, template: ReplyTemplate, effective_until: date, expected_version: int | None = None
) -> ReplyTemplate:
    """The text's last day."""
    _may_keep(actor, template.unit)
    with transaction.atomic():
        row = hold(template, expected_version)
        if effective_until < row.effective_from:
            raise Invalid("停用日期不能早于启用日期。", errors=[{"field": "effective_until", "message": "过早"}])
        row.effective_until, row.version = effective_until, row.version + 1
        row.save(update_fields=["effective_until", "version"])
        _recorded(actor, "reply_template.end", row)
    return row


def _may_keep(actor: Person, unit: Unit | None) -> None:
    require_role(actor, KEEPER, OWN_KEEPER)
    if not actor.has_role(KEEPER) and (unit is None or not within(actor, unit)):
        raise NotAllowed("审签领导只能管理本单位和下级单位的答复模板。", code="scope")


def _recorded(actor: Person, verb: str, template: ReplyTemplate) -> None:
    record(
        actor=actor,
        verb=verb,
        subject=template,
        payload={
            "unit": template.unit_id,
            "category": template.category_id,
            "conclusion": template.conclusion,
            "effective_from": str(template.effective_from),
            "effective_until": str(template.effective_until or ""),
        },
    )
