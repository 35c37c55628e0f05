"""Units over HTTP. Everybody sees them; the system administrator and the keeper of dispatch rules change them."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from huying.base.downloads import download
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org import actions, schemas, selectors
from huying.base.org.models import Unit, UnitChange, UnitKind

router = Router(tags=["org"])


def _out(unit: Unit) -> schemas.UnitOut:
    parent = Unit.objects.get_parent(unit)
    return schemas.UnitOut.of(unit, parent.public_id if parent else None)


def _maybe(public_id: str | None) -> Unit | None:
    return selectors.find_unit(public_id) if public_id else None


@router.get("/units", response=schemas.UnitList)
def units(
    request: HttpRequest,
    words: str = Query("", max_length=60),
    kind: UnitKind | None = None,
    everything: bool = Query(False, description="也列出已停用的单位"),
):
    """The tree as a flat list in its order; ``words`` are part of a name, an alias, the pinyin or its initials."""
    rows = list(selectors.unit_rows(words=words.strip(), kind=kind or "", everything=everything))
    ids = dict(Unit.objects.values_list("path", "public_id"))
    items = [schemas.UnitOut.of(unit, ids.get(unit.path[: -Unit.steplen])) for unit in rows]
    return {"items": items, "count": len(items)}


@router.get("/units.xlsx", summary="Export Units")
def units_sheet(request: HttpRequest):
    return download(actions.export_units(actor=request.auth), "units.xlsx")


@router.post("/units.xlsx", response=schemas.SheetOut, summary="Import Units")
def import_units(request: HttpRequest, file: File[UploadedFile]):
    """New units are made, known ones changed; each refused row is named with its line."""
    return actions.import_units(actor=request.auth, source=file.read())


@router.post("/units", response={201: schemas.UnitOut})
def create_unit(request: HttpRequest, data: schemas.UnitNew, idempotency_key: IdempotencyKey = None):
    values = data.model_dump()
    parent = _maybe(values.pop("parent"))
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_unit(actor=request.auth, parent=parent, **values),
        load=selectors.find_unit,
    )
    return Status(reply.status, _out(reply.value))


@router.get("/units/{unit_id}/history", response=schemas.UnitHistory)
def unit_history(request: HttpRequest, unit_id: str):
    """Dated changes that touched the unit, the latest first, and how many active people belong to it."""
    unit = selectors.find_unit(unit_id)
    rows = selectors.unit_changes(unit)
    people = selectors.people_visible(request.auth).filter(unit=unit, is_active=True).count()
    return {"items": [_happened(unit, row) for row in rows], "people": people}


def _happened(unit: Unit, row: UnitChange) -> schemas.UnitHappened:
    own = row.unit_id == unit.pk
    return schemas.UnitHappened(
        label=UnitChange.Kind(row.kind).label,
        successor=schemas.named(row.successor) if own else None,
        predecessor=None if own else schemas.named(row.unit),
        **{name: getattr(row, name) for name in ("kind", "effective", "old_name", "basis")},
    )


@router.patch("/units/{unit_id}", response=schemas.UnitOut)
def update_unit(request: HttpRequest, unit_id: str, data: schemas.UnitChange):
    values: dict[str, Any] = data.model_dump(exclude_unset=True)
    version = values.pop("version", None)
    unit = selectors.find_unit(unit_id)
    return _out(actions.update_unit(actor=request.auth, unit=unit, expected_version=version, **values))


@router.post("/units/{unit_id}/rename", response=schemas.UnitOut)
def rename_unit(request: HttpRequest, unit_id: str, data: schemas.Rename):
    """The former name stays as an alias."""
    values = data.model_dump()
    version = values.pop("version")
    unit = selectors.find_unit(unit_id)
    return _out(actions.rename_unit(actor=request.auth, unit=unit, expected_version=version, **values))


@router.post("/units/{unit_id}/move", response=schemas.UnitOut)
def move_unit(request: HttpRequest, unit_id: str, data: schemas.Move):
    unit, parent = selectors.find_unit(unit_id), _maybe(data.parent)
    return _out(actions.move_unit(actor=request.auth, unit=unit, parent=parent, expected_version=data.version))


@router.post("/units/{unit_id}/merge", response=schemas.UnitOut)
def merge_units(request: HttpRequest, unit_id: str, data: schemas.Merge):
    """Answers with the successor."""
    chosen = [selectors.find_unit(each) for each in dict.fromkeys((unit_id, *data.others))]
    successor = selectors.find_unit(data.successor)
    actions.merge_units(
        actor=request.auth, units=chosen, successor=successor, effective=data.effective, basis=data.basis
    )
    return _out(successor)


@router.post("/units/{unit_id}/split", response=schemas.UnitOut)
def split_unit(request: HttpRequest, unit_id: str, data: schemas.Split):
    heirs = [selectors.find_unit(each) for each in dict.fromkeys(data.successors)]
    unit = selectors.find_unit(unit_id)
    return _out(
        actions.split_unit(actor=request.auth, unit=unit, successors=heirs, effective=data.effective, basis=data.basis)
    )


@router.post("/units/{unit_id}/abolish", response=schemas.UnitOut)
def abolish_unit(request: HttpRequest, unit_id: str, data: schemas.Abolish):
    unit, successor = selectors.find_unit(unit_id), _maybe(data.successor)
    return _out(
        actions.abolish_unit(
            actor=request.auth, unit=unit, successor=successor, effective=data.effective, basis=data.basis
        )
    )


@router.post("/units/{unit_id}/activate", response=schemas.UnitOut)
def activate_unit(request: HttpRequest, unit_id: str, data: schemas.VersionOnly):
    """Confirm a unit made by an import, or take back an ending."""
    unit = selectors.find_unit(unit_id)
    return _out(actions.activate_unit(actor=request.auth, unit=unit, expected_version=data.version))


@router.post("/units/{unit_id}/aliases", response=schemas.UnitOut)
def add_alias(request: HttpRequest, unit_id: str, data: schemas.AliasNew):
    unit = selectors.find_unit(unit_id)
    actions.add_alias(actor=request.auth, unit=unit, name=data.name)
    return _out(selectors.find_unit(unit_id))


@router.delete("/units/{unit_id}/aliases", response=schemas.UnitOut)
def remove_alias(request: HttpRequest, unit_id: str, name: str = Query(..., min_length=1, max_length=120)):
    actions.remove_alias(actor=request.auth, unit=selectors.find_unit(unit_id), name=name)
    return _out(selectors.find_unit(unit_id))
