"""自动派单 withdrawn from a unit whose objections rose, and given back: by a person, or by proof on later orders."""

from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import system_person
from huying.handling.dispatch import knowledge, watching
from huying.handling.dispatch.actions.models import KEEPER
from huying.handling.dispatch.models import Withdrawal
from huying.handling.dispatch.watching import Finding

Cause = Withdrawal.Cause
TOLD = {"tell": [KEEPER, "duty_leader"]}


def withdraw_automation(
    *,
    actor: Person,
    unit: Unit | None,
    reason: str,
    cause: str = str(Cause.PERSON),
    figures: dict[str, Any] | None = None,
) -> Withdrawal:
    """From now on nothing goes to the unit (without one: to any) without a person. The manager is told by the event."""
    require_role(actor, KEEPER)
    if not reason.strip():
        raise Invalid("请写明原因。", errors=[{"field": "reason", "message": "不能为空"}])
    with transaction.atomic():
        if Withdrawal.objects.select_for_update().filter(unit=unit, returned_at__isnull=True).exists():
            raise Conflict("该单位的自动派单已经暂停。" if unit else "自动派单已经全部暂停。", code="withdrawn_already")
        row = Withdrawal.objects.create(
            unit=unit, at=clock.now(), by=actor, cause=cause, reason=reason[:300], figures=figures or {}
        )
        payload = {"unit": unit.public_id if unit else None, "cause": cause, **TOLD, **(figures or {})}
        record(
            actor=actor, verb="dispatch.automation_withdrawn", subject=row, payload=payload,
            changes={"withdrawn": [False, True]}, reason=reason,
        )  # fmt: skip
        knowledge.bump("withdrawn")
    return row


def return_automation(
    *,
    actor: Person,
    withdrawal: Withdrawal,
    reason: str,
    cause: str = str(Cause.PERSON),
    figures: dict[str, Any] | None = None,
) -> Withdrawal:
    """Orders go to the unit without a person again; what it did before no longer counts against it."""
    require_role(actor, KEEPER)
    if not reason.strip():
        raise Invalid("请写明原因。", errors=[{"field": "reason", "message": "不能为空"}])
    with transaction.atomic():
        row = Withdrawal.objects.select_for_update(of=("self",)).select_related("unit").get(pk=withdrawal.pk)
        if row.returned_at is not None:
            raise Conflict("自动派单已经恢复。", code="returned_already")
        row.returned_at, row.returned_by, row.return_cause = clock.now(), actor, cause
        row.return_reason, row.return_figures = reason[:300], figures or {}
        row.save(update_fields=["returned_at", "returned_by", "return_cause", "return_reason", "return_figures"])
        payload = {"unit": row.unit.public_id if row.unit else None, "cause": cause, **TOLD, **(figures or {})}
        record(
            actor=actor, verb="dispatch.automation_returned", subject=row, payload=payload,
            changes={"withdrawn": [True, False]}, reason=reason,
        )  # fmt: skip
        knowledge.bump("withdrawn")
    return row


def watch_automation(units: list[int]) -> list[Withdrawal]:
    """Test these units and all together, and withdraw where the share of wrong dispatch has risen above the limit."""
    known = knowledge.current()
    made = []
    for unit in [*(pk for pk in units if pk not in known.withdrawn), *([] if known.all_withdrawn else [None])]:
        found = watching.look(unit, known.automation.limit)
        if found.rise.alarm is not None:
            made.append(_withdraw(found, known.units.by_pk.get(unit) if unit else None))
    return made


def _withdraw(found: Finding, unit: Unit | None) -> Withdrawal:
    rise = found.rise
    whom = f"自动派给{unit.name}的" if unit else "全部自动派单"
    reason = f"{whom} {rise.outcomes} 件中错派 {rise.wrong} 件，超过每 100 件 {100 * found.limit:g} 件的上限"
    return withdraw_automation(
        actor=system_person(), unit=unit, reason=reason, cause=str(Cause.TEST), figures=found.figures()
    )


def prove_automation() -> list[Withdrawal]:
    """Give automation back where later orders prove that it would have kept the limit; never what a person withdrew."""
    limit = knowledge.current().automation.limit
    made = []
    for row in watching.open_withdrawals():
        if row.cause != Cause.TEST:
            continue
        found = watching.proof_for(row, limit)
        if found.proved is not None:
            reason = f"此后本可自动派单的 {found.outcomes} 件中只有 {found.wrong} 件不对，证明在上限之内"
            figures = {"orders": found.outcomes, "wrong": found.wrong, "limit": limit}
            made.append(
                return_automation(
                    actor=system_person(), withdrawal=row, reason=reason, cause=str(Cause.PROOF), figures=figures
                )
            )
    return made
