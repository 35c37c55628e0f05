"""自动派单管理 over HTTP: the limit, what it and others would let through, what happened, what was withdrawn."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.org.access import require_role
from huying.base.org.roles import CENTRE_ROLES
from huying.engines.watch import sequential
from huying.handling.dispatch import actions, forms, knowledge, selectors, watching
from huying.handling.dispatch import schemas_automation as schemas
from huying.handling.dispatch.models import Withdrawal

router = Router(tags=["dispatch"])
READERS = tuple(sorted(CENTRE_ROLES))
KEEPER = "model_manager"


@router.get("/automation", response=schemas.AutomationOut, summary="自动派单的设置、预计与实际")
def automation(request: HttpRequest):
    require_role(request.auth, *READERS)
    return _automation()


def _automation() -> dict[str, Any]:
    days = selectors.WATCHED_DAYS
    return {
        **selectors.automation(days),
        "agreement": watching.agreement(days),
        "non_objection": watching.counts(watching.outcomes(since=selectors.days_ago(days))),
        "withdrawn": [_withdrawal(row) for row in watching.open_withdrawals()],
    }


@router.post("/automation", response=schemas.AutomationOut, summary="设置自动派单")
def set_automation(request: HttpRequest, body: schemas.AutomationIn):
    require_role(request.auth, KEEPER)
    actions.set_automation(actor=request.auth, limit=body.limit, enabled=body.enabled, auto_promote=body.auto_promote)
    return _automation()


@router.get("/automation/at", response=schemas.AutomationAtLimit, summary="在另一个上限下可自动派单的比例")
def automation_at(request: HttpRequest, limit: float = Query(ge=0.001, le=0.2)):
    require_role(request.auth, *READERS)
    return selectors.gate_at(limit)


@router.get("/automation/units", response=schemas.AutomationUnitsOut, summary="各单位的自动派单")
def automation_units(request: HttpRequest, days: int = Query(30, ge=1, le=180)):
    require_role(request.auth, *READERS)
    return {"days": days, "items": watching.by_unit(days)}


@router.get("/automation/withdrawals", response=schemas.WithdrawalsOut, summary="自动派单的暂停与恢复")
def withdrawals(request: HttpRequest):
    require_role(request.auth, *READERS)
    return {"items": [_withdrawal(row) for row in selectors.withdrawals()[:200]]}


@router.post("/automation/withdrawals", response={201: schemas.WithdrawalOut}, summary="暂停一个单位的自动派单")
def withdraw(request: HttpRequest, body: schemas.WithdrawIn):
    require_role(request.auth, KEEPER)
    unit = forms.unit_named(body.unit) if body.unit else None
    return Status(201, _withdrawal(actions.withdraw_automation(actor=request.auth, unit=unit, reason=body.reason)))


@router.post("/automation/withdrawals/{id}/return", response=schemas.WithdrawalOut, summary="恢复自动派单")
def return_automation(request: HttpRequest, id: str, body: schemas.ReturnIn):
    require_role(request.auth, KEEPER)
    row = selectors.find_withdrawal(id)
    return _withdrawal(actions.return_automation(actor=request.auth, withdrawal=row, reason=body.reason))


@router.get("/automation/withdrawals/{id}/proof", response=schemas.ProofOut, summary="恢复自动派单的证明进度")
def proof(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    found = watching.proof_for(selectors.find_withdrawal(id), knowledge.current().automation.limit)
    needed = 1 / sequential.LEVEL
    return {
        "orders": found.outcomes,
        "wrong": found.wrong,
        "evidence": round(found.evidence, 2),
        "needed": needed,
        "proved": found.proved is not None,
    }


def _withdrawal(row: Withdrawal) -> dict[str, Any]:
    names = ("at", "cause", "reason", "figures", "returned_at", "return_cause", "return_reason")
    return {
        "id": row.public_id,
        "unit": forms.named(row.unit),
        "by": row.by.name,
        "returned_by": row.returned_by.name if row.returned_by else None,
        **{name: getattr(row, name) for name in names},
    }
