"""The people of the demo: 60 with a login of their own in all roles, and one more for each unit that has none."""

from dataclasses import dataclass, field
from random import Random

from huying.base.org import actions as org
from huying.base.org.models import Person, Unit
from huying.base.org.roles import ADMIN_ROLES, ROLES
from huying.demo.founding.ground import CENTRE, FIRM, Ground
from huying.demo.sources import table

LOGINS = 60
OWN_AGENTS, FIRM_AGENTS = 3, 6
SEVERAL = {"team_leader": 2, "reviewer": 2, "dispatcher": 2, "visitor": 2}
OF_CENTRE = (
    "team_leader", "reviewer", "dispatcher", "duty_leader", "panelist", "auditor", "visitor", "judge", "supervisor",
    "inspector", "analyst", "leader", "model_manager", "integrator", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
WITH_LEADER = {  # units busy enough that one person handles and another signs off
    "综合执法局": "chengguan",
    "住建局": "zhujian",
    "市场监管局": "shichang",
    "人社局": "renshe",
    "公安局": "gongan",
    "供水公司": "gongshui",
    "教育局": "jiaoyu",
    "交警大队": "jiaojing",
}
SECOND_CLERKS = ("综合执法局", "住建局")
STREETS = {"东湖街道": "donghu", "西苑街道": "xiyuan", "南桥街道": "nanqiao", "北关街道": "beiguan"}
GRID = 3


@dataclass
class Staff:
    """Who works where. ``logins`` are those who get a password; ``first`` is the account shown for a role."""

    by_role: dict[str, list[Person]] = field(default_factory=dict)
    clerks: dict[int, list[Person]] = field(default_factory=dict)
    leaders: dict[int, Person] = field(default_factory=dict)
    grid: dict[int, Person] = field(default_factory=dict)
    logins: list[Person] = field(default_factory=list)

    def of(self, role: str, rng: Random | None = None) -> Person:
        """Somebody of the centre with that role; the first one without ``rng``."""
        people = self.by_role[role]
        return rng.choice(people) if rng else people[0]

    def clerk(self, unit: Unit, rng: Random) -> Person:
        return rng.choice(self.clerks[unit.pk])

    def first(self, role: str) -> Person:
        return self.by_role[role][0]


class _Hiring:
    def __init__(self, actor: Person, ground: Ground) -> None:
        self.actor, self.ground, self.staff = actor, ground, Staff()
        self.rng = Random("people")
        self.names: set[str] = set()

    def hire(
        self, username: str, roles: list[str], unit: Unit | None, firm: Unit | None = None, login: bool = True
    ) -> Person:
        person = org.create_person(
            actor=self.actor,
            username=username,
            name=self.name(),
            roles=roles,
            unit=unit,
            firm=firm,
            staff_no=f"{len(self.names):04d}",
        )
        for role in roles:
            self.staff.by_role.setdefault(role, []).append(person)
        if login:
            self.staff.logins.append(person)
        return person

    def name(self) -> str:
        """A name nobody else here has."""
        names = table("texts/names")
        while True:
            made = self.rng.choice(names["surnames"]) + "".join(
                self.rng.sample(names["given"], self.rng.choice((1, 2, 2)))
            )
            if made not in self.names:
                self.names.add(made)
                return made


def hire(actor: Person, ground: Ground) -> Staff:
    hiring = _Hiring(actor, ground)
    _centre(hiring)
    _busy_units(hiring)
    _streets(hiring)
    _others(hiring)
    assert len(hiring.staff.logins) == LOGINS
    assert hiring.staff.by_role.keys() == ROLES.keys()
    return hiring.staff


def _centre(hiring: _Hiring) -> None:
    centre, firm = hiring.ground.units[CENTRE], hiring.ground.units[FIRM]
    for number in range(1, OWN_AGENTS + FIRM_AGENTS + 1):
        hiring.hire(f"agent{number}", ["agent"], centre, firm if number > OWN_AGENTS else None)
    hiring.hire("firm_admin1", ["firm_admin"], None, firm)
    for role in OF_CENTRE:
        for number in range(1, SEVERAL.get(role, 1) + 1):
            hiring.hire(f"{role}{number}", [role], None if role in ADMIN_ROLES else centre)


def _busy_units(hiring: _Hiring) -> None:
    for short, spelt in WITH_LEADER.items():
        unit = hiring.ground.units[short]
        clerks = [hiring.hire(f"{spelt}_clerk", ["unit_clerk"], unit)]
        if short in SECOND_CLERKS:
            clerks.append(hiring.hire(f"{spelt}_clerk2", ["unit_clerk"], unit))
        hiring.staff.clerks[unit.pk] = clerks
        hiring.staff.leaders[unit.pk] = hiring.hire(f"{spelt}_leader", ["unit_leader"], unit)


def _streets(hiring: _Hiring) -> None:
    """The four streets have a dispatcher and a leader; three communities of the first have a grid worker."""
    for name, spelt in STREETS.items():
        unit = hiring.ground.units[name]
        hiring.staff.clerks[unit.pk] = [hiring.hire(f"{spelt}_dispatch", ["street_dispatcher"], unit)]
        hiring.staff.leaders[unit.pk] = hiring.hire(f"{spelt}_leader", ["unit_leader"], unit)
    first = hiring.ground.county.town(next(iter(STREETS)))
    for number, village in enumerate(first.villages[:GRID], 1):
        community = hiring.ground.communities[village.code]
        hiring.staff.grid[community.pk] = hiring.hire(f"grid{number}", ["grid_worker"], community)


def _others(hiring: _Hiring) -> None:
    """One person each without a login, who receives, handles and signs off."""
    for number, unit in enumerate(hiring.ground.units.values(), 1):
        if unit.pk in hiring.staff.clerks or unit.kind in ("centre", "firm"):
            continue
        role = "street_dispatcher" if unit.kind in ("street", "sub_centre") else "unit_clerk"
        person = hiring.hire(f"unit{number:02d}", [role, "unit_leader"], unit, login=False)
        hiring.staff.clerks[unit.pk], hiring.staff.leaders[unit.pk] = [person], person
