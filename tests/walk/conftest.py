"""A town whose people call the API with tokens of their own."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import pytest

from huying.base.calendars import selectors as calendars
from huying.base.org.models import Person
from huying.handling.orders import limits
from tests import factories
from tests.api_client import ApiClient
from tests.handling.orders import town as towns

_numbers = count(1)


@dataclass
class Walk:
    """``walk.file("…")`` and ``walk.act("dispatcher", order, "dispatch", unit=…)``, all over HTTP."""

    town: towns.Town
    clients: dict[int, ApiClient] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def client(self, who: str | Person) -> ApiClient:
        person = self.town.people[who] if isinstance(who, str) else who
        if person.pk not in self.clients:
            self.clients[person.pk] = ApiClient.with_token(factories.token(person))
        return self.clients[person.pk]

    def file(self, *, submit: bool = True, channel: str = "phone", **values: Any) -> str:
        """An agent files a citizen's words; returns the order's id."""
        body = {
            "text": "东风社区工地夜里十二点还在施工，噪声很大，无法休息。",
            "channel": channel,
            "phone": f"139{next(_numbers):08d}",
            "submit": submit,
            **values,
        }
        reply = self.client("agent").post(
            "/contacts/orders", body, headers={"Idempotency-Key": f"walk-{body['phone']}"}
        )
        assert reply.status_code == 201, reply.content.decode()
        return reply.json()["id"]

    def look(self, order: str, who: str | Person = "duty_leader") -> dict[str, Any]:
        reply = self.client(who).get(f"/orders/{order}")
        assert reply.status_code == 200, reply.content.decode()
        return reply.json()

    def act(self, who: str | Person, order: str, action: str, **values: Any) -> dict[str, Any]:
        """Do something with the order. The page must have offered it to this person before."""
        page = self.look(order, who)
        assert action in [one["action"] for one in page["allowed_actions"]], (action, page["state"])
        return self._post(who, f"/orders/{order}/actions/{action}", page["version"], action, values)

    def work(self, who: str | Person, order: str, action: str, *, at: Any = None, **values: Any) -> dict[str, Any]:
        """Do something with a part of the order: the one ``at`` that unit, else the newest that offers the action."""
        parts = [
            part
            for part in self.look(order, who)["assignments"]
            if action in [one["action"] for one in part["allowed_actions"]]
            and (at is None or part["unit"]["id"] == at.public_id)
        ]
        assert parts, f"nobody offers {action}"
        return self._post(who, f"/assignments/{parts[-1]['id']}/actions/{action}", parts[-1]["version"], action, values)

    def _post(self, who, path: str, version: int, action: str, values: dict[str, Any]) -> dict[str, Any]:
        reply = self.client(who).post(path, {"version": version, "values": values})
        assert reply.status_code == 200, (action, reply.content.decode())
        self.done.add(action)
        return reply.json()

    # the usual way, in one call each

    def dispatched(self, unit=None, **values: Any) -> str:
        order = self.file(**values)
        self.act("dispatcher", order, "dispatch", unit=(unit or self.town.units.housing).public_id)
        return order

    def handling(self, **values: Any) -> str:
        order = self.dispatched(**values)
        self.work(self.clerk, order, "sign")
        return order

    def answered(self, order: str) -> None:
        """The unit answers, its leader signs off, the centre passes the answer."""
        self.work(self.clerk, order, "finish", conclusion="solved", answer="已责令停工，夜间不再施工。")
        self.work(self.leader, order, "sign_off", note="同意")
        self.act("auditor", order, "pass_audit")

    def dissatisfied(self, order: str) -> dict[str, Any]:
        said = {"contacted": "yes", "solved": "unsolved", "satisfied": "dissatisfied", "words": "昨晚又开工了"}
        return self.act("visitor", order, "record_visit", reached=True, **said)

    def satisfied(self, order: str) -> dict[str, Any]:
        said = {"contacted": "yes", "solved": "solved", "satisfied": "satisfied"}
        return self.act("visitor", order, "record_visit", reached=True, **said)

    @property
    def clerk(self) -> Person:
        return self.town.clerks[self.town.units.housing.pk]

    @cached_property
    def grid_worker(self) -> Person:
        """Somebody of a community who has no other role."""
        return factories.person("grid_worker", unit=self.town.units.community)

    @property
    def leader(self) -> Person:
        return self.town.leaders[self.town.units.housing.pk]


@pytest.fixture
def walk(db, frozen_now) -> Walk:
    limits.forget()
    calendars.forget()
    return Walk(towns.build())
