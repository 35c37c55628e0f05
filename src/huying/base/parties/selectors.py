"""Reading citizens and respondents. What identifies a citizen is shown masked; `reveal` opens it."""

from collections.abc import Iterable
from typing import Protocol, TypedDict

from django.conf import settings
from django.db.models import Q

from huying.base import vault
from huying.base.errors import Invalid, NotFound
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.parties.masking import mask_identity, mask_name, mask_phone
from huying.base.parties.models import Citizen, Respondent
from huying.base.parties.phones import normalise_phone
from huying.base.places.models import Division

CONTEXT = {"phone": "citizen.phone", "name": "citizen.name", "identity": "citizen.identity"}
TAIL = "citizen.phone_tail"
EMPTY = {
    "phone_sealed": "",
    "phone_hash": "",
    "phone_tail_hash": "",
    "name_sealed": "",
    "identity_sealed": "",
    "identity_hash": "",
}
RELAYED = "由热线中心转接"
MAX_FOUND = 20
MANY_FOUND = 5000  # of ten million people some thousand share their number's last four digits


class ContactLine(TypedDict):
    """How a citizen is shown in lists and on an order."""

    name_masked: str
    phone_masked: str


class Sealed(Protocol):
    """A citizen, or a row that brought the citizen's sealed name and number along."""

    @property
    def phone_sealed(self) -> str | None: ...
    @property
    def name_sealed(self) -> str | None: ...


def contact_line(citizen: Sealed | None, reader: Person, order_confidential: bool = False) -> ContactLine | None:
    """The masked line, or None where nobody is known or the reader sees no citizens at all.

    Of a confidential order a unit learns neither name nor number: the centre relays its calls (GB/T 33358).
    """
    if citizen is None or reader.reach is Reach.NOTHING:
        return None
    if order_confidential and reader.reach is not Reach.CENTRE:
        return {"name_masked": "保密", "phone_masked": RELAYED}
    return {
        "name_masked": mask_name(vault.unseal(citizen.name_sealed or "", CONTEXT["name"])),
        "phone_masked": mask_phone(vault.unseal(citizen.phone_sealed or "", CONTEXT["phone"])),
    }


def reveal(citizen: Citizen, field: str) -> str:
    """``phone``, ``name`` or ``identity`` in clear. Whoever shows it to a person uses `actions.reveal_citizen`."""
    if field not in CONTEXT:
        raise Invalid(
            "只能查看电话、姓名或证件号码。", errors=[{"field": "field", "message": "phone、name 或 identity"}]
        )
    return vault.unseal(getattr(citizen, f"{field}_sealed"), CONTEXT[field])


def masked_identity(citizen: Citizen) -> str:
    return mask_identity(reveal(citizen, "identity"))


def by_hash(*, phone: str = "", identity: str = "") -> Citizen | None:
    """The citizen with this normalised phone, else with this identity number; None where neither is given."""
    if phone:
        return Citizen.objects.filter(phone_hash=vault.fingerprint(phone, CONTEXT["phone"])).first()
    if identity:
        digest = vault.fingerprint(identity, CONTEXT["identity"])
        return Citizen.objects.filter(identity_hash=digest).order_by("pk").first()
    return None


def by_phone(phone: str) -> Citizen | None:
    """The citizen with this number, however it is written. :class:`Invalid` where it is no number."""
    return by_hash(phone=normalise_phone(phone, area_code=settings.OPTIONS.area_code))


def by_phones(phones: Iterable[str]) -> dict[str, Citizen]:
    """Those of many numbers, however written, that belong to somebody known."""
    area = settings.OPTIONS.area_code
    digests = {phone: vault.fingerprint(normalise_phone(phone, area_code=area), CONTEXT["phone"]) for phone in phones}
    found = {row.phone_hash: row for row in Citizen.objects.filter(phone_hash__in=digests.values())}
    return {phone: found[digest] for phone, digest in digests.items() if digest in found}


def by_phone_tail(digits: str) -> list[Citizen]:
    """At most 20 citizens whose number ends with these four digits, the newest first."""
    if len(digits) != 4 or not digits.isascii() or not digits.isdigit():
        raise Invalid("请填写号码的后四位数字。", errors=[{"field": "tail", "message": "四位数字"}])
    return list(Citizen.objects.filter(phone_tail_hash=vault.fingerprint(digits, TAIL)).order_by("-pk")[:MAX_FOUND])


def keys_by_phone(phone: str, *, area_code: str) -> list[int]:
    """Keys of those known with this number, however written; empty where it is no number or nobody's."""
    try:
        number = normalise_phone(phone, area_code=area_code)
    except Invalid:
        return []
    digest = vault.fingerprint(number, CONTEXT["phone"])
    return list(Citizen.objects.filter(phone_hash=digest).values_list("pk", flat=True)) if number else []


def keys_by_phone_tail(digits: str) -> list[int]:
    """Keys of all, at most some thousand, whose number ends with these four digits."""
    rows = Citizen.objects.filter(phone_tail_hash=vault.fingerprint(digits, TAIL)).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:MANY_FOUND])


def get_citizen(public_id: str) -> Citizen:
    found = Citizen.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这位诉求人，或资料已合并。")
    return found


def respondents(words: str, limit: int = MAX_FOUND) -> list[Respondent]:
    """Respondents whose name contains, or whose credit code begins with, these words."""
    clean = words.strip()
    if not clean:
        return []
    matching = Q(name__icontains=clean) | Q(credit_code__istartswith=clean)
    return list(Respondent.objects.select_related("division").filter(matching).order_by("name", "pk")[:limit])


def respondent_division(name: str) -> Division | None:
    """Where the respondent of this name has its address, if one is known by that name and its division is kept."""
    title = name.strip()[:120]
    rows = Respondent.objects.select_related("division").filter(name=title).order_by("pk")
    known = rows.first() if title else None
    return known.division if known else None
