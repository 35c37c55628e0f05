"""Divisions and named places: everybody looks them up, the system administrator keeps them."""

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from huying.base.downloads import download
from huying.base.org.access import require_role
from huying.base.places import actions, schemas, selectors, sheets
from huying.base.places.models import Place

router = Router(tags=["places"])

KEEPERS = ("system_admin", "model_manager")


@router.get("/divisions", response=list[schemas.DivisionOut], summary="行政区划")
def divisions(request: HttpRequest, parent: str = Query("", max_length=12), words: str = Query("", max_length=60)):
    """One level below ``parent`` (empty: the top); with ``words`` a search, below ``parent`` where given."""
    rows = selectors.divisions(parent, words)
    parents = selectors.parent_codes(rows)
    return [
        {
            **{name: getattr(row, name) for name in ("code", "name", "full_name", "level")},
            "id": row.code,
            "parent": parents[row.pk],
            "has_children": row.numchild > 0,
        }
        for row in rows
    ]


@router.get("/divisions.xlsx", summary="导出行政区划")
def export_divisions(request: HttpRequest):
    require_role(request.auth, *KEEPERS)
    return download(sheets.export_divisions(actor=request.auth), "divisions.xlsx")


@router.post("/divisions.xlsx", response=schemas.PlacesImportOut, summary="导入行政区划")
def import_divisions(request: HttpRequest, file: File[UploadedFile]):
    require_role(request.auth, *KEEPERS)
    return sheets.import_divisions(actor=request.auth, source=file.file)


@router.get("/named", response=schemas.NamedPlacesOut, summary="点位")
def named(request: HttpRequest, words: str = Query("", max_length=60), division: str = Query("", max_length=12)):
    return {"items": [_place(row) for row in selectors.named(words, division)]}


@router.post("/named", response={201: schemas.NamedPlaceOut}, summary="新增点位")
def add(request: HttpRequest, body: schemas.NamedPlaceIn):
    require_role(request.auth, *KEEPERS)
    values = body.dict()
    division = selectors.by_code(values.pop("division"))
    return Status(201, _place(actions.add_place(actor=request.auth, division=division, **values)))


@router.get("/named.xlsx", summary="导出点位")
def export_places(request: HttpRequest):
    require_role(request.auth, *KEEPERS)
    return download(sheets.export_places(actor=request.auth), "places.xlsx")


@router.post("/named.xlsx", response=schemas.PlacesImportOut, summary="导入点位")
def import_places(request: HttpRequest, file: File[UploadedFile]):
    require_role(request.auth, *KEEPERS)
    return sheets.import_places(actor=request.auth, source=file.file)


def _place(place: Place) -> dict:
    return {
        "id": place.pk,
        "name": place.name,
        "kind": place.kind,
        "kind_label": place.get_kind_display(),
        "division": place.division.code,
        "division_name": place.division.full_name or place.division.name,
        "longitude": place.longitude,
        "latitude": place.latitude,
    }
