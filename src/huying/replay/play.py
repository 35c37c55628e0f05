"""Playing recorded orders through the chain, as the people of the roles would, in time order."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from huying.base.calendars import clock
from huying.base.events.obligations import run_due
from huying.base.events.sequencer import sequence_pending
from huying.base.org.models import Person, Unit
from huying.base.org.selectors import resolve_unit
from huying.engines.text.directions import remove_directions
from huying.federation.imports.parse import OrderFacts
from huying.handling.dispatch import actions as dispatch
from huying.handling.dispatch.models import ModelVersion
from huying.handling.dispatch.understanding import understand
from huying.replay.people import People
from huying.replay.report import Tally
from huying.replay.server import Refused, serving

ENDED = {"closed", "archived", "answered", "transferred", "declined", "withdrawn", "merged"}


def spread(orders: Iterable[OrderFacts]) -> list[OrderFacts]:
    """Time order; where the source knows the day only, the day's orders are spread evenly from 8 to 20 o'clock.

    These hours only give the run its sequence. They are never reported as the source's.
    """
    listed = sorted(orders, key=lambda o: (o.filed_at, o.source_no))
    days: dict[Any, int] = {}
    for order in listed:
        days[order.filed_at] = days.get(order.filed_at, 0) + 1
    seen: dict[Any, int] = {}
    placed = []
    for order in listed:
        if order.day_only:
            n = seen[order.filed_at] = seen.get(order.filed_at, 0) + 1
            share = timedelta(hours=12) * (n / (days[order.filed_at] + 1))
            order = replace(order, filed_at=order.filed_at + timedelta(hours=8) + share)
        placed.append(order)
    return placed


def play(orders: list[OrderFacts], tally: Tally, error_limit: float, progress: Callable[[int], None]) -> None:
    """Drive every order to its end. ``tally`` counts; what does not end is named there with the reason.

    ``error_limit``: the promise on wrong automatic dispatch to try on the copy; 0 leaves the centre's own.
    """
    manual = clock.ManualClock(orders[0].filed_at - timedelta(minutes=1))
    tally.hours = [
        (each.closed_at - each.filed_at).total_seconds() / 3600
        for each in orders
        if each.closed_at and not each.day_only
    ]
    with clock.use(manual), serving() as line:
        people = People(line)
        tally.model = use_newest_model(people.manager)
        if error_limit:
            dispatch.set_automation(actor=people.manager, limit=error_limit, enabled=True)
        _drain()
        started, before = time.perf_counter(), line.requests
        for done, facts in enumerate(orders, 1):
            manual.advance_to(facts.filed_at)
            _one(facts, people, tally)
            progress(done)
        tally.seconds, tally.requests = time.perf_counter() - started, line.requests - before
        sequence_pending()


def use_newest_model(manager: Person) -> str:
    """Let the model trained last read the orders of the copy, whoever promoted what before; its name."""
    newest = ModelVersion.objects.order_by("-trained_at", "-pk").first()
    if newest is None:
        return ""
    if newest.promoted_at is None or newest.retired_at is not None:
        dispatch.promote(actor=manager, model=newest)
    return newest.name


def _one(facts: OrderFacts, people: People, tally: Tally) -> None:
    tally.orders += 1
    true = resolve_unit(facts.unit)
    try:
        order = _file(facts, people, tally)
        _count(facts, order, true, tally)
        if true is None:
            tally.stuck.append((facts.source_no, f"没有名为“{facts.unit}”的单位"))
            return
        order = _dispatch(order, true, people, tally)
        order = _undertake(order, true, people)
        order = _close(order, people)
    except Refused as refused:
        tally.stuck.append((facts.source_no, str(refused)))
        return
    tally.states[order["state"]] += 1
    if order["state"] not in ENDED:
        tally.stuck.append((facts.source_no, f"停在{order['state']}"))


def _file(facts: OrderFacts, people: People, tally: Tally) -> dict[str, Any]:
    words = remove_directions(facts.text) or facts.text
    # The source masks who called; each order gets a number of its own, so that outreach and visit have somebody to reach.
    body = {"channel": "phone", "text": words, "phone": f"139{tally.orders:08d}", "submit": True}
    filed = people.agent.post("/api/v1/contacts/orders", body, key=f"replay-{facts.source_no}")
    _drain()
    order = people.agent.get(f"/api/v1/orders/{filed['id']}")
    if order["state"] == "to_review":
        order = people.reviewer.act(order, "orders", "approve")
        _drain()
        order = people.agent.get(f"/api/v1/orders/{filed['id']}")
    return order


def _count(facts: OrderFacts, order: dict[str, Any], true: Unit | None, tally: Tally) -> None:
    ranked = [unit["name"] for unit in (order["analysis"] or {}).get("units", [])]
    name = true.name if true else facts.unit
    automatic = order["state"] == "in_hand"
    chosen = order["lead_unit"]["name"] if automatic else (ranked[0] if ranked else "（无）")
    first = chosen == name
    tally.right += first
    tally.right_in_three += name in ranked[:3]
    tally.automatic += automatic
    tally.automatic_right += automatic and first
    if not first:
        tally.errors[(name, chosen)] += 1
    raw = [unit["name"] for unit in understand(text=facts.text, keep_directions=True).as_json()["units"]]
    tally.raw_right += raw[:1] == [name]
    tally.raw_right_in_three += name in raw[:3]


def _dispatch(order: dict[str, Any], true: Unit, people: People, tally: Tally) -> dict[str, Any]:
    if order["state"] == "to_dispatch":
        return people.dispatcher.act(order, "orders", "dispatch", unit=true.public_id)
    lead = _lead(order)
    if lead["unit"]["id"] == true.public_id:
        return order
    tally.objections += 1
    wrong = Unit.objects.get(public_id=lead["unit"]["id"])
    order = people.of_unit(wrong).act(
        lead,
        "assignments",
        "object_to_dispatch",
        clause="来源系统记录的承办单位",
        reason="不属本单位职责",
        suggested=true.public_id,
    )
    return people.dispatcher.act(
        _lead(order), "assignments", "accept_objection", unit=true.public_id, reason="同意改派"
    )


def _undertake(order: dict[str, Any], true: Unit, people: People) -> dict[str, Any]:
    unit = people.of_unit(true)
    order = unit.act(_lead(order), "assignments", "sign")
    order = unit.act(_lead(order), "assignments", "record_outreach", connected=True, summary="已与诉求人联系核实情况")
    order = unit.act(
        _lead(order), "assignments", "finish", conclusion="solved", answer="已按诉求办理，情况已告知诉求人。"
    )
    return unit.act(_lead(order), "assignments", "sign_off")


def _close(order: dict[str, Any], people: People) -> dict[str, Any]:
    order = people.auditor.act(order, "orders", "pass_audit")
    if order["state"] == "to_visit":
        answers = {"reached": True, "contacted": "yes", "solved": "solved", "satisfied": "satisfied"}
        order = people.visitor.act(order, "orders", "record_visit", **answers)
    return order


def _lead(order: dict[str, Any]) -> dict[str, Any]:
    return next(
        a
        for a in order["assignments"]
        if a["part"] == "lead" and not a["parent_id"] and a["state"] not in ("released", "cancelled")
    )


def _drain() -> None:
    """What a worker would have done by now."""
    while run_due(200):
        pass
    sequence_pending()
