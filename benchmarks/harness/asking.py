"""Asks an installation what its pages ask, in one process, and times every answer. Prints one JSON object.

Requests go through the real address, middleware, permission, selector and schema (Django's test client with an API
token); only the socket is missing. Every question is asked with changing values, so that no answer is the last one's.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.harness.measure import Queries  # noqa: E402
from huying.base.calendars import clock  # noqa: E402
from huying.base.org import actions as org  # noqa: E402
from huying.base.org.models import Person, Unit  # noqa: E402
from huying.base.org.selectors import system_person  # noqa: E402
from huying.base.paging import COUNT_CAP, encoded  # noqa: E402
from huying.base.parties.models import Citizen  # noqa: E402
from huying.base.parties.selectors import reveal  # noqa: E402
from huying.base.search import selectors as search  # noqa: E402
from huying.base.taxonomy.models import Category  # noqa: E402
from huying.engines.search.index import Wanted  # noqa: E402
from huying.handling.orders.models import UnitOrder, WorkOrder  # noqa: E402

LIST, PAGE = "/api/v1/orders?limit=50", "/api/v1/orders?limit=10"
DEEP = 1000  # the page of ten that is asked for at once
PASSES, CALLS = 3, 20


@dataclass(frozen=True)
class Question:
    """A name, who asks, and the addresses asked in turn."""

    name: str
    client: Client
    paths: tuple[str, ...]


def client(person: Person) -> Client:
    secret = org.issue_token(actor=system_person(), person=person, name="benchmark", scopes=["read"])
    return Client(HTTP_AUTHORIZATION=f"Bearer {secret}", SERVER_NAME="127.0.0.1")


def of_role(role: str) -> Person:
    return next(p for p in Person.objects.filter(is_active=True).order_by("id") if p.has_role(role))


def somebody_of(unit: Unit, role: str) -> Person:
    """A person of this unit with this role; made where the demo has none."""
    found = next((p for p in Person.objects.filter(unit=unit, is_active=True) if p.has_role(role)), None)
    if found is None:
        found = Person.objects.create_user(f"bench{unit.pk}{role}", "", name="示例", roles=[role], unit=unit)
    return found


def units() -> dict[str, Unit]:
    """The busiest bureau, the unit with the fewest orders, and the busiest unit with others below it."""
    counts = dict(UnitOrder.objects.values_list("unit").annotate(n=Count("id")).order_by("-n", "unit"))
    known = Unit.objects.in_bulk(list(counts))
    ordered = [known[key] for key in counts]
    return {
        "busy": next(unit for unit in ordered if unit.numchild == 0),
        "small": ordered[-1],
        "above": next(unit for unit in ordered if unit.numchild > 0),
    }


def deep_cursor(unit: Unit | None = None) -> str:
    """The cursor of page 1,000, as one has who turned all pages before it (at most the last page there is)."""
    rows = WorkOrder.objects.order_by("-filed_at", "-id").values_list("filed_at", "id")
    if unit is not None:
        rows = UnitOrder.objects.filter(unit=unit).order_by("-filed_at", "-order").values_list("filed_at", "order")
    wanted = min(DEEP * 10, rows.count() - 20)
    return encoded([*rows[wanted - 1], COUNT_CAP + 1])


def deep_hits(words: str) -> str:
    """The cursor of page 1,000 of what these words find."""
    wanted = Wanted(words, tags=[["kind=order"]], limit=DEEP * 10)
    return encoded([search.find(wanted).places[-1], COUNT_CAP + 1])


def spread(count: int) -> list[WorkOrder]:
    """Orders from all over the table."""
    newest = WorkOrder.objects.order_by("-id").values_list("id", flat=True)[0]
    found = []
    for part in range(count):
        rows = WorkOrder.objects.filter(id__gte=part * newest // count, citizen__isnull=False).order_by("id")
        found.append(rows.select_related("citizen", "lead_unit", "category")[0])
    return found


def questions() -> Iterator[Question]:
    some, at = spread(12), units()
    people = {role: client(of_role(role)) for role in ("agent", "leader", "dispatcher", "auditor", "firm_admin")}
    yield from of_centre(people["agent"], some, at)
    yield from filters(people["leader"], some, at)
    yield from searches(people["agent"], some)
    yield Question("queue: dispatcher by time left", people["dispatcher"], (f"{LIST}&mine=true&sort=due",))
    yield Question("queue: auditor by time left", people["auditor"], (f"{LIST}&mine=true&sort=due",))
    yield Question("queue: agent by time left", people["agent"], (f"{LIST}&mine=true&sort=due",))
    yield Question("firm: list", people["firm_admin"], (LIST,))
    yield from of_unit("busy unit", client(somebody_of(at["busy"], "unit_clerk")), at["busy"])
    yield from of_unit("small unit", client(somebody_of(at["small"], "unit_clerk")), at["small"])
    yield from of_unit("sub-centre", client(somebody_of(at["above"], "street_dispatcher")), at["above"])
    yield Question("detail", people["agent"], tuple(f"/api/v1/orders/{o.public_id}" for o in some))
    yield Question("timeline", people["agent"], tuple(f"/api/v1/orders/{o.public_id}/timeline" for o in some))


def of_centre(asked: Client, some: list[WorkOrder], at: dict[str, Unit]) -> Iterator[Question]:
    yield Question("centre: newest", asked, (LIST,))
    yield Question("centre: by time left", asked, (f"{LIST}&sort=due",))
    yield Question("centre: page 1,000", asked, (f"{PAGE}&cursor={deep_cursor()}",))
    days = [clock.local(order.filed_at).date() for order in some]
    months = tuple(f"{LIST}&from={day - timedelta(days=30)}&to={day}" for day in days)
    yield Question("centre: a month long ago", asked, months)


def filters(asked: Client, some: list[WorkOrder], at: dict[str, Unit]) -> Iterator[Question]:
    """Each condition alone, then the combinations that no single index answers."""
    tops = {Category.objects.get_root(order.category).pk for order in some if order.category}
    leaves = {order.category_id for order in some if order.category_id}
    day = clock.today() - timedelta(days=400)
    busy, small = at["busy"].public_id, at["small"].public_id
    alone = {
        "state in_hand": ["state=in_hand"],
        "state closed": ["state=closed"],
        "states rare": ["state=withdrawn,declined"],
        "states open": ["state=in_hand,to_audit,to_visit,to_judge"],
        "urgency": ["urgency=urgent", "urgency=emergency"],
        "channel": ["channel=web", "channel=wechat", "channel=qr"],
        "type": ["type=complaint", "type=suggest", "type=praise"],
        "category": [f"category={key}" for key in leaves],
        "category with all below": [f"category={key}" for key in tops],
        "unit": [f"unit={busy}", f"unit={small}"],
        "overdue": ["overdue=true"],
        "overdue by time left": ["overdue=true&sort=due"],
    }
    worst = {
        "urgent, web, complaint": ["urgency=urgent&channel=web&type=complaint"],
        "type, channel, ended": ["type=complaint&channel=wechat&state=closed"],
        "all conditions": [
            f"unit={busy}&category={key}&urgency=urgent&channel=phone&type=help&overdue=true&from={day}&state=closed"
            for key in tops
        ],
        "nothing fits": [f"unit={small}&urgency=emergency&type=praise&channel=app"],
        "unit, overdue, month": [f"unit={busy}&overdue=true&from={day}&to={day + timedelta(days=30)}"],
    }
    for name, chosen in alone.items():
        yield Question(f"filter: {name}", asked, tuple(f"{LIST}&{each}" for each in chosen))
    for name, chosen in worst.items():
        yield Question(f"filters: {name}", asked, tuple(f"{LIST}&{each}" for each in chosen))


def searches(asked: Client, some: list[WorkOrder]) -> Iterator[Question]:
    originals = list(Citizen.objects.exclude(phone_sealed="").order_by("id")[:12])
    phones = [reveal(citizen, "phone").removeprefix("+86") for citizen in originals]
    places = [order.incident_place for order in some if len(order.incident_place) > 3]
    yield Question("search: number", asked, tuple(f"{LIST}&words={order.order_no}" for order in some))
    yield Question("search: beginning of a number", asked, tuple(f"{LIST}&words={o.order_no[:8]}" for o in some))
    yield Question("search: phone", asked, tuple(f"{LIST}&words={phone}" for phone in phones))
    yield Question("search: last four digits", asked, tuple(f"{LIST}&words={phone[-4:]}" for phone in phones))
    yield Question("search: place", asked, tuple(f"{LIST}&words={place[:12]}" for place in places))
    yield Question("search: two signs of a place", asked, tuple(f"{LIST}&words={place[:2]}" for place in places))
    for name, words in {
        "words": ["施工 噪音", "路灯不亮", "停水", "电梯困人"],
        "a word in most texts": ["希望", "反映"],
        "a sentence": ["夜间施工噪音影响休息", "小区地下车库一下雨就淹"],
        "words and filters": ["噪音&state=closed&type=complaint", "停水&overdue=true", "路灯&urgency=urgent"],
        "words by time left": ["噪音&sort=due", "小区&sort=due"],
        "nothing found": ["不存在的词语组合"],
    }.items():
        yield Question(f"search: {name}", asked, tuple(f"{LIST}&words={each}" for each in words))
    yield Question("search: page 1,000 of hits", asked, (f"{PAGE}&words=希望&cursor={deep_hits('希望')}",))


def of_unit(name: str, asked: Client, unit: Unit) -> Iterator[Question]:
    yield Question(f"{name}: newest", asked, (LIST,))
    yield Question(f"{name}: queue by time left", asked, (f"{LIST}&mine=true&sort=due",))
    if name != "small unit":
        yield Question(f"{name}: filters", asked, tuple(f"{LIST}&{each}" for each in ("state=closed", "overdue=true")))
        rare = ("state=to_audit", "urgency=urgent&type=complaint&state=withdrawn")
        yield Question(f"{name}: rare filters", asked, tuple(f"{LIST}&{each}" for each in rare))
        yield Question(f"{name}: page 1,000", asked, (f"{PAGE}&cursor={deep_cursor(unit)}",))
    yield Question(f"{name}: words", asked, tuple(f"{LIST}&words={each}" for each in ("希望", "噪音", "小区")))


def timed(question: Question) -> dict[str, Any]:
    """p50 and p95 in milliseconds: of each pass, then the middle one, so that a moment's noise does not decide."""
    queries = Queries()
    with connection.execute_wrapper(queries):
        reply = question.client.get(question.paths[0])
    assert reply.status_code == 200, (question.name, reply.content[:300])
    for path in question.paths[1:]:
        question.client.get(path)
    passes = [[ask(question.client.get, path) for path in islice(cycle(question.paths), CALLS)] for _ in range(PASSES)]
    return {
        "p50_ms": round(statistics.median(sorted(each)[CALLS // 2] for each in passes), 1),
        "p95_ms": round(statistics.median(sorted(each)[int(CALLS * 0.95) - 1] for each in passes), 1),
        "statements": len(queries),
    }


def ask(get: Callable[[str], Any], path: str) -> float:
    began = time.perf_counter()
    get(path)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    only = sys.argv[1:]
    print(json.dumps({q.name: timed(q) for q in questions() if not only or any(part in q.name for part in only)}))
