"""Accounts and roles over HTTP. Each administrator does one part of it (三员分离)."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from huying.base.downloads import download
from huying.base.errors import Conflict
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org import actions, rules, schemas, selectors
from huying.base.org.models import Person
from huying.base.org.passwords import fresh_password
from huying.base.org.roles import ROLES
from huying.base.paging import LIMIT, capped_count, keyset_page

router = Router(tags=["org"])
KEEPERS = (rules.ACCOUNTS, rules.RIGHTS, rules.FIRM)


def _out(reader: Person, person: Person) -> schemas.PersonOut:
    return schemas.PersonOut.of(person, keeper=reader.has_role(*KEEPERS))


def _unit_fields(values: dict[str, Any]) -> dict[str, Any]:
    """Public ids of unit and firm as units."""
    for key in ("unit", "firm"):
        if values.get(key):
            values[key] = selectors.find_unit(values[key])
        elif key in values:
            values[key] = None
    return values


@router.get("/roles", response=list[schemas.RoleDetail])
def roles(request: HttpRequest):
    """Every role, how far it sees, and whether it needs the second factor."""
    return [vars(role) for role in ROLES.values()]


@router.get("/people", response=schemas.PersonList)
def people(
    request: HttpRequest,
    words: str = Query("", max_length=60),
    unit: str = Query("", max_length=26),
    role: str = Query("", max_length=40),
    active: bool | None = None,
    cursor: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=LIMIT),
):
    """People within the reader's scope, by login name."""
    rows = selectors.people_page_rows(request.auth, words=words.strip(), unit=unit, role=role, active=active)
    count, capped = capped_count(rows)
    found, following = keyset_page(rows.order_by("username"), cursor=cursor, fields=["username"], limit=limit)
    items = [_out(request.auth, person) for person in found]
    return {"items": items, "next": following, "count": count, "count_capped": capped}


@router.get("/people.xlsx", summary="Export People")
def people_sheet(request: HttpRequest):
    return download(actions.export_people(actor=request.auth), "people.xlsx")


@router.post("/people.xlsx", response=schemas.SheetOut, summary="Import People")
def import_people(request: HttpRequest, file: File[UploadedFile]):
    """The system administrator makes accounts, the security administrator gives roles: from the same sheet."""
    return actions.import_people(actor=request.auth, source=file.read())


@router.post("/people", response={201: schemas.PersonMade})
def create_person(request: HttpRequest, data: schemas.PersonNew, idempotency_key: IdempotencyKey = None):
    """Answers with the first password, once."""
    password = fresh_password()
    values = _unit_fields(data.model_dump())
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.create_person(actor=request.auth, password=password, **values),
        load=lambda public_id: selectors.find_person(request.auth, public_id),
    )
    if reply.repeated:
        raise Conflict("这个账号已建好，初始密码只显示一次；如未记下，请重置密码。", code="already_made")
    return Status(reply.status, {"person": _out(request.auth, reply.value), "first_password": password})


@router.get("/people/{person_id}", response=schemas.PersonOut)
def person(request: HttpRequest, person_id: str):
    return _out(request.auth, selectors.find_person(request.auth, person_id))


@router.patch("/people/{person_id}", response=schemas.PersonOut)
def update_person(request: HttpRequest, person_id: str, data: schemas.PersonChange):
    values = _unit_fields(data.model_dump(exclude_unset=True))
    version = values.pop("version", None)
    found = selectors.find_person(request.auth, person_id)
    changed = actions.update_person(actor=request.auth, person=found, expected_version=version, **values)
    return _out(request.auth, changed)


@router.put("/people/{person_id}/roles", response=schemas.PersonOut)
def set_roles(request: HttpRequest, person_id: str, data: schemas.RolesChange):
    found = selectors.find_person(request.auth, person_id)
    changed = actions.set_roles(actor=request.auth, person=found, roles=data.roles, expected_version=data.version)
    return _out(request.auth, changed)


@router.post("/people/{person_id}/deactivate", response=schemas.PersonOut)
def deactivate(request: HttpRequest, person_id: str, data: schemas.Deactivate):
    """Sessions and tokens end at once."""
    found = selectors.find_person(request.auth, person_id)
    changed = actions.deactivate_person(
        actor=request.auth, person=found, reason=data.reason, expected_version=data.version
    )
    return _out(request.auth, changed)


@router.post("/people/{person_id}/activate", response=schemas.PersonOut)
def activate(request: HttpRequest, person_id: str, data: schemas.VersionOnly):
    found = selectors.find_person(request.auth, person_id)
    return _out(request.auth, actions.activate_person(actor=request.auth, person=found, expected_version=data.version))


@router.post("/people/{person_id}/reset-password", response=schemas.FirstPassword)
def reset_password(request: HttpRequest, person_id: str):
    """Answers with a new first password, once."""
    found = selectors.find_person(request.auth, person_id)
    return {"first_password": actions.reset_password(actor=request.auth, person=found)}


@router.post("/people/{person_id}/unlock", response={204: None})
def unlock(request: HttpRequest, person_id: str):
    actions.unlock(actor=request.auth, person=selectors.find_person(request.auth, person_id))
    return Status(204, None)


@router.post("/people/{person_id}/reset-second-factor", response={204: None})
def reset_second_factor(request: HttpRequest, person_id: str):
    actions.reset_second_factor(actor=request.auth, person=selectors.find_person(request.auth, person_id))
    return Status(204, None)
