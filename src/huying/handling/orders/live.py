"""Who hears at once of what happens to orders and assignments, and who else is at one: whoever may read them."""

from collections.abc import Iterable, Sequence

from huying.base.events.live import register_scope
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.base.presence.topics import register_topic
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.orders.selectors import visible_orders


def orders(readers: Sequence[Person], keys: set[int]) -> list[dict[int, str]]:
    """As :func:`visible_orders`, for all readers in two statements: a unit's are those with a part there or below."""
    public_ids = dict(WorkOrder.objects.filter(pk__in=keys).values_list("pk", "public_id"))
    parts = list(Assignment.objects.filter(order__in=keys).values_list("order_id", "unit__path"))
    return [{key: public_ids[key] for key in _within(reader, public_ids, parts)} for reader in readers]


def assignments(readers: Sequence[Person], keys: set[int]) -> list[dict[int, str]]:
    """As :func:`visible_assignments`, for all readers in one statement."""
    rows = Assignment.objects.filter(pk__in=keys).values_list("pk", "public_id", "unit__path")
    public_ids, parts = {}, []
    for key, public_id, path in rows:
        public_ids[key] = public_id
        parts.append((key, path))
    return [{key: public_ids[key] for key in _within(reader, public_ids, parts)} for reader in readers]


def _within(reader: Person, keys: Iterable[int], parts: Iterable[tuple[int, str]]) -> set[int]:
    """The keys within the reader's reach; ``parts`` are (key, path of a unit that has to do with it)."""
    if reader.reach is Reach.CENTRE:
        return set(keys)
    if reader.reach is Reach.UNIT and reader.unit is not None:
        return {key for key, path in parts if path.startswith(reader.unit.path)}
    return set()


register_scope("orders.workorder", orders)
register_scope("orders.assignment", assignments)
register_topic("order", lambda reader, public_id: visible_orders(reader).filter(public_id=public_id).exists())
