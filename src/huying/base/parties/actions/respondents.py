"""Writing respondents 被诉主体: one row per credit code, else one per name."""

from typing import Any

from django.db import IntegrityError, transaction

from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.parties.credit_codes import normalise_credit_code
from huying.base.parties.models import Respondent
from huying.base.places.models import Division


def find_or_create_respondent(
    *, name: str, credit_code: str = "", kind: str = "firm", address: str = "", division: Division | None = None
) -> Respondent:
    """The respondent with this credit code, else with this name; a new one where none is known.

    A building block inside another room's action: at most two statements, records nothing. A name alone finds the
    oldest of that name, also where its code is known; a code given for a name known without one makes a new row, as
    two firms may share a name.
    """
    title, code = name.strip(), normalise_credit_code(credit_code)
    if not title:
        raise Invalid("请填写被诉主体的名称。", errors=[{"field": "respondent", "message": "不能为空"}])
    found = _known(title, code)
    if found is not None:
        return found
    fields: dict[str, Any] = {"name": title[:120], "kind": kind, "address": address[:200], "division": division}
    respondent = Respondent(credit_code=code, **fields)
    try:
        with transaction.atomic():
            respondent.save(force_insert=True)
    except IntegrityError:
        found = _known(title, code)
        if found is None:
            raise
        return found
    return respondent


def _known(name: str, code: str) -> Respondent | None:
    matching = {"credit_code": code} if code else {"name": name[:120]}
    return Respondent.objects.filter(**matching).order_by("pk").first()


def update_respondent(*, actor: Person, respondent: Respondent, **values: Any) -> Respondent:
    """Correct name, credit_code, kind, address or division."""
    allowed = {"name", "credit_code", "kind", "address", "division"}
    assert values.keys() <= allowed, values.keys() - allowed
    if "credit_code" in values:
        values["credit_code"] = normalise_credit_code(values["credit_code"])
    with transaction.atomic():
        row = Respondent.objects.select_for_update().get(pk=respondent.pk)
        for field, value in values.items():
            setattr(row, field, value)
        try:
            with transaction.atomic():
                row.save(update_fields=list(values))
        except IntegrityError as error:
            raise Conflict("已有同一信用代码或同名的被诉主体。", code="respondent_taken") from error
        record(actor=actor, verb="respondent.update", subject=row, payload={"fields": sorted(values)})
    return row
