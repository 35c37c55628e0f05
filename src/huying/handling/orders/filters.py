"""What a list of orders may be narrowed by. Every condition can use an index or comes on top of one that does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Person, Unit
from huying.base.org.roles import Reach
from huying.base.taxonomy.models import Category
from huying.handling.orders.finding import Narrowing, scope_tags
from huying.handling.orders.indexing import tag
from huying.handling.orders.models import OPEN, Assignment, WorkOrder
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
    supervised: bool = False
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
    """``rows`` under the filters but for the words and for being late. Raises ``Invalid`` for a state or an order that does not exist."""
    _check(filters)
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    elif filters.by_due and not filters.mine:  # what waits for somebody is open anyway
        rows = rows.filter(state__in=OPEN)
    if filters.by_due:
        rows = rows.filter(due_at__isnull=False)
    rows = rows.filter(*_said(filters))
    return rows.filter(*_waiting_for(reader, stated=bool(filters.states))) if filters.mine else rows


def late(filters: OrderFilters) -> list[Q]:
    """What being late means, where it is asked for: those noted, and apart from them the few whose time ran out a moment
    ago, which the worker has still to note. No order is in both, and each is a piece of an index; one OR the other is not.
    """
    if not filters.overdue:
        return [Q()]
    running = WorkOrder.objects.filter(state__in=RUNNING, due_at__lt=clock.now(), clock_stopped_at__isnull=True)
    unnoted = list(running.filter(overdue=False).values_list("pk", flat=True))
    return [Q(overdue=True), Q(pk__in=unnoted)] if unnoted else [Q(overdue=True)]


def narrowing(reader: Person, filters: OrderFilters) -> Narrowing:
    """The same as the full-text index knows it; what it does not know exactly it lets through."""
    groups = [tuple(tag(name, value) for value in values) for name, values in _tagged(filters) if values]
    if filters.overdue:  # as noted by the worker, which also keeps the index: it lacks what ran out this moment
        groups.append((tag("overdue", 1),))
    return Narrowing(
        tags=(*scope_tags(reader), *groups),
        since=_midnight(filters.from_day) if filters.from_day else None,
        before=_midnight(filters.to_day + timedelta(days=1)) if filters.to_day else None,
        by_due=filters.by_due,
        exact=not (filters.mine or filters.supervised or filters.order_no),
    )


def _tagged(filters: OrderFilters) -> Iterator[tuple[str, Sequence[object]]]:
    yield "state", filters.states or (OPEN if filters.by_due else ())
    yield "state", OPEN if filters.mine else ()
    yield "urgency", [filters.urgency] if filters.urgency else ()
    yield "channel", [filters.channel] if filters.channel else ()
    yield "request_type", [filters.type] if filters.type else ()
    yield "lead_unit_id", [_unit(filters.unit)] if filters.unit else ()
    yield "category_id", _categories(filters.category) if filters.category else ()


def _said(filters: OrderFilters) -> list[Q]:
    """One condition for each filter that was filled in, the words apart. Names are resolved to keys first, so that the
    database plans for this unit and these categories, not for an average one."""
    until = filters.to_day
    conditions = (
        filters.unit and Q(lead_unit=_unit(filters.unit)),
        filters.category and Q(category__in=_categories(filters.category)),
        filters.urgency and Q(urgency=filters.urgency),
        filters.channel and Q(channel=filters.channel),
        filters.type and Q(request_type=filters.type),
        filters.from_day and Q(filed_at__gte=_midnight(filters.from_day)),
        until and Q(filed_at__lt=_midnight(until + timedelta(days=1))),
        filters.order_no and Q(order_no=filters.order_no.strip()),
        filters.supervised and Q(supervision_level__gt=0),
    )
    return [condition for condition in conditions if condition]


def looks_back(reader: Person, filters: OrderFilters) -> bool:
    """Whether this browses what has ended by several conditions at once: no index of the rows answers every such
    combination, the full-text index does. What is open, and what waits for somebody, is always read from the rows."""
    if filters.mine or filters.by_due or filters.order_no or any(state in OPEN_STATES for state in filters.states):
        return False
    conditions = (  # a category stands for all below it, which is many conditions
        filters.states, filters.unit, filters.category, filters.category, filters.urgency, filters.channel, filters.type, filters.overdue,
        reader.reach is Reach.UNIT,
    )  # fmt: skip
    return sum(map(bool, conditions)) > 1


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


def _unit(public_id: str) -> int:
    """The unit's key; 0, which is nobody's, where there is none."""
    return Unit.objects.filter(public_id=public_id).values_list("pk", flat=True).first() or 0


def _categories(value: str) -> list[int]:
    """Keys of the category and of all below it."""
    found = Category.objects.filter(pk=int(value)).first() if value.isdigit() and len(value) < 19 else None
    if found is None:
        raise Invalid("没有这个事项分类。", errors=[{"field": "category", "message": "不存在"}])
    if found.is_leaf():
        return [found.pk]
    below = Category.objects.filter(tree_id=found.tree_id, path__startswith=found.path)
    return list(below.values_list("pk", flat=True))


def _waiting_for(reader: Person, *, stated: bool) -> list[Q]:
    """What waits for the reader: orders in a state their role moves on, or with such an assignment in their unit.

    The states it can be in are said once, unless the filters did (``stated``): said twice the database would expect
    a hundredth of the rows and choose its way for those.
    """
    pieces = waiting(reader)
    own = reduce(or_, pieces)
    if stated or (reader.reach is Reach.UNIT and reader.unit is not None):
        return [own]
    by_parts = bool(waiting_states(ASSIGNMENT_TABLE, reader))
    return [Q(state__in=OPEN if by_parts else own_states(reader)), own]


def waiting(reader: Person) -> list[Q]:
    """What waits for the reader, piece by piece: each alone can be walked by an index, one OR the other can not."""
    parts = Assignment.objects.filter(state__in=waiting_states(ASSIGNMENT_TABLE, reader))
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return [Q(pk__in=parts.filter(unit__in=below(reader.unit)).values("order_id"))]
    states = own_states(reader)
    pieces = [Q(state__in=[state for state in states if state != "draft"])]
    if "draft" in states:
        pieces.append(Q(state="draft", filed_by=reader))
    if waiting_states(ASSIGNMENT_TABLE, reader):
        pieces.append(Q(pk__in=parts.values("order_id")))
    return pieces


def own_states(reader: Person) -> list[str]:
    """The states of open orders that wait for the reader."""
    return [state for state in waiting_states(ORDER_TABLE, reader) if state in OPEN_STATES]


def below(unit: Unit) -> list[int]:
    """Keys of the unit and of all below it."""
    return list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))
