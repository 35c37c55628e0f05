"""The people of a replay: one of each role of the centre, and one for every unit, with tokens, on the scratch copy."""

import httpx

from huying.base.org import actions as org
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import system_person
from huying.replay.server import Caller

CENTRE = ("agent", "reviewer", "dispatcher", "duty_leader", "auditor", "visitor", "judge")


class People:
    """Callers by role, and by unit; a unit's caller is made when its first order arrives."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.system = system_person()
        self._units: dict[str, Caller] = {}
        for role in CENTRE:
            setattr(self, role, self._caller(f"replay-{role}", [role], None))

    def of_unit(self, unit: Unit) -> Caller:
        """Somebody who signs, answers and signs off for ``unit``."""
        if unit.public_id not in self._units:
            roles = ["unit_clerk", "unit_leader"]
            self._units[unit.public_id] = self._caller(f"replay-unit-{unit.pk}", roles, unit)
        return self._units[unit.public_id]

    def _caller(self, username: str, roles: list[str], unit: Unit | None) -> Caller:
        person = Person.objects.filter(username=username).first() or org.create_person(
            actor=self.system, username=username, name=f"回放 {username}", roles=roles, unit=unit, password=None
        )
        token = org.issue_token(actor=self.system, person=person, name="replay", scopes=["read", "write"])
        return Caller(self.client, token)
