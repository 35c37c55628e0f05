"""Writing citizens: found or made while filing, corrected, merged, and opened for somebody who needs the number."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from huying.base import vault
from huying.base.errors import Conflict, Invalid, NotAllowed
from huying.base.events.recorder import record, record_access, record_refusal
from huying.base.org.models import Person
from huying.base.org.roles import ROLES, UNIT_ROLES
from huying.base.parties import selectors
from huying.base.parties.identity import normalise_identity
from huying.base.parties.models import Citizen
from huying.base.parties.phones import normalise_phone, tail
from huying.base.parties.selectors import CONTEXT
from huying.base.versions import hold

MAX_NAME = 60


def find_or_create_citizen(*, phone: str, name: str = "", identity: str = "", now: datetime) -> Citizen:
    """The citizen behind a phone (else behind an identity number); a new one where nobody is known.

    A building block inside another room's action: at most two statements, records nothing itself. What is not known
    yet (name, identity) is filled in; what is known stays, since a telephone is lent. Two filings of one new phone at
    the same moment end with one citizen.
    """
    number = normalise_phone(phone, area_code=settings.OPTIONS.area_code)
    document = normalise_identity(identity)
    found = selectors.by_hash(phone=number, identity=document)
    if found is not None:
        return _complete(found, name, document)
    citizen = Citizen(created_at=now, **_sealed(phone=number, name=name, identity=document))
    try:
        with transaction.atomic():
            citizen.save(force_insert=True)
    except IntegrityError:
        found = selectors.by_hash(phone=number, identity=document)
        if found is None:
            raise
        return found
    return citizen


def find_or_create_citizens(people: Mapping[str, str], *, now: datetime) -> dict[str, Citizen]:
    """The citizens behind many phones (phone → name) in a handful of statements; new ones where nobody is known.

    A building block of bulk actions, as :func:`find_or_create_citizen` is of filing; records nothing itself.
    """
    known = selectors.by_phones(people)
    area = settings.OPTIONS.area_code
    numbers = {phone: normalise_phone(phone, area_code=area) for phone in people if phone not in known}
    made = {
        number: Citizen(created_at=now, **_sealed(phone=number, name=people[phone]))
        for phone, number in numbers.items()  # one number may be written in two ways
    }
    Citizen.objects.bulk_create(made.values(), batch_size=500)
    return known | {phone: made[number] for phone, number in numbers.items()}


def _complete(citizen: Citizen, name: str, document: str) -> Citizen:
    missing = {}
    if name.strip() and not citizen.name_sealed:
        missing["name"] = name
    if document and not citizen.identity_sealed:
        missing["identity"] = document
    if missing:
        _assign(citizen, _sealed(**missing))
    return citizen


def _sealed(**values: str) -> dict[str, str]:
    """The columns that hold these values: sealed, and hashed where the value is looked up."""
    columns = {}
    for field, value in values.items():
        clean = value.strip()
        if field == "name" and len(clean) > MAX_NAME:
            raise Invalid(f"姓名不超过 {MAX_NAME} 个字。", errors=[{"field": "name", "message": "过长"}])
        columns[f"{field}_sealed"] = vault.seal(clean, CONTEXT[field])
        if field != "name":
            columns[f"{field}_hash"] = vault.fingerprint(clean, CONTEXT[field])
        if field == "phone":
            columns["phone_tail_hash"] = vault.fingerprint(tail(clean), selectors.TAIL)
    return columns


def _assign(citizen: Citizen, columns: dict[str, Any]) -> None:
    for column, value in columns.items():
        setattr(citizen, column, value)
    citizen.save(update_fields=list(columns))


def update_citizen(
    *,
    actor: Person,
    citizen: Citizen,
    expected_version: int | None = None,
    phone: str | None = None,
    name: str | None = None,
    identity: str | None = None,
    preferences: dict[str, Any] | None = None,
) -> Citizen:
    """Correct what is known of a citizen. A value of None stays; an empty one is erased.

    Raises :class:`Conflict` where somebody else was first, or where the phone belongs to another citizen (merge then).
    """
    values: dict[str, str] = {}
    if phone is not None:
        values["phone"] = normalise_phone(phone, area_code=settings.OPTIONS.area_code)
    if name is not None:
        values["name"] = name
    if identity is not None:
        values["identity"] = normalise_identity(identity)
    columns: dict[str, Any] = _sealed(**values)
    if preferences is not None:
        columns["preferences"] = preferences
    with transaction.atomic():
        row = hold(citizen, expected_version)
        _refuse_erased(row)
        try:
            with transaction.atomic():
                _assign(row, {**columns, "version": row.version + 1})
        except IntegrityError as error:
            taken = "这个号码已登记在另一位诉求人名下；确认是同一人的，请合并。"
            raise Conflict(taken, code="phone_taken") from error
        record(
            actor=actor, verb="citizen.update", subject=row, payload={"fields": sorted({*values, *_named(preferences)})}
        )
    return row


def _named(preferences: dict[str, Any] | None) -> set[str]:
    return set() if preferences is None else {"preferences"}


def _refuse_erased(citizen: Citizen) -> None:
    if citizen.erased_at is not None:
        raise Conflict("这位诉求人的资料已按保存期限清除，不能再改。", code="erased")
    if citizen.merged_into_id is not None:
        raise Conflict("这位诉求人已并入另一位，请改那一位的资料。", code="merged")


def merge_citizens(*, actor: Person, keep: Citizen, duplicate: Citizen, reason: str) -> Citizen:
    """Two entries are one person: all that hangs on ``duplicate`` goes over to ``keep``; its personal values are erased.

    Where ``keep`` lacks a phone, a name or an identity number, it takes the duplicate's.
    """
    if keep.pk == duplicate.pk:
        raise Invalid("不能把一位诉求人与自己合并。")
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Citizen.objects.select_for_update().filter(pk__in=[keep.pk, duplicate.pk]).order_by("pk")
        }
        kept, gone = rows[keep.pk], rows[duplicate.pk]
        _refuse_erased(kept)
        _refuse_erased(gone)
        moved = _move_relations(kept, gone)
        taken = {field: selectors.reveal(gone, field) for field in CONTEXT if not getattr(kept, f"{field}_sealed")}
        _assign(gone, {**selectors.EMPTY, "merged_into": kept, "version": gone.version + 1})
        _assign(kept, {**_sealed(**taken), "version": kept.version + 1})
        record(
            actor=actor,
            verb="citizen.merge",
            subject=kept,
            payload={"duplicate": gone.pk, "moved": moved},
            reason=reason,
        )
    return kept


def _move_relations(keep: Citizen, duplicate: Citizen) -> dict[str, int]:
    """Point every foreign key at the kept citizen; upper rooms are reached through the model's own relations."""
    moved = {}
    for relation in Citizen._meta.related_objects:
        model, column = relation.related_model, relation.field.name
        count = model._default_manager.filter(**{column: duplicate}).update(**{column: keep})
        if count:
            moved[model._meta.label_lower] = count
    return moved


def reveal_citizen(
    *, actor: Person, citizen: Citizen, field: str, reason: str, subject=None, confidential: bool = False
) -> str:
    """Open ``phone``, ``name`` or ``identity`` for somebody at work, and write down who saw it, why and for what.

    A unit sees nothing of a confidential order: calls are relayed by the centre. Refusals are written down too.
    """
    shown_for = subject if subject is not None else citizen
    refusal = _refusal(actor, confidential)
    if refusal:
        record_refusal(actor=actor, verb="citizen.reveal", reason=refusal, subject=shown_for)
        raise NotAllowed(refusal, code="personal_data")
    value = selectors.reveal(citizen, field)
    record_access(
        actor=actor,
        verb="citizen.reveal",
        subject_type=shown_for._meta.label_lower,
        subject_id=shown_for.pk,
        changes={"citizen": citizen.pk, "field": field},
        reason=reason,
    )
    return value


def _refusal(actor: Person, confidential: bool) -> str:
    seeing = {code for code in actor.roles if code in ROLES and ROLES[code].sees_personal}
    if not seeing:
        return "您的岗位不查看诉求人信息。"
    if confidential and seeing <= UNIT_ROLES:
        return "保密件不向承办单位提供诉求人信息，请通过热线中心转接联系。"
    return ""
