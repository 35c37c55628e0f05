"""A small town of people and units in which tests of orders play."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from huying.base.calendars import clock
from huying.base.events.obligations import oblige_many
from huying.base.events.recorder import record
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.handling.orders import actions
from huying.handling.orders.models import Assignment, WorkOrder
from tests import factories


@dataclass
class Town:
    """Units, one person a role, clerks and leaders of several units, and Huying itself."""

    units: factories.Units
    people: dict[str, Person]
    clerks: dict[int, Person]
    leaders: dict[int, Person]
    system: Person

    def file(self, submit: bool = True, **fields: Any) -> WorkOrder:
        """File an order as the room of contacts does: the order, its one event, its obligations."""
        fields.setdefault("text", "东风社区工地夜里十二点还在施工，噪声很大，无法休息。")
        if not fields.get("anonymous") and "citizen" not in fields:
            fields["citizen"] = factories.citizen()
        agent = self.people["agent"]
        with transaction.atomic():
            order = actions.create(actor=agent, new=actions.NewOrder(**fields), submit=submit)
            record(actor=agent, verb="order.filed", subject=order)
            oblige_many(actions.order_dues(order))
        return order

    def dispatched(self, *, assists=(), unit=None, **fields: Any) -> WorkOrder:
        order = self.file(**fields)
        actions.dispatch(
            actor=self.people["dispatcher"], order=order, unit=unit or self.units.housing, assists=list(assists)
        )
        return order

    def lead(self, order: WorkOrder) -> Assignment:
        ended = ["released", "cancelled"]
        return (
            Assignment.objects.select_related("unit")
            .exclude(state__in=ended)
            .get(order=order, part="lead", parent=None)
        )

    def of(self, order: WorkOrder, unit) -> Assignment:
        """The newest assignment of a unit."""
        return Assignment.objects.select_related("unit").filter(order=order, unit=unit).latest("id")

    def handling(self, **fields: Any) -> WorkOrder:
        order = self.dispatched(**fields)
        lead = self.lead(order)
        actions.sign(actor=self.clerks[lead.unit_id], assignment=lead)
        return order

    def submit_part(self, assignment: Assignment, conclusion: str = "solved") -> None:
        """The unit signs where needed, answers, and its leader signs off."""
        clerk, leader = self.clerks[assignment.unit_id], self.leaders[assignment.unit_id]
        if assignment.state == "to_sign":
            actions.sign(actor=clerk, assignment=assignment)
        actions.finish(actor=clerk, assignment=assignment, conclusion=conclusion, answer="已责令停工，夜间不再施工。")
        actions.sign_off(actor=leader, assignment=assignment)

    def to_audit(self, **fields: Any) -> WorkOrder:
        order = self.dispatched(**fields)
        self.submit_part(self.lead(order))
        order.refresh_from_db()
        return order

    def to_visit(self, **fields: Any) -> WorkOrder:
        order = self.to_audit(**fields)
        actions.pass_audit(actor=self.people["auditor"], order=order)
        return order

    def to_judge(self, **fields: Any) -> WorkOrder:
        order = self.to_visit(**fields)
        self.dissatisfied(order)
        return order

    def suspended(self, **fields: Any) -> WorkOrder:
        order = self.handling(**fields)
        lead = self.lead(order)
        later = clock.today() + timedelta(days=20)
        clerk, leader = self.clerks[lead.unit_id], self.people["duty_leader"]
        actions.suspend(actor=clerk, assignment=lead, reason="管网改造列入明年计划", review_on=later)
        actions.decide_suspension(actor=leader, assignment=lead, granted=True, reason="同意")
        order.refresh_from_db()
        return order

    def transferring(self, **fields: Any) -> WorkOrder:
        order = self.file(**(fields | {"submit": False}))
        actions.transfer(actor=self.people["agent"], order=order, target="110")
        return order

    @property
    def further(self) -> list[Any]:
        """Ways to an order that is already on its way."""
        return [self.handling, self.suspended, self.transferring, self.to_audit, self.to_visit, self.to_judge]

    def dissatisfied(self, order: WorkOrder) -> None:
        answers = {"reached": True, "contacted": "yes", "solved": "unsolved", "satisfied": "dissatisfied"}
        actions.record_visit(actor=self.people["visitor"], order=order, **answers)


def build() -> Town:
    units = factories.unit_tree()
    people = factories.people(units)
    answering = [units.police, units.housing, units.district, units.street, units.community, units.heating]
    clerks = {unit.pk: factories.person("unit_clerk", unit=unit) for unit in answering}
    leaders = {unit.pk: factories.person("unit_leader", unit=unit) for unit in answering}
    return Town(units, people, clerks, leaders, system_person())
