"""智能联动 over HTTP: transfers with words and record, contracts, reconciliation, lead and assists, the network."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from huying.base.errors import Invalid
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.base.org.models import Person, Unit
from huying.base.org.roles import CENTRE_ROLES
from huying.base.org.selectors import find_unit
from huying.base.paging import keyset_page
from huying.base.places.models import Division
from huying.base.taxonomy.models import Category
from huying.handling.linkage import actions, network, schemas, selectors, teaming, words
from huying.handling.linkage.models import Contract, Handover, Mediation
from huying.handling.orders.moves import TRANSFER_TARGETS
from huying.handling.orders.selectors import get_order

router = Router(tags=["linkage"])
READERS = tuple(sorted(CENTRE_ROLES))
MOST_OF_AN_ORDER = 100


@router.get("/words", response=schemas.TransferWordsOut, summary="转接时的告知用语")
def transfer_words(request: HttpRequest):
    require_role(request.auth, *READERS)
    return {"items": words.all_words()}


@router.post("/orders/{id}/handover", response={201: schemas.TransferOut}, summary="转接紧急热线、企业或外地中心")
def hand_over(request: HttpRequest, id: str, body: schemas.TransferIn, idempotency_key: IdempotencyKey = None):
    """The order then waits for the other side; refused or silent it comes back urgent."""
    order = get_order(request.auth, id)
    contract = selectors.find_contract(body.contract) if body.contract else None

    def create() -> Handover:
        actions.hand_over(
            actor=request.auth, order=order, target=body.target, told=body.told, note=body.note, contract=contract,
            expected_version=body.version,
        )  # fmt: skip
        return selectors.handovers(order=order)[0]

    reply = once(request, idempotency_key, create=create, load=lambda key: selectors.handovers().get(public_id=key))
    return reply.status, _handover(request.auth, reply.value)


@router.get("/handovers", response=schemas.TransfersOut, summary="转接记录")
def handovers(
    request: HttpRequest,
    waiting: bool = Query(False, description="只列还没有人接的"),
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    require_role(request.auth, *READERS)
    rows = selectors.handovers(waiting=waiting)
    page, following = keyset_page(rows, cursor=cursor, fields=["-at", "-pk"], limit=limit)
    return {"items": [_handover(request.auth, row) for row in page], "next": following}


@router.get("/orders/{id}/handovers", response=schemas.TransfersOut, summary="一件工单的转接记录")
def order_handovers(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    rows = selectors.handovers(order=get_order(request.auth, id))[:MOST_OF_AN_ORDER]
    return {"items": [_handover(request.auth, row) for row in rows]}


def _handover(reader: Person, row: Handover) -> dict[str, Any]:
    return {
        "id": row.public_id,
        **_of_order(row),
        "target": row.target,
        "label": TRANSFER_TARGETS.get(row.target, row.target),
        "enterprise": _unit(row.contract.enterprise) if row.contract else None,
        "told": row.told,
        "note": row.note,
        "at": row.at,
        "by": row.by.name,
        "outcome": selectors.outcome_of(row),
        "outcome_at": row.outcome_at,
        "order_state": row.order.state,
        "order_version": row.order.version,
        "allowed_actions": selectors.moves_of_handover(reader, row),
    }


def _of_order(row: Handover | Mediation) -> dict[str, str]:
    return {"order": row.order.public_id, "order_no": row.order.order_no, "title": row.order.title}


def _unit(unit: Unit) -> dict[str, str]:
    return {"id": unit.public_id, "name": unit.name}


# ---- contracts and reconciliation


@router.get("/contracts", response=schemas.ContractsOut, summary="企业直派协议")
def contracts(
    request: HttpRequest,
    everything: bool = Query(False, description="也列出已失效的"),
    order: str = Query("", max_length=26, description="只列适合这件工单的"),
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    require_role(request.auth, *READERS)
    if order:
        fitting = selectors.contracts_for(get_order(request.auth, order))
        return {"items": [_contract(request.auth, row) for row in fitting]}
    rows = selectors.contracts(everything=everything)
    page, following = keyset_page(rows, cursor=cursor, fields=["-pk"], limit=limit)
    return {"items": [_contract(request.auth, row) for row in page], "next": following}


@router.post("/contracts", response={201: schemas.ContractOut}, summary="登记企业直派协议")
def create_contract(request: HttpRequest, body: schemas.ContractIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, *actions.KEEPERS)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_contract(actor=request.auth, **_contract_values(body)),
        load=selectors.find_contract,
    )
    return reply.status, _contract(request.auth, reply.value)


def _contract_values(body: schemas.ContractIn) -> dict[str, Any]:
    values = {name: value for name, value in body.dict().items() if value not in (None, "")}
    values["enterprise"], values["regulator"] = find_unit(body.enterprise), find_unit(body.regulator)
    if "category" in values:
        values["category"] = Category.objects.filter(pk=body.category).first()
    if "division" in values:
        values["division"] = Division.objects.filter(code=body.division).first()
    missing = [name for name in ("category", "division") if name in values and values[name] is None]
    if missing:
        errors = [{"field": name, "message": "没有这一项"} for name in missing]
        raise Invalid("没有这个事项或区划。", errors=errors)
    return values


@router.post("/contracts/{id}/end", response=schemas.ContractOut, summary="让协议失效")
def end_contract(request: HttpRequest, id: str, body: schemas.ContractEndIn):
    require_role(request.auth, *actions.KEEPERS)
    row = selectors.find_contract(id)
    ended = actions.end_contract(
        actor=request.auth, contract=row, last_day=body.last_day, expected_version=body.version
    )
    return _contract(request.auth, ended)


def _contract(reader: Person, row: Contract) -> dict[str, Any]:
    names = ("version", "kind", "names", "telephone", "working_days", "basis", "effective_from", "effective_until")
    return {
        "id": row.public_id,
        "enterprise": _unit(row.enterprise),
        "regulator": _unit(row.regulator),
        "category": row.category.full_name if row.category else "",
        "division": row.division.name if row.division else "",
        **{name: getattr(row, name) for name in names},
        "in_force": selectors.in_force(row),
        "allowed_actions": ["end"] if actions.may_end(reader, row) else [],
    }


@router.post("/orders/{id}/mediation", response={201: schemas.MediationOut}, summary="直派企业和解")
def send_to_mediation(request: HttpRequest, id: str, body: schemas.MediationIn, idempotency_key: IdempotencyKey = None):
    order, contract = get_order(request.auth, id), selectors.find_contract(body.contract)
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.send_to_mediation(
            actor=request.auth, order=order, contract=contract, expected_version=body.version
        ),
        load=selectors.find_mediation,
    )
    return reply.status, _mediation(request.auth, reply.value)


@router.get("/mediations", response=schemas.MediationsOut, summary="企业和解")
def mediations(
    request: HttpRequest,
    open_only: bool = Query(True),
    cursor: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
):
    """Open ones by when they end, the soonest first; all of them with the latest first."""
    require_role(request.auth, *READERS)
    rows, fields = selectors.mediations(open_only=open_only), selectors.mediation_order(open_only)
    page, following = keyset_page(rows, cursor=cursor, fields=fields, limit=limit)
    return {"items": [_mediation(request.auth, row) for row in page], "next": following}


@router.post("/mediations/{id}/back", response=schemas.MediationOut, summary="和解不成，转监管部门，答复时间不变")
def fall_back(request: HttpRequest, id: str, body: schemas.FallBackIn):
    require_role(request.auth, *actions.DISPATCHERS)
    row = selectors.find_mediation(id)
    done = actions.fall_back(actor=request.auth, mediation=row, reason=body.reason, expected_version=body.version)
    return _mediation(request.auth, done)


def _mediation(reader: Person, row: Mediation) -> dict[str, Any]:
    return {
        "id": row.public_id,
        **_of_order(row),
        "enterprise": _unit(row.contract.enterprise),
        "regulator": _unit(row.contract.regulator),
        "at": row.at,
        "due_at": row.due_at,
        "outcome": row.outcome,
        "ended_at": row.ended_at,
        "promised_at": row.order.promised_at,
        "order_version": row.order.version,
        "allowed_actions": ["back"] if actions.may_fall_back(reader, row) else [],
    }


# ---- lead and assists


@router.get("/orders/{id}/team", response=schemas.TeamOut, summary="主办与协办建议及理由")
def team(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    return teaming.team(get_order(request.auth, id))


@router.get("/network", response=schemas.NetworkOut, summary="办理网络图")
def cooperation(
    request: HttpRequest,
    category: int | None = Query(None, ge=1, le=2**63 - 1),
    unit: str = Query("", max_length=26),
):
    require_role(request.auth, *READERS)
    return network.graph(category=category, unit=unit)
