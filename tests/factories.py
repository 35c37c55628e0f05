"""Small things that tests are made of. Each call inserts one thing with sensible values; keyword arguments override.

Every factory needs the database. Names and numbers are counted up, so that no two are alike within a run.
"""

import hashlib
import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from huying.base import vault
from huying.base.calendars import clock
from huying.base.org.models import ApiToken, Person, Unit, UnitKind
from huying.base.org.roles import CENTRE_ROLES, ROLES, UNIT_ROLES
from huying.base.parties.models import Citizen
from huying.base.places.models import Division, DivisionLevel
from huying.base.taxonomy.models import Category, CategoryTree
from huying.handling.orders.models import Assignment, WorkOrder

PASSWORD = "Hu-ying-2025!"
_counter = itertools.count(1)


def unit(name: str = "", *, parent: Unit | None = None, kind: str = UnitKind.BUREAU, **fields: Any) -> Unit:
    serial = next(_counter)  # also the place among siblings: a later unit never shifts the path of an earlier one
    values = {"name": name or f"单位{serial}", "kind": kind, "ordinal": serial, **fields}
    return Unit.objects.add_root(values) if parent is None else Unit.objects.add_child(parent, values)


@dataclass(frozen=True)
class Units:
    """A small county: the centre, two bureaus, a street with two communities, a utility and an outsourcing firm."""

    centre: Unit
    police: Unit
    housing: Unit
    district: Unit
    street: Unit
    community: Unit
    other_community: Unit
    heating: Unit
    firm: Unit


def unit_tree() -> Units:
    centre = unit("热线中心", kind=UnitKind.CENTRE)
    district = unit("东区", kind=UnitKind.DISTRICT)
    street = unit("东风街道", parent=district, kind=UnitKind.STREET, division_code="460101001")
    return Units(
        centre=centre,
        police=unit("公安局"),
        housing=unit("住房和城乡建设局", short_name="住建局"),
        district=district,
        street=street,
        community=unit("东风社区", parent=street, kind=UnitKind.COMMUNITY, division_code="460101001001"),
        other_community=unit("和平社区", parent=street, kind=UnitKind.COMMUNITY, division_code="460101001002"),
        heating=unit("供热公司", kind=UnitKind.ENTERPRISE),
        firm=unit("某外包公司", kind=UnitKind.FIRM),
    )


def person(*roles: str, unit: Unit | None = None, firm: Unit | None = None, **fields: Any) -> Person:
    """Somebody with these roles and the password ``PASSWORD``."""
    serial = next(_counter)
    values = {"name": f"人员{serial}", "roles": list(roles), "unit": unit, "firm": firm, **fields}
    return Person.objects.create_user(
        values.pop("username", f"user{serial}"), values.pop("password", PASSWORD), **values
    )


def people(units: Units) -> dict[str, Person]:
    """One person a role: centre roles in the centre, unit roles in 住建局, the street's dispatcher in the street."""
    made = {}
    for code in ROLES:
        home = units.centre if code in CENTRE_ROLES else units.housing if code in UNIT_ROLES else None
        if code in {"street_dispatcher", "grid_worker"}:
            home = units.street
        made[code] = person(code, unit=home, firm=units.firm if code == "firm_admin" else None)
    return made


def token(owner: Person, scopes: Iterable[str] = ("read", "write"), **fields: Any) -> str:
    """A new API token's secret."""
    secret = secrets.token_urlsafe(24)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    values = {"name": "test", "created_at": clock.now(), **fields}
    ApiToken.objects.create(person=owner, digest=digest, scopes=list(scopes), **values)
    return secret


@dataclass(frozen=True)
class Divisions:
    city: Division
    county: Division
    town: Division
    village: Division
    other_village: Division


def divisions() -> Divisions:
    """City – county – town – two villages; codes agree with ``unit_tree``."""

    def grow(parent: Division | None, code: str, name: str, level: str) -> Division:
        full = f"{parent.full_name}{name}" if parent else name
        values = {"code": code, "name": name, "full_name": full, "level": level}
        return Division.objects.add_child(parent, values) if parent else Division.objects.add_root(values)

    city = grow(None, "4601", "示范市", DivisionLevel.CITY)
    county = grow(city, "460101", "东区", DivisionLevel.COUNTY)
    town = grow(county, "460101001", "东风街道", DivisionLevel.TOWN)
    village = grow(town, "460101001001", "东风社区", DivisionLevel.VILLAGE)
    other = grow(town, "460101001002", "和平社区", DivisionLevel.VILLAGE)
    return Divisions(city, county, town, village, other)


@dataclass(frozen=True)
class Categories:
    tree: CategoryTree
    noise: Category
    heating: Category
    pension: Category


def categories() -> Categories:
    """A tree in force with three leaves on the third level."""
    tree = CategoryTree.objects.create(code="main", name="事项分类", edition="2025", effective_from=date(2020, 1, 1))

    def grow(parent: Category | None, code: str, name: str) -> Category:
        full = f"{parent.full_name}/{name}" if parent else name
        values: dict[str, Any] = {"tree": tree, "code": code, "name": name, "full_name": full}
        return Category.objects.add_child(parent, values) if parent else Category.objects.add_root(values)

    building = grow(None, "01", "城乡建设")
    care = grow(None, "02", "社会保障")
    noise = grow(grow(building, "0101", "噪声"), "010101", "夜间施工")
    heating = grow(grow(building, "0102", "供热"), "010201", "暖气不热")
    pension = grow(grow(care, "0201", "养老"), "020101", "养老待遇")
    return Categories(tree, noise, heating, pension)


def citizen(phone: str = "", name: str = "某市民") -> Citizen:
    """A citizen whose phone and name are sealed and found by keyed hash."""
    number = phone or f"+861380000{next(_counter):04d}"
    return Citizen.objects.create(
        phone_sealed=vault.seal(number, "citizen.phone"),
        phone_hash=vault.fingerprint(number, "citizen.phone"),
        phone_tail_hash=vault.fingerprint(number[-4:], "citizen.phone_tail"),
        name_sealed=vault.seal(name, "citizen.name"),
        created_at=clock.now(),
    )


def order(filed_by: Person, **fields: Any) -> WorkOrder:
    """A bare row, for reads. Tests of what may happen to an order go through ``orders.actions``."""
    now = clock.now()
    serial = next(_counter)
    values = {
        "order_no": f"T{serial:08d}",
        "query_code": "246810",
        "state": "to_dispatch",
        "state_since": now,
        "title": "夜间施工噪声扰民",
        "text": "东风社区工地夜里十二点还在施工，噪声很大，无法休息。",
        "filed_at": now,
        "filed_by": filed_by,
        "promised_at": now + timedelta(days=7),
        "first_promised_at": now + timedelta(days=7),
        **fields,
    }
    return WorkOrder.objects.create(**values)


def assignment(of: WorkOrder, to: Unit, **fields: Any) -> Assignment:
    """A bare row: the unit's part in the order, waiting to be signed."""
    now = clock.now()
    values = {
        "state": "to_sign",
        "state_since": now,
        "dispatched_at": now,
        "dispatched_by": "person",
        "sign_due_at": now + timedelta(hours=4),
        "due_from": now,
        "due_at": now + timedelta(days=5),
        **fields,
    }
    return Assignment.objects.create(order=of, unit=to, **values)
