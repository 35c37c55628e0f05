"""学习 over HTTP: models, comparisons, drift, where labels come from."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.errors import Conflict
from huying.base.org.access import require_role
from huying.base.org.roles import CENTRE_ROLES
from huying.handling.dispatch import actions, knowledge, nightly, selectors, watching
from huying.handling.dispatch import schemas_automation as schemas
from huying.handling.dispatch.challenging import compare
from huying.handling.dispatch.models import Comparison, ModelVersion

router = Router(tags=["dispatch"])
READERS = tuple(sorted(CENTRE_ROLES))
KEEPER = "model_manager"


@router.get("/models", response=schemas.DispatchModelsOut, summary="派单模型")
def models(request: HttpRequest):
    require_role(request.auth, *READERS)
    return {"items": [_model(row) for row in selectors.models()[:100]]}


@router.post("/models/{name}/promote", response=schemas.DispatchModelOut, summary="启用一个模型，也可恢复旧的")
def promote(request: HttpRequest, name: str):
    require_role(request.auth, KEEPER)
    return _model(actions.promote(actor=request.auth, model=selectors.find_model(name)))


def _model(row: ModelVersion) -> dict[str, Any]:
    names = (
        "name", "trained_at", "window_from", "window_until", "orders", "figures", "threshold", "promoted_at",
        "retired_at",
    )  # fmt: skip
    by = row.promoted_by.name if row.promoted_by else None
    in_use = row.promoted_at is not None and row.retired_at is None
    return {**{name: getattr(row, name) for name in names}, "promoted_by": by, "in_use": in_use}


@router.get("/comparisons", response=schemas.ComparisonsOut, summary="模型比较的结果")
def comparisons(request: HttpRequest):
    require_role(request.auth, *READERS)
    return {"items": [_comparison(row) for row in selectors.comparisons()[:100]]}


@router.post("/comparisons", response={201: schemas.ComparisonOut}, summary="在较晚的工单上比较两个模型")
def compare_models(request: HttpRequest, body: schemas.CompareIn):
    """Takes some seconds: both read up to 3,000 orders."""
    require_role(request.auth, KEEPER)
    champion = selectors.find_model(body.champion) if body.champion else knowledge.promoted()
    if champion is None:
        raise Conflict("还没有启用的模型，没有可比的。", code="no_champion")
    challenger = selectors.find_model(body.challenger)
    return Status(201, _comparison(compare(actor=request.auth, champion=champion, challenger=challenger)))


def _comparison(row: Comparison) -> dict[str, Any]:
    names = (
        "at",
        "since",
        "until",
        "orders",
        "both",
        "only_champion",
        "only_challenger",
        "p_value",
        "figures",
        "better",
    )
    neither = row.orders - row.both - row.only_champion - row.only_challenger
    made = {name: getattr(row, name) for name in names}
    return {**made, "neither": neither, "champion": row.champion.name, "challenger": row.challenger.name}


@router.get("/drift", response=schemas.DriftOut, summary="漂移监测")
def drift(request: HttpRequest, days: int = Query(60, ge=1, le=366)):
    require_role(request.auth, *READERS)
    rows = selectors.drift_days(days)
    items = [{"day": row.day, "figures": row.figures, "alarms": row.alarms} for row in rows]
    return {"items": items, "memory": len(knowledge.current().recent)}


@router.get("/labels/sources", response=schemas.LabelsOut, summary="学习所用标签的来源")
def label_sources(request: HttpRequest, days: int = Query(30, ge=1, le=366)):
    require_role(request.auth, *READERS)
    settled = watching.counts(watching.outcomes(since=selectors.days_ago(days)))
    return {
        "days": days,
        **selectors.decisions_by_kind(days),
        "automatic_not_objected": settled["automatic"] - settled["pending"] - settled["wrong"],
        "settled_since_training": nightly.kept_back()[1],
        "needed_for_training": nightly.LEAST_NEW,
    }
