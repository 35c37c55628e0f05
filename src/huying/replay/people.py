"""The people of a replay: one of each role of the centre, and one for every unit, with tokens, on the scratch copy."""

from huying.base.org import actions as org
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import resolve_unit, system_person
from huying.replay.server import Caller, Line

CENTRE = ("agent", "reviewer", "dispatcher", "auditor", "visitor")


def make_units(names: set[str], kind: str) -> list[str]:
    """Make the units that the file names and the copy does not know, where the mapping allows; their names."""
    unknown = sorted(name for name in names if name and resolve_unit(name) is None) if kind else []
    for name in unknown:
        org.create_unit(actor=system_person(), name=name, kind=kind, provisional=True)
    return unknown


class People:
    """Callers by role, and by unit; a unit's caller is made when its first order arrives."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.system = system_person()
        self._units: dict[str, Caller] = {}
        self.agent, self.reviewer, self.dispatcher, self.auditor, self.visitor = (
            self._caller(f"replay-{role}", [role], None) for role in CENTRE
        )

    @property
    def manager(self) -> Person:
        """Who may set the promise on wrong automatic dispatch."""
        return self._person("replay-manager", ["model_manager"], None)

    def of_unit(self, unit: Unit) -> Caller:
        """Somebody who signs, answers and signs off for ``unit``."""
        if unit.public_id not in self._units:
            roles = ["unit_clerk", "unit_leader"]
            self._units[unit.public_id] = self._caller(f"replay-unit-{unit.pk}", roles, unit)
        return self._units[unit.public_id]

    def _caller(self, username: str, roles: list[str], unit: Unit | None) -> Caller:
        person = self._person(username, roles, unit)
        token = org.issue_token(actor=self.system, person=person, name="replay", scopes=["read", "write"])
        return Caller(self.line, token)

    def _person(self, username: str, roles: list[str], unit: Unit | None) -> Person:
        return Person.objects.filter(username=username).first() or org.create_person(
            actor=self.system, username=username, name=f"回放 {username}", roles=roles, unit=unit, password=None
        )
