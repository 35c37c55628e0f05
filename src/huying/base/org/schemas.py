"""What this room says and hears over HTTP."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from huying.base.org.models import Person, Unit, UnitKind
from huying.base.org.roles import ROLES


def _words(most: int, least: int = 0) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


# Text of at most so many characters, blanks around it taken off; ``Some…`` may not be empty.
Text12 = Annotated[str, _words(12)]
Text20 = Annotated[str, _words(20)]
Text26 = Annotated[str, _words(26)]
Text40 = Annotated[str, _words(40)]
Text60 = Annotated[str, _words(60)]
Text300 = Annotated[str, _words(300)]
Some26 = Annotated[str, _words(26, 1)]
Some60 = Annotated[str, _words(60, 1)]
Some80 = Annotated[str, _words(80, 1)]
Some120 = Annotated[str, _words(120, 1)]
Some300 = Annotated[str, _words(300, 1)]
Version = Annotated[int | None, Field(ge=1, le=2_000_000_000)]


class Named(Schema):
    """Something by its public id and its name."""

    id: str
    name: str


class RoleOut(Schema):
    code: str
    name: str


class RoleDetail(RoleOut):
    reach: str
    second_factor: bool


def roles_of(person: Person) -> list[RoleOut]:
    return [RoleOut(code=code, name=ROLES[code].name) for code in person.roles if code in ROLES]


def named(unit: Unit | None) -> Named | None:
    return Named(id=unit.public_id, name=unit.name) if unit else None


# ---- session


class Me(Schema):
    id: str
    name: str
    username: str
    roles: list[RoleOut]
    unit: Named | None
    firm: Named | None


class Session(Schema):
    """Who sits in front of the page, and what must be done before work can begin. Larger files than these are refused."""

    person: Me | None
    csrf: str
    demo: bool
    max_file_mb: int
    centre_name: str
    second_factor_required: bool
    second_factor_enrolled: bool
    must_change_password: bool


class Login(Schema):
    username: Some60
    password: Annotated[str, Field(min_length=1, max_length=200)]
    otp: Text40 = ""


class PasswordChange(Schema):
    old: Annotated[str, Field(min_length=1, max_length=200)]
    new: Annotated[str, Field(min_length=1, max_length=200)]


class EnrolmentOut(Schema):
    """``uri`` for typing in by hand, ``qr_svg`` for scanning."""

    uri: str
    qr_svg: str


class Otp(Schema):
    otp: Annotated[str, _words(40, 6)]


class RecoveryCodes(Schema):
    """Each opens the account once where the telephone is lost. Shown once."""

    recovery_codes: list[str]


# ---- units


class UnitOut(Schema):
    id: str
    name: str
    short_name: str
    kind: str
    kind_name: str
    code: str
    division_code: str
    telephone: str
    staff: int
    depth: int
    parent: str | None
    aliases: list[str]
    active_from: date | None
    active_until: date | None
    provisional: bool
    version: int

    @classmethod
    def of(cls, unit: Unit, parent: str | None) -> "UnitOut":
        plain = ("name", "short_name", "kind", "code", "division_code", "telephone", "staff", "depth")
        dated = ("active_from", "active_until", "provisional", "version")
        return cls(
            id=unit.public_id,
            kind_name=UnitKind(unit.kind).label,
            parent=parent,
            aliases=[alias.name for alias in unit.aliases.all()],
            **{name: getattr(unit, name) for name in (*plain, *dated)},
        )


class UnitList(Schema):
    items: list[UnitOut]
    next: str | None = None
    count: int
    count_capped: bool = False


class UnitHappened(Schema):
    """A dated change: the unit was renamed, went over to ``successor``, or took over the work of ``predecessor``."""

    kind: str
    label: str
    effective: date
    old_name: str
    successor: Named | None
    predecessor: Named | None
    basis: str


class UnitHistory(Schema):
    items: list[UnitHappened]
    people: int


class UnitFields(Schema):
    short_name: Text60 = ""
    code: Text40 = ""
    division_code: Text12 = ""
    telephone: Text40 = ""
    staff: Annotated[int, Field(ge=0, le=32000)] = 0
    active_from: date | None = None


class UnitNew(UnitFields):
    name: Some120
    kind: UnitKind = UnitKind("bureau")
    parent: Text26 | None = None
    aliases: Annotated[list[Some120], Field(max_length=50)] = []


class UnitChange(Schema):
    """Only what is given is changed."""

    version: Version = None
    short_name: Text60 = ""
    kind: UnitKind = UnitKind("bureau")
    code: Text40 = ""
    division_code: Text12 = ""
    telephone: Text40 = ""
    staff: Annotated[int, Field(ge=0, le=32000)] = 0
    active_from: date | None = None


class Rename(Schema):
    version: Version = None
    name: Some120
    effective: date
    basis: Text300 = ""


class Move(Schema):
    version: Version = None
    parent: Text26 | None = None


class Merge(Schema):
    """The unit in the address, and ``others`` with it, go up in ``successor``."""

    successor: Some26
    others: Annotated[list[Some26], Field(max_length=50)] = []
    effective: date
    basis: Text300 = ""


class Split(Schema):
    successors: Annotated[list[Some26], Field(min_length=2, max_length=50)]
    effective: date
    basis: Text300 = ""


class Abolish(Schema):
    successor: Text26 | None = None
    effective: date
    basis: Text300 = ""


class VersionOnly(Schema):
    version: Version = None


class AliasNew(Schema):
    name: Some120


class RefusedRow(Schema):
    line: int
    column: str
    message: str


class SheetOut(Schema):
    created: int
    changed: int
    unchanged: int
    errors: list[RefusedRow]


# ---- people


class PersonOut(Schema):
    """``username``, telephone and the state of the account are told to those who keep accounts only."""

    id: str
    name: str
    staff_no: str
    roles: list[RoleOut]
    unit: Named | None
    firm: Named | None
    is_active: bool
    version: int
    username: str | None = None
    telephone: str | None = None
    last_login: datetime | None = None
    must_change_password: bool | None = None

    @classmethod
    def of(cls, person: Person, *, keeper: bool) -> "PersonOut":
        private = ("username", "telephone", "last_login", "must_change_password")
        return cls(
            id=person.public_id,
            name=person.name,
            staff_no=person.staff_no,
            roles=roles_of(person),
            unit=named(person.unit),
            firm=named(person.firm),
            is_active=person.is_active,
            version=person.version,
            **({name: getattr(person, name) for name in private} if keeper else {}),
        )


class PersonList(Schema):
    items: list[PersonOut]
    next: str | None
    count: int
    count_capped: bool


class PersonNew(Schema):
    username: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[\w.@+-]{2,60}$")]
    name: Some60
    staff_no: Text20 = ""
    telephone: Text40 = ""
    unit: Text26 | None = None
    firm: Text26 | None = None
    roles: Annotated[list[Text40], Field(max_length=30)] = []


class PersonMade(Schema):
    """``first_password`` is shown once; the person must change it at the first login."""

    person: PersonOut
    first_password: str


class PersonChange(Schema):
    """Only what is given is changed."""

    version: Version = None
    name: Some60 = ""
    staff_no: Text20 = ""
    telephone: Text40 = ""
    unit: Text26 | None = None
    firm: Text26 | None = None


class RolesChange(Schema):
    version: Version = None
    roles: Annotated[list[Text40], Field(max_length=30)]


class Deactivate(Schema):
    version: Version = None
    reason: Some300


class FirstPassword(Schema):
    first_password: str


# ---- tokens


class TokenOut(Schema):
    id: str
    name: str
    person: Named
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_on: date | None


class TokenList(Schema):
    items: list[TokenOut]
    next: str | None
    count: int
    count_capped: bool


class TokenNew(Schema):
    person: Some26
    name: Some80
    scopes: Annotated[list[Text40], Field(min_length=1, max_length=30)]
    expires_at: datetime | None = None


class TokenMade(Schema):
    """``secret`` is shown once."""

    token: TokenOut
    secret: str


class ScopeOut(Schema):
    code: str
    name: str
