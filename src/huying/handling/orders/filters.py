"""What a list of orders may be narrowed by. Every condition can use an index or comes on top of one that does."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.taxonomy.models import Category
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.moves import OPEN_HAND
from huying.handling.orders.states import ASSIGNMENT_TABLE, OPEN_STATES, ORDER_TABLE, Clock, Row

RUNNING = tuple(state for state, row in ORDER_TABLE.items() if row.clock is Clock.RUNS)
# moves that may be made in passing; a state does not wait for them
IN_PASSING = frozenset(move.action for move in OPEN_HAND) | {
    "amend",
    "ask_info",
    "merge",
    "decline",
    "reassign",
    "add_assist",
    "waive_assist",
    "record_outreach",
    "recall_child",
}


@dataclass
class OrderFilters:
    """Conditions as a person chose them; an empty one does not count. Days are days of Asia/Shanghai, both included."""

    state: str = ""
    unit: str = ""
    category: str = ""
    urgency: str = ""
    channel: str = ""
    type: str = ""
    overdue: bool = False
    mine: bool = False
    words: str = ""
    order_no: str = ""
    from_day: date | None = None
    to_day: date | None = None
    sort: str = "newest"

    @property
    def states(self) -> list[str]:
        return [state for state in self.state.split(",") if state]

    @property
    def by_due(self) -> bool:
        """Sorting by due time, where the states asked for have one to come."""
        return self.sort == "due" and (not self.states or any(state in OPEN_STATES for state in self.states))


def narrowed(rows: QuerySet[WorkOrder], reader: Person, filters: OrderFilters) -> QuerySet[WorkOrder]:
    """``rows`` under the filters. Raises ``Invalid`` for a state or an order of sorting that does not exist."""
    _check(filters)
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    elif filters.by_due:
        rows = rows.filter(state__in=OPEN_STATES)
    if filters.by_due:
        rows = rows.filter(due_at__isnull=False)
    rows = rows.filter(*_said(filters))
    return _waiting_for(rows, reader) if filters.mine else rows


def _said(filters: OrderFilters) -> list[Q]:
    """One condition for each filter that was filled in."""
    words, until = filters.words.strip(), filters.to_day
    conditions = (
        filters.unit and Q(lead_unit__public_id=filters.unit),
        filters.category and _category(filters.category),
        filters.urgency and Q(urgency=filters.urgency),
        filters.channel and Q(channel=filters.channel),
        filters.type and Q(request_type=filters.type),
        filters.from_day and Q(filed_at__gte=_midnight(filters.from_day)),
        until and Q(filed_at__lt=_midnight(until + timedelta(days=1))),
        filters.overdue and _overdue(clock.now()),
        filters.order_no and Q(order_no=filters.order_no.strip()),
        words and _words(words),
    )
    return [condition for condition in conditions if condition]


def waiting_states(table: dict[str, Row], person: Person) -> list[str]:
    """The states out of which one of the person's roles is meant to move things on."""
    held = set(person.roles)
    return [
        state for state, row in table.items() if any(m.roles & held and m.action not in IN_PASSING for m in row.moves)
    ]


def _check(filters: OrderFilters) -> None:
    unknown = [state for state in filters.states if state not in ORDER_TABLE]
    if unknown:
        raise Invalid("没有这个状态。", errors=[{"field": "state", "message": "、".join(ORDER_TABLE)}])
    if filters.sort not in ("due", "newest"):
        raise Invalid("只能按期限或受理时间排列。", errors=[{"field": "sort", "message": "due 或 newest"}])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=clock.SHANGHAI)


def _overdue(now: datetime) -> Q:
    running = Q(state__in=RUNNING, due_at__lt=now, clock_stopped_at__isnull=True)
    return running | Q(overdue=True)


def _category(value: str) -> Q:
    """The category with all below it."""
    found = Category.objects.filter(pk=int(value)).first() if value.isdigit() and len(value) < 19 else None
    if found is None:
        raise Invalid("没有这个事项分类。", errors=[{"field": "category", "message": "不存在"}])
    if found.is_leaf():
        return Q(category=found)
    return Q(category__in=Category.objects.filter(tree_id=found.tree_id, path__startswith=found.path).values("pk"))


def _words(words: str) -> Q:
    """A number finds orders whose number begins with it; anything else is looked for in the title."""
    if len(words) >= 4 and words.isascii() and words.isalnum():
        return Q(order_no__gte=words, order_no__lt=f"{words}\x7f")
    return Q(title__contains=words[:60])


def _waiting_for(rows: QuerySet[WorkOrder], reader: Person) -> QuerySet[WorkOrder]:
    """What waits for the reader: orders in a state their role moves on, or with such an assignment in their unit."""
    states = [state for state in waiting_states(ORDER_TABLE, reader) if state in OPEN_STATES]
    parts = Assignment.objects.filter(order=OuterRef("pk"), state__in=waiting_states(ASSIGNMENT_TABLE, reader))
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return rows.filter(Exists(parts.filter(unit__path__startswith=reader.unit.path)))
    own = Q(state__in=[state for state in states if state != "draft"])
    if "draft" in states:
        own |= Q(state="draft", filed_by=reader)
    return rows.filter(own | Q(Exists(parts))) if waiting_states(ASSIGNMENT_TABLE, reader) else rows.filter(own)
