"""Citizens for those who talk with them: looked up by number, corrected, merged. Every look is audited."""

from django.http import HttpRequest
from ninja import Query, Router

from huying.base.events.recorder import record_access
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.base.parties import actions, schemas, selectors
from huying.base.parties.models import Citizen

router = Router(tags=["parties"])

TALKS_WITH_CITIZENS = ("agent", "team_leader", "reviewer", "duty_leader", "visitor")
CORRECTS = ("agent", "team_leader", "reviewer", "duty_leader")
MERGES = ("team_leader", "duty_leader")


@router.post("/citizens/lookup", response=schemas.CitizenFoundOut, summary="按号码查诉求人")
def lookup(request: HttpRequest, body: schemas.PhoneLookupIn):
    """The citizen with this number, masked."""
    reader: Person = request.auth
    require_role(reader, *TALKS_WITH_CITIZENS)
    found = selectors.by_phone(body.phone)
    _seen(reader, "citizen.lookup", [found] if found else [])
    return {"citizen": _out(found, reader) if found else None}


@router.post("/citizens/lookup-tail", response=schemas.CitizensFoundOut, summary="按号码后四位查诉求人")
def lookup_tail(request: HttpRequest, body: schemas.TailLookupIn):
    """At most 20 citizens whose number ends so, masked."""
    reader: Person = request.auth
    require_role(reader, *TALKS_WITH_CITIZENS)
    found = selectors.by_phone_tail(body.tail)
    _seen(reader, "citizen.lookup_tail", found)
    return {"items": [_out(citizen, reader) for citizen in found]}


@router.patch("/citizens/{public_id}", response=schemas.CitizenOut, summary="更正诉求人资料")
def patch(request: HttpRequest, public_id: str, body: schemas.CitizenPatchIn):
    actor: Person = request.auth
    require_role(actor, *CORRECTS)
    values = body.model_dump(exclude_unset=True)
    expected = values.pop("version")
    citizen = selectors.get_citizen(public_id)
    changed = actions.update_citizen(actor=actor, citizen=citizen, expected_version=expected, **values)
    return _out(changed, actor)


@router.post("/citizens/{public_id}/merge", response=schemas.CitizenOut, summary="合并诉求人")
def merge(request: HttpRequest, public_id: str, body: schemas.CitizenMergeIn):
    """What hangs on ``duplicate`` goes over to this citizen."""
    actor: Person = request.auth
    require_role(actor, *MERGES)
    keep, duplicate = selectors.get_citizen(public_id), selectors.get_citizen(body.duplicate)
    return _out(actions.merge_citizens(actor=actor, keep=keep, duplicate=duplicate, reason=body.reason), actor)


@router.get("/respondents", response=schemas.RespondentsFoundOut, summary="查被诉主体")
def respondents(request: HttpRequest, words: str = Query("", max_length=60)):
    require_role(request.auth, *TALKS_WITH_CITIZENS, "dispatcher", "auditor", "supervisor")
    return {
        "items": [
            {
                "id": each.public_id,
                "name": each.name,
                "kind": each.kind,
                "credit_code": each.credit_code,
                "address": each.address,
                "division": each.division.name if each.division else "",
            }
            for each in selectors.respondents(words)
        ]
    }


def _seen(reader: Person, verb: str, citizens: list[Citizen]) -> None:
    record_access(
        actor=reader,
        verb=verb,
        subject_type="parties.citizen",
        subject_id=citizens[0].pk if len(citizens) == 1 else None,
        changes={"citizens": [citizen.pk for citizen in citizens]},
    )


def _out(citizen: Citizen, reader: Person) -> dict:
    line = selectors.contact_line(citizen, reader) or {"name_masked": "", "phone_masked": ""}
    return {
        "id": citizen.public_id,
        "version": citizen.version,
        **line,
        "identity_masked": selectors.masked_identity(citizen),
        "preferences": citizen.preferences,
        "created_at": citizen.created_at,
    }
