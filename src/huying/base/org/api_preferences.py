"""What a person chose on a page, and the filters kept for it: everybody's own."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router, Status

from huying.base.errors import NotFound
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org import schemas_preferences as schemas
from huying.base.org.actions import preferences as actions
from huying.base.org.models import Person
from huying.base.org.preferences import PagePreference, SavedFilter

router = Router(tags=["org"])


def _visible(reader: Person) -> QuerySet[SavedFilter]:
    """One's own, and what colleagues of the same unit share."""
    colleagues = Q(shared=True, owner__unit=reader.unit_id) if reader.unit_id else Q(pk__in=[])
    return SavedFilter.objects.select_related("owner").filter(Q(owner=reader) | colleagues)


def _find(reader: Person, public_id: str) -> SavedFilter:
    found = _visible(reader).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个筛选，或已被删去。")
    return found


def _out(saved: SavedFilter, reader: Person) -> schemas.FilterOut:
    return schemas.FilterOut(
        id=saved.public_id,
        name=saved.name,
        document=saved.document,
        shared=saved.shared,
        version=saved.version,
        own=saved.owner_id == reader.pk,
        owner=saved.owner.name,
    )


@router.get("/pages/{page}", response=schemas.PageOut, summary="本人在一个页面的偏好和可用的筛选")
def page_preference(request: HttpRequest, page: str):
    chosen = PagePreference.objects.filter(person=request.auth, page=page).first()
    filters = _visible(request.auth).filter(page=page).order_by("name", "id")[:200]
    return {
        "document": chosen.document if chosen else {},
        "version": chosen.version if chosen else 0,
        "filters": [_out(row, request.auth) for row in filters],
    }


@router.put("/pages/{page}", response=schemas.PreferenceOut, summary="保存本人在一个页面的偏好")
def set_preference(request: HttpRequest, page: str, body: schemas.PreferenceIn):
    return actions.set_preference(actor=request.auth, page=page, document=body.document, expected_version=body.version)


@router.post("/pages/{page}/filters", response={201: schemas.FilterOut}, summary="保存筛选")
def save_filter(request: HttpRequest, page: str, body: schemas.FilterIn, idempotency_key: IdempotencyKey = None):
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.save_filter(
            actor=request.auth, page=page, name=body.name, document=body.document, shared=body.shared
        ),
        load=lambda public_id: _find(request.auth, public_id),
    )
    return Status(reply.status, _out(reply.value, request.auth))


@router.patch("/filters/{filter_id}", response=schemas.FilterOut, summary="改筛选")
def change_filter(request: HttpRequest, filter_id: str, body: schemas.FilterChange):
    saved = actions.change_filter(
        actor=request.auth,
        saved=_find(request.auth, filter_id),
        expected_version=body.version,
        name=body.name,
        document=body.document,
        shared=body.shared,
    )
    return _out(saved, request.auth)


@router.delete("/filters/{filter_id}", response={204: None}, summary="删去筛选")
def remove_filter(request: HttpRequest, filter_id: str):
    actions.remove_filter(actor=request.auth, saved=_find(request.auth, filter_id))
    return Status(204, None)
