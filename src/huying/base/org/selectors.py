"""Reading people and units."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from huying.base.calendars import clock
from huying.base.errors import NotFound
from huying.base.org.models import ApiToken, Person, Unit, UnitAlias, UnitChange
from huying.base.org.roles import ADMIN_ROLES, Reach

SYSTEM = "system"
UNUSED_AFTER = timedelta(days=90)


@lru_cache(maxsize=1)
def system_person() -> Person:
    """Huying itself as an actor: imports, automatic dispatch, timers. Nobody can log in as it."""
    found = Person.objects.filter(username=SYSTEM).first()
    if found is None:
        with transaction.atomic():
            found = Person.objects.create_user(SYSTEM, None, name="系统", is_system=True)
    return found


# ---- people


def people_visible(reader: Person) -> QuerySet[Person]:
    """The people whom ``reader`` may see: administrators and the centre everybody, a unit its own and those below,
    an outsourcing firm's administrator only its own."""
    people = Person.objects.filter(is_system=False).select_related("unit", "firm")
    if reader.is_system or reader.has_role(*ADMIN_ROLES) or reader.reach is Reach.CENTRE:
        return people
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return people.filter(within(reader.unit, "unit__"))
    if reader.reach is Reach.FIRM and reader.firm_id is not None:
        return people.filter(firm_id=reader.firm_id)
    return people.filter(pk=reader.pk)


def find_person(reader: Person, public_id: str) -> Person:
    found = people_visible(reader).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这位人员，或不在您的范围内。")
    return found


def people_page_rows(reader: Person, *, words: str, unit: str, role: str, active: bool | None) -> QuerySet[Person]:
    rows = people_visible(reader)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(staff_no__startswith=words))
    if unit:
        rows = rows.filter(within(find_unit(unit), "unit__"))
    if role:
        rows = rows.filter(roles_text(role))
    if active is not None:
        rows = rows.filter(is_active=active)
    return rows


def roles_text(role: str) -> Q:
    """People with a role: the JSON list is searched as text, which SQLite and PostgreSQL do alike."""
    return Q(roles__icontains=f'"{role}"')


def holders(role: str) -> QuerySet[Person]:
    """Active people who hold a role."""
    return Person.objects.filter(roles_text(role), is_active=True, is_system=False)


def unused_accounts(on: datetime | None = None) -> list[Person]:
    """Active accounts that nobody used for 90 days, neither by login nor by token (等保: 删除多余、过期账户)."""
    limit = (on or clock.now()) - UNUSED_AFTER
    fresh_tokens = ApiToken.objects.filter(last_used_on__gte=clock.local(limit).date()).values("person_id")
    return list(
        Person.objects.filter(is_active=True, is_system=False)
        .annotate(last_seen=Coalesce("last_login", "password_changed_at"))
        .filter(Q(last_seen__lt=limit) | Q(last_seen__isnull=True))
        .exclude(pk__in=fresh_tokens)
        .order_by("username")
    )


def powerful_accounts() -> QuerySet[Person]:
    """Active accounts whose capture would hurt most: administrators and whoever may enter the Django admin."""
    admins = Q(is_staff=True) | Q(is_superuser=True)
    for role in ADMIN_ROLES:
        admins |= roles_text(role)
    return Person.objects.filter(admins, is_active=True, is_system=False).order_by("username")


def accounts_with_password(candidates: Iterable[str], people: Iterable[Person]) -> list[tuple[Person, str]]:
    """Those of ``people`` whose password is one of ``candidates`` or the login name itself (default passwords).

    Costs one slow hash for each account and candidate: for ``huying check``, not for a page.
    """
    found = []
    for person in people:
        if not person.has_usable_password():
            continue
        for candidate in (*candidates, person.username):
            if person.check_password(candidate):
                found.append((person, candidate))
                break
    return found


def second_factor_missing() -> list[Person]:
    """Active administrators who have not enrolled a second factor."""
    return [p for p in powerful_accounts().exclude(authenticator__confirmed=True) if p.needs_second_factor]


# ---- units


def within(unit: Unit, prefix: str = "") -> Q:
    """ "This unit and all below it" as one index range over ``path``; ``prefix`` leads to the unit (``"unit__"``)."""
    below = (unit.path + Unit.alphabet[0] * Unit.steplen, unit.path + Unit.alphabet[-1] * Unit.steplen)
    return Q(**{f"{prefix}path": unit.path}) | Q(**{f"{prefix}path__range": below})


def subtree_ids(unit: Unit) -> list[int]:
    return list(Unit.objects.filter(within(unit)).values_list("pk", flat=True))


def in_force(on: date | None = None) -> Q:
    """Units that exist on a day: the day of 停用 is the first on which a unit no longer answers."""
    day = on or clock.today()
    begun = Q(active_from__isnull=True) | Q(active_from__lte=day)
    return begun & (Q(active_until__isnull=True) | Q(active_until__gt=day))


def units_in_force(on: date | None = None) -> QuerySet[Unit]:
    return Unit.objects.filter(in_force(on)).order_by("path")


def unit_rows(*, words: str = "", kind: str = "", everything: bool = False, on: date | None = None) -> QuerySet[Unit]:
    """Units in order of the tree, with aliases; ``words`` are part of a name, an alias or the pinyin."""
    rows = Unit.objects.order_by("path").prefetch_related("aliases")
    if not everything:
        rows = rows.filter(in_force(on))
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        named = UnitAlias.objects.filter(name__icontains=words).values("unit_id")
        spelt = Q(pinyin__icontains=words.lower().replace(" ", ""))
        rows = rows.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(pk__in=named) | spelt)
    return rows


def find_unit(public_id: str) -> Unit:
    found = Unit.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个单位。")
    return found


def unit_changes(unit: Unit) -> QuerySet[UnitChange]:
    """Dated changes of a unit or into it, the latest first."""
    rows = UnitChange.objects.filter(Q(unit=unit) | Q(successor=unit)).select_related("unit", "successor")
    return rows.order_by("-effective", "-pk")


def resolve_unit(name: str, on: date | None = None) -> Unit | None:
    """The unit that answers to ``name`` on a day: by name, alias or short name, and on to the successor where it was
    merged or abolished. None where nobody or more than one does (a split needs a person's decision)."""
    spellings = _spellings(name)
    if not spellings:
        return None
    found = Unit.objects.filter(name__in=spellings).first() or _by_alias(spellings)
    return _in_force_or_successor(found, on or clock.today()) if found else None


def _spellings(name: str) -> list[str]:
    """How a name may be written: as given, without blanks, with brackets of either width."""
    bare = "".join(name.split())
    half, full = bare.translate(str.maketrans("（）", "()")), bare.translate(str.maketrans("()", "（）"))
    return [spelling for spelling in dict.fromkeys((name.strip(), bare, half, full)) if spelling]


def _by_alias(spellings: list[str]) -> Unit | None:
    alias = UnitAlias.objects.select_related("unit").filter(name__in=spellings).first()
    if alias is not None:
        return alias.unit
    short = list(Unit.objects.filter(short_name__in=spellings)[:2])
    return short[0] if len(short) == 1 else None


def _in_force_or_successor(unit: Unit, day: date) -> Unit | None:
    seen = set()
    while unit.active_until is not None and unit.active_until <= day:
        seen.add(unit.pk)
        changes = UnitChange.objects.filter(unit=unit, successor__isnull=False, effective__lte=day)
        successors = {change.successor for change in changes.select_related("successor")}
        if len(successors) != 1:
            return None
        unit = successors.pop()  # type: ignore[assignment]
        if unit.pk in seen:
            return None
    return unit
