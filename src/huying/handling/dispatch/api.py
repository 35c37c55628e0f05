"""智能派单 over HTTP: read a text, choose the model, set the limit. Rules are in ``api_rules``."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record_access
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.org.roles import CENTRE_ROLES, ROLES
from huying.base.parties.selectors import by_phone
from huying.handling.dispatch import (
    advising,
    api_automation,
    api_cards,
    api_labels,
    api_learning,
    api_proposals,
    api_rules,
    forms,
    same_matter,
    schemas,
    selectors,
)
from huying.handling.dispatch.models import Decision
from huying.handling.dispatch.understanding import understand
from huying.handling.orders import selectors as orders

router = Router(tags=["dispatch"])

READERS = tuple(sorted(CENTRE_ROLES))


@router.post("/analyse", response=schemas.AnalysisOut, summary="研读诉求：事项、单位、地点、紧急程度")
def analyse(request: HttpRequest, body: schemas.AnalyseIn):
    """Nothing is stored. With a phone number also the citizen's open orders, which the access audit keeps."""
    person: Person = request.auth  # type: ignore[attr-defined]
    require_role(person, *READERS)
    values = body.dict()
    phone = values.pop("phone")
    seen = understand(**forms.analysis_values(values))
    made = selectors.with_load(seen.as_json())
    division = seen.incident_division
    similar = same_matter.similar_open(
        values["text"], place=seen.incident_place, division=division.code if division else "", at=clock.now()
    )
    beside = {"similar": similar, "cited": same_matter.cited(values["text"])}
    return {**made, **beside, "citizen": _citizen(person, phone) if phone.strip() else None}


def _citizen(person: Person, phone: str) -> dict[str, Any] | None:
    """None for a number still being typed, a citizen not yet known, or a reader who may not see citizens."""
    if not any(ROLES[code].sees_personal for code in person.roles if code in ROLES):
        return None
    try:
        citizen = by_phone(phone)
    except Invalid:
        return None
    if citizen is None:
        return None
    found = selectors.citizen_orders(citizen)
    record_access(
        actor=person,
        verb="dispatch.citizen_orders_seen",
        subject_type=citizen._meta.label_lower,
        subject_id=citizen.pk,
        changes={"orders": len(found["open_orders"])},
    )
    return found


@router.get("/orders/{id}/analysis", response=schemas.OrderAnalysisOut, summary="工单的研读结果与派单经过")
def order_analysis(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    order = orders.get_order(request.auth, id)
    return {
        "analysis": selectors.order_analysis(order),
        "decisions": [_decision(row) for row in selectors.decisions_of(order)],
    }


@router.get("/orders/{id}/advice", response=schemas.AdviceOut, summary="派单参考：条款、判例、相近已定工单、同一件事")
def order_advice(request: HttpRequest, id: str):
    require_role(request.auth, *READERS)
    return advising.advice(orders.get_order(request.auth, id))


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "at": row.at,
        "by": row.by.name,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "proposed": forms.named(row.proposed),
        "probability": row.probability,
        "chosen": forms.named(row.chosen),
        "model": row.model,
    }


for part in (api_automation, api_cards, api_labels, api_learning, api_proposals):
    router.add_router("", part.router)
router.add_router("", api_rules.router)  # last: its addresses begin with the kind of rule and would take the others
