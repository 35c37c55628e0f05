"""The model card over HTTP: what a model was trained on, how good it was on later orders, and its limits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from huying.base.errors import NotFound
from huying.base.org.access import require_role
from huying.base.org.roles import CENTRE_ROLES
from huying.engines.analyst.card_page import card_page
from huying.handling.dispatch import keeping, knowledge, selectors

router = Router(tags=["dispatch"])
READERS = tuple(sorted(CENTRE_ROLES))


class CardGate(Schema):
    limit: float
    threshold: float | None
    coverage: float
    orders: int
    wrong: int
    bound: float
    needed: int


class ModelCardOut(Schema):
    window: dict[str, str]
    orders: dict[str, int]
    units: dict[str, Any] = Field(description="learned 单位数；orders 各单位工单数；few 工单太少的单位")
    categories: int
    figures: dict[str, float]
    confusions: list[tuple[str, str, int]] = Field(description="实际承办、模型首选、件数")
    gate: list[CardGate]
    limits_of_use: list[str]
    sha256: dict[str, str]
    signed_by: str


@router.get("/models/{name}/card", response=ModelCardOut, summary="模型说明书")
def card(request: HttpRequest, name: str):
    require_role(request.auth, *READERS)
    return _card(name)


@router.get("/models/{name}/card.html", summary="下载模型说明书")
def card_file(request: HttpRequest, name: str):
    require_role(request.auth, *READERS)
    response = HttpResponse(card_page(_card(name)), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="model-{name}.html"'
    return response


def _card(name: str) -> dict[str, Any]:
    found = keeping.card(knowledge.models_folder() / selectors.find_model(name).folder)
    if not found:
        raise NotFound("这个模型是早先版本训练的，没有说明书；重新训练后就有。")
    return found
