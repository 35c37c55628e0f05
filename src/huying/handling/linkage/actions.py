"""Every write of this room. A hand-over or a reconciliation is an action of the order, with a record of its own beside."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from huying.base.calendars import arithmetic, clock
from huying.base.calendars.selectors import current_calendar
from huying.base.errors import Conflict, Invalid
from huying.base.events.obligations import oblige
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person, UnitKind
from huying.base.org.selectors import system_person
from huying.base.parties.texts import tokenise
from huying.base.versions import hold
from huying.handling.linkage import words
from huying.handling.linkage.models import Contract, Handover, Mediation
from huying.handling.orders import actions as orders
from huying.handling.orders.models import WorkOrder

KEEPERS = ("model_manager", "duty_leader")
DISPATCHERS = ("dispatcher", "duty_leader")
MEDIATION_DUE = "linkage.mediation_due"


# ---- hand-over 转接


def hand_over(
    *,
    actor: Person,
    order: WorkOrder,
    target: str,
    told: str = "",
    note: str = "",
    contract: Contract | None = None,
    expected_version: int | None = None,
) -> WorkOrder:
    """转接 with its record: what the citizen was told (the centre's words unless others are given), and by whom."""
    if contract is not None and (contract.kind != Contract.Kind.HOT or target != "enterprise"):
        raise Invalid("这不是热转协议。", errors=[{"field": "contract", "message": "请选择热转协议"}])
    with transaction.atomic():
        orders.transfer(actor=actor, order=order, target=target, note=note, expected_version=expected_version)
        noted, sealed = tokenise(note.strip())
        Handover.objects.create(
            order=order, target=target, contract=contract, told=told.strip() or words.told(target), note=noted,
            identifiers_sealed=sealed, at=clock.now(), by=actor,
        )  # fmt: skip
    return order


def hand_over_taken(
    *, actor: Person, order: WorkOrder, note: str = "", expected_version: int | None = None
) -> WorkOrder:
    """对方已接."""
    with transaction.atomic():
        orders.transfer_accepted(actor=actor, order=order, note=note, expected_version=expected_version)
        _outcome(order, actor, str(Handover.Outcome.TAKEN))
    return order


def hand_over_refused(
    *, actor: Person, order: WorkOrder, reason: str = "", expected_version: int | None = None
) -> WorkOrder:
    """对方未接: the order comes back urgent, the duty leader is told by the order's event."""
    with transaction.atomic():
        orders.transfer_refused(actor=actor, order=order, reason=reason, expected_version=expected_version)
        _outcome(order, actor, str(Handover.Outcome.REFUSED))
    return order


def _outcome(order: WorkOrder, actor: Person, outcome: str) -> None:
    waiting = Handover.objects.filter(order=order, outcome="").order_by("-id").first()
    if waiting is not None:
        waiting.outcome, waiting.outcome_at, waiting.outcome_by = outcome, clock.now(), actor
        waiting.save(update_fields=["outcome", "outcome_at", "outcome_by"])


# ---- contracts


def create_contract(*, actor: Person, **values: Any) -> Contract:
    """A new agreement with an enterprise. Raises ``Invalid`` naming the fields."""
    require_role(actor, *KEEPERS)
    contract = Contract(**{"effective_from": clock.today(), **values})
    problems = _contract_problems(contract)
    if problems:
        errors = [{"field": field, "message": message} for field, message in problems]
        raise Invalid(f"协议有误：{problems[0][1]}。", errors=errors)
    with transaction.atomic():
        contract.save(force_insert=True)
        payload = {"kind": contract.kind, "enterprise": contract.enterprise_id, "regulator": contract.regulator_id}
        record(actor=actor, verb="linkage.contract_created", subject=contract, payload=payload)
    return contract


def _contract_problems(contract: Contract) -> list[tuple[str, str]]:
    found = []
    if contract.kind not in Contract.Kind.values:
        found.append(("kind", "请选择热转或直派和解"))
    if contract.enterprise.kind != UnitKind.ENTERPRISE:
        found.append(("enterprise", "须是企业"))
    if contract.regulator_id == contract.enterprise_id or contract.regulator.kind == UnitKind.ENTERPRISE:
        found.append(("regulator", "须是监管该企业的部门"))
    if contract.kind == Contract.Kind.HOT and not contract.telephone.strip():
        found.append(("telephone", "热转须填电话"))
    if contract.kind == Contract.Kind.MEDIATION and not 1 <= contract.working_days <= 15:
        found.append(("working_days", "1 至 15 个工作日"))
    if contract.category_id is None and not contract.names:
        found.append(("names", "事项和被诉名称至少填一项"))
    if contract.effective_until is not None and contract.effective_until < contract.effective_from:
        found.append(("effective_until", "早于生效日期"))
    return found


def may_end(person: Person, contract: Contract) -> bool:
    """Whether the agreement can still be ended, and by this person."""
    open_ended = contract.effective_until is None or contract.effective_until >= clock.today()
    return open_ended and person.has_role(*KEEPERS)


def end_contract(*, actor: Person, contract: Contract, last_day: date, expected_version: int | None = None) -> Contract:
    """The agreement holds up to and including ``last_day``; what was sent under it goes on."""
    require_role(actor, *KEEPERS)
    with transaction.atomic():
        row = hold(contract, expected_version)
        before, row.effective_until = row.effective_until, last_day
        row.version += 1
        row.save(update_fields=["effective_until", "version"])
        changes = {"effective_until": [before.isoformat() if before else None, last_day.isoformat()]}
        record(actor=actor, verb="linkage.contract_ended", subject=row, changes=changes)
    return row


# ---- 直派企业和解


def send_to_mediation(
    *, actor: Person, order: WorkOrder, contract: Contract, expected_version: int | None = None
) -> Mediation:
    """The enterprise is the lead for as long as agreed, never beyond the promise; then the regulator takes it over."""
    require_role(actor, *DISPATCHERS)
    if contract.kind != Contract.Kind.MEDIATION:
        raise Invalid("这不是直派和解协议。", errors=[{"field": "contract", "message": "请选择直派和解协议"}])
    now = clock.now()
    until = arithmetic.add_working_days(now, contract.working_days, current_calendar())
    due_at = min(until, order.promised_at) if order.promised_at else until
    if due_at <= now:
        raise Conflict("承诺时间已到，不能再交企业和解，请派给监管部门。", code="too_late")
    opinion = f"请企业在 {_said(due_at)} 前与诉求人协商解决并答复；未解决的由{contract.regulator.name}继续办理。"
    with transaction.atomic():
        orders.dispatch(
            actor=actor, order=order, unit=contract.enterprise, opinion=opinion, expected_version=expected_version
        )
        row = Mediation.objects.create(order=order, contract=contract, at=now, by=actor, due_at=due_at)
        oblige(kind=MEDIATION_DUE, key=f"{MEDIATION_DUE}:{row.pk}", due_at=due_at, payload={"mediation": row.pk})
    return row


def may_fall_back(person: Person, mediation: Mediation) -> bool:
    """Whether the reconciliation is under way, and this person may give the order to the regulator."""
    return not mediation.outcome and mediation.order.state == "in_hand" and person.has_role(*DISPATCHERS)


def fall_back(*, actor: Person, mediation: Mediation, reason: str, expected_version: int | None = None) -> Mediation:
    """转监管部门: not settled with the enterprise. The date promised to the citizen stays as it was."""
    require_role(actor, *DISPATCHERS)
    with transaction.atomic():
        row = (
            Mediation.objects.select_for_update(of=("self",))
            .select_related("contract__regulator", "order")
            .get(pk=mediation.pk)
        )
        if row.outcome:
            raise Conflict("和解已经结束。", code="mediation_over")
        orders.reassign(
            actor=actor, order=row.order, unit=row.contract.regulator, reason=reason, expected_version=expected_version
        )
        row.outcome, row.ended_at = Mediation.Outcome.BACK, clock.now()
        row.save(update_fields=["outcome", "ended_at"])
    return row


def mediation_due(mediation: Mediation) -> None:
    """The agreed time is over: settled where the enterprise has answered, else the regulator has it from now on."""
    order = mediation.order
    with_enterprise = order.state == "in_hand" and order.lead_unit_id == mediation.contract.enterprise_id
    lead = (
        order.assignments.filter(part="lead", parent=None, unit=mediation.contract.enterprise).order_by("-id").first()
    )
    answered = lead is not None and lead.state in ("submitted", "unit_approval")
    if with_enterprise and not answered:
        fall_back(actor=system_person(), mediation=mediation, reason="企业在约定期限内没有与诉求人和解。")
    else:
        ended = Mediation.Outcome.SETTLED if answered else Mediation.Outcome.BACK
        Mediation.objects.filter(pk=mediation.pk, outcome="").update(outcome=ended, ended_at=clock.now())


def _said(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.month}月{local.day}日" + (f"{local:%H:%M}" if local.time() != time() else "")
