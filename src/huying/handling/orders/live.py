"""Who hears at once of what happens to orders and assignments, and who else is at one: whoever may read them."""

from collections.abc import Mapping

from huying.base.events.live import register_scope
from huying.base.org.models import Person
from huying.base.presence.topics import register_topic
from huying.handling.orders.selectors import visible_assignments, visible_orders


def orders(reader: Person, keys: set[int]) -> Mapping[int, str]:
    return dict(visible_orders(reader).filter(pk__in=keys).values_list("pk", "public_id"))


def assignments(reader: Person, keys: set[int]) -> Mapping[int, str]:
    return dict(visible_assignments(reader).filter(pk__in=keys).values_list("pk", "public_id"))


register_scope("orders.workorder", orders)
register_scope("orders.assignment", assignments)
register_topic("order", lambda reader, public_id: visible_orders(reader).filter(public_id=public_id).exists())
